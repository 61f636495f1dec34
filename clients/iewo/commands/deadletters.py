"""`iewo deadletters`: messages that could not be handled; looked at without their bodies, and sent once more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from clients.iewo.access import Answer
from clients.iewo.bus_access import BusReach
from clients.iewo.failure import Code, Failure
from clients.iewo.grouped import grouped

if TYPE_CHECKING:
    from nats.js import JetStreamContext
    from nats.js.api import RawStreamMsg

app = typer.Typer(help="List messages that could not be handled, and send them once more.", no_args_is_help=True)

STREAM = "DEADLETTERS"
SECONDS = 10.0
HEADERS = {"stream": "origin-stream", "subject": "origin-subject", "durable": "durable", "reason": "reason"}
"""What is told of a letter, by the headers that it was stored with (shared/outcomes.py)."""

Limit = Annotated[int, typer.Option(min=1, help="How many, the oldest first.")]
Sequences = Annotated[list[int] | None, typer.Argument(min=1, metavar="SEQ...", help="Their sequences, as listed.")]
All = Annotated[bool, typer.Option("--all", help="Every one of them.")]


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told of a dead letter: never its body."""

    sequence: int
    time: str
    stream: str
    subject: str
    durable: str
    reason: str


@app.command("list")
@grouped
def list_(reach: BusReach, answer: Answer, limit: Limit = 100) -> None:
    """List the dead letters: where each came from, who could not handle it, and why. Bodies are not shown."""
    from clients.iewo import bus

    async def work() -> list[Letter]:
        async with _bus(reach) as stream:
            return [letter async for letter in _letters(stream, limit)]

    letters = [asdict(letter) for letter in bus.run(work())]
    if letters:
        answer.table(letters, "Dead letters", list(letters[0]), [list(letter.values()) for letter in letters], right=("sequence",))
    else:
        answer.say(letters, "there are no dead letters")


@app.command(
    epilog="Example: iewo deadletters replay 17 18. First mend what the reason tells of; what fails again comes back as a new one."
)
@grouped
def replay(reach: BusReach, sequences: Sequences = None, every: All = False) -> None:
    """Send dead letters once more to where they came from, and take them off the list."""
    from clients.iewo import bus, show

    if bool(sequences) is every:
        raise Failure("name the sequences, or give --all: see `iewo deadletters list`", Code.USAGE)

    async def work() -> int:
        async with _bus(reach) as stream:
            wanted = sequences or [letter.sequence async for letter in _letters(stream, None)]
            for sequence in wanted:
                await _send_again(stream, sequence)
            return len(wanted)

    show.line(f"sent again: {bus.run(work()):,}")


@asynccontextmanager
async def _bus(reach: BusReach) -> AsyncIterator["JetStreamContext"]:
    from shared.provision.claims import connect

    client = await connect(reach.address, reach.folder, "operator")
    try:
        yield client.jetstream(timeout=SECONDS)
    finally:
        await client.close()


async def _letters(stream: "JetStreamContext", limit: int | None) -> AsyncIterator[Letter]:
    """Dead letters, the oldest first; those deleted meanwhile leave gaps."""
    from nats.js.errors import NotFoundError

    sequence, count = 1, 0
    while limit is None or count < limit:
        try:
            message = await stream.get_msg(STREAM, sequence, subject=">", next=True)
        except NotFoundError:
            return
        yield _letter(message)
        sequence, count = (message.seq or sequence) + 1, count + 1


async def _send_again(stream: "JetStreamContext", sequence: int) -> None:
    """A new message id, as the broker still knows the old one; the same for every try, so that a try after a crash is no second one."""
    from nats.js.errors import NotFoundError

    try:
        message = await stream.get_msg(STREAM, sequence)
    except NotFoundError:
        raise Failure(f"there is no dead letter {sequence}: see `iewo deadletters list`") from None
    letter = _letter(message)
    headers = {"Nats-Msg-Id": f"replay:{sequence}:{letter.time}", "content-type": "application/json"}
    await stream.publish(letter.subject, message.data or b"", timeout=SECONDS, stream=letter.stream, headers=headers)
    await stream.delete_msg(STREAM, sequence)


def _letter(message: "RawStreamMsg") -> Letter:
    said = message.headers or {}
    fields = {name: said.get(header, "") for name, header in HEADERS.items()}
    return Letter(sequence=message.seq or 0, time=message.time.isoformat(timespec="milliseconds") if message.time else "", **fields)
