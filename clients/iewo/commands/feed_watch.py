"""`iewo feed watch`: the folder into which a school's management system exports."""

import signal
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.commands.feed import Whole, Year
from clients.iewo.failure import Code, Failure
from clients.iewo.grouped import grouped
from clients.iewo.school_access import SchoolAccess

if TYPE_CHECKING:
    from clients.iewo.watching import Watch

REFUSED = "The file is refused: "
"""With which the service begins what it says of one."""
ROLL_SECONDS = 20.0
"""How long marks wait for the roll before them, without which each would warn."""

EXAMPLES = (
    "Example: iewo feed watch /srv/exports --school 900001. With cron or Task Scheduler: the same with --once. "
    "The folder then holds children's data: empty DIR/done and DIR/refused by your school's own rules. "
    "Exit, as in `iewo --help`: 0 also when it was stopped; with --once 1 also when a file had to be left where it is."
)

Folder = Annotated[
    Path,
    typer.Argument(
        exists=True, file_okay=False, metavar="DIR", help="The folder: .csv, .tsv, .txt, .xlsx, .xml and .json files are taken."
    ),
]
Once = Annotated[bool, typer.Option("--once", help="Push what is there and end.")]
Settle = Annotated[float, typer.Option(min=0, metavar="SECONDS", help="How long a file stays as it is before it counts as complete.")]
Poll = Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How often the folder is looked at.")]


@grouped
def watch(
    access: SchoolAccess,
    folder: Folder,
    school: options.SchoolOrFile = None,
    year: Year = None,
    whole: Whole = False,
    once: Once = False,
    settle: Settle = 5,
    poll: Poll = 2,
) -> None:
    """Push what lands in a folder: each file once, then moved to done/ or refused/ with its receipt beside it.

    It looks again and again, so network shares will do. Files still being written are left until they have settled; hidden ones (.name,
    ~name) and links always. While the service is away it waits and tries again. With --whole the folder is for whole rolls alone. Ctrl-C
    or SIGTERM ends it after the file in hand; the rest stays.
    """
    from clients.iewo.folder_lock import FolderLock
    from clients.iewo.inbox import Inbox
    from clients.iewo.pushing import Push
    from clients.iewo.watching import Watch

    if school is None and whole:
        raise Failure("--whole goes with --school: one school at a time", Code.USAGE)

    def push(file: Path) -> list[dict[str, Any]]:
        with access.of_school(school) as attendance:  # a key that was changed meanwhile is read anew
            job = Push(attendance, school, year, whole, patience=ROLL_SECONDS, busy=0)
            for receipt in job.send(file, lambda _: None):
                if receipt.get("kind") != "marks":
                    with suppress(Failure):  # it is received; the register may take its time
                        job.settle(receipt)
            return job.receipts

    inbox = Inbox(folder, settle)
    inbox.prepare()
    watching = Watch(inbox, push, _tell_json if access.as_json else _tell, _say)
    with FolderLock(folder):
        _stop_on_signals(watching)
        if once:
            watching.once(settle)
        else:
            _say(f"watching {folder} for {f'school {school}' if school else 'the schools that its files name'}; Ctrl-C ends it")
            watching.forever(poll)
    if once and (wrong := _code(watching)):
        raise typer.Exit(wrong)


def _code(watching: "Watch") -> Code:
    if watching.failed:
        return Code.FAILED
    return Code.ROWS_REFUSED if watching.refused else Code.WAITS if watching.waits else Code.WELL


def _stop_on_signals(watching: "Watch") -> None:
    """The first one ends it after the file in hand, a second one at once."""

    def stop(number: int, _: object) -> None:
        watching.stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _say(line: str) -> None:
    from clients.iewo import show

    show.note(f"{datetime.now():%Y-%m-%d %H:%M:%S} {line}")  # noqa: DTZ005  (by the clock on the wall)


def _tell(name: str, receipts: list[dict[str, Any]]) -> None:
    for receipt in receipts:
        if "error" in receipt:
            _say(f"{name}: refused: {receipt['error'].removeprefix(REFUSED)}")
        else:
            known = sum(tally["rows"] for tally in receipt.get("known_refusals", ()))
            refused = f"{receipt['refused_rows']:,} refused" + (f" ({known:,} as told before)" if known else "")
            feed = f"feed {receipt['number']} of {receipt['school']}"
            yes = f"; it waits for a yes: iewo feed confirm {receipt['feed']}" if receipt["state"] == "waiting for a yes" else ""
            _say(f"{name}: {receipt['kind']}, {feed}, {receipt['accepted']:,} rows accepted, {refused}{yes}")


def _tell_json(name: str, receipts: list[dict[str, Any]]) -> None:
    import json

    print(json.dumps({"file": name, "receipts": receipts}, ensure_ascii=False), flush=True)
