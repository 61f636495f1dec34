"""Tries everything that an LA might, and writes what became of it as a page. python -m tests.bus.isolation"""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from deploy.local.stack import Stack
from shared.provision import authority, authority_files, identity, jwts
from shared.provision.authority import CONNECTIONS, Authority
from shared.provision.files import write_secret
from tests.bus import attempts
from tests.bus.connections import Connection, as_user, connected, everything, unrestricted, until

PAGE: Final = Path(__file__).parents[2] / "docs" / "runbooks" / "authority-isolation.md"
REFUSED: Final = "refused: not among its permissions"
UNHEARD: Final = "hears nothing of ours"
SAID: Final = ("query.attendance.people.try", "_INBOX_operator.try")
"""What is said in our account while an LA listens, beside a pack that the next LA is given; in no stream, so nothing is left behind."""
WAITING_FETCHES: Final = 512
"""Of one consumer at once; the server's own figure."""


@dataclass(frozen=True)
class Row:
    what: str
    answer: str
    unlimited: str


@dataclass(frozen=True)
class Rivals:
    """An LA that tries, the next one, for which a pack waits, and whoever may do everything in our account."""

    stack: Stack
    own: Authority
    other: Authority
    owner: Connection

    async def pack_of_the_other(self) -> bytes:
        """Fetched and given back by its own LA: it is there still, and its LA is served."""
        async with connected(self.stack.nats_url, self.other.credentials, self.other.inbox_prefix) as connection:
            subscription = await connection.client.jetstream().pull_subscribe_bind(self.other.account, stream="PACKS")
            [message] = await subscription.fetch(1, timeout=5)
            await message.nak()
            await connection.client.flush()
            return bytes(message.data)


@asynccontextmanager
async def rivals(stack: Stack) -> AsyncIterator[Rivals]:
    codes = (attempts.OWN, attempts.NEXT)
    own, other = [await authority.add(stack.nats_url, stack.credentials, code) for code in codes]
    async with unrestricted(stack) as owner:
        await owner.client.jetstream().purge_stream("PACKS")
        async with as_user(stack, "sharing") as sharing:
            for code in codes:
                await sharing.client.jetstream().publish(f"packs.{code}", f"for {code}".encode(), stream="PACKS")
        yield Rivals(stack, own, other, owner)
    for code in codes:
        await authority.revoke(stack.nats_url, stack.credentials, code)


async def rows(these: Rivals) -> list[Row]:
    """One for each kind of attempt. AssertionError where what we hold was changed by one."""
    before = await attempts.everything_held(these.owner)
    made = await _requests(these)
    assert await attempts.everything_held(these.owner) == before
    made += await _subscriptions(these)
    for what, way in WAYS.items():
        made.append(Row(what, await way(these), ""))
        assert await these.pack_of_the_other() == f"for {attempts.NEXT}".encode(), what
    return made


async def _requests(these: Rivals) -> list[Row]:
    keys = identity.load(these.stack.credentials)
    made = []
    file = everything(these.stack.folder, authority_files.seed(these.stack.credentials, these.own.code))
    for one in attempts.requests(these.own.account, these.other.account, keys.account.public, keys.system.public):
        async with connected(these.stack.nats_url, these.own.credentials, these.own.inbox_prefix) as limited:
            allowed = await attempts.allowed_to_say(limited, one)
        async with connected(these.stack.nats_url, file, "_INBOX_any") as free:
            told = await attempts.answers(free, one, these.own.account)
        made.append(Row(one.what, f"ALLOWED: {allowed}" if allowed else REFUSED, "; ".join(sorted(told))))
    return made


async def _subscriptions(these: Rivals) -> list[Row]:
    made = []
    file = everything(these.stack.folder, authority_files.seed(these.stack.credentials, these.own.code))
    for what, subjects in attempts.subscriptions(these.own.account, these.other.account).items():
        async with connected(these.stack.nats_url, these.own.credentials, these.own.inbox_prefix) as limited:
            allowed = await attempts.allowed_to_hear(limited, subjects)
        async with connected(these.stack.nats_url, file, "_INBOX_any") as free:
            heard = await _heard(these, free.client, subjects)
        made.append(Row(f"listen: {what}", f"ALLOWED: {allowed}" if allowed else REFUSED, heard))
    return made


async def _heard(these: Rivals, client: Client, subjects: tuple[str, ...]) -> str:
    """Of what our services say and of what the next LA is given, while a user listens whom nothing limits."""
    heard: list[str] = []

    async def keep(message: Msg) -> None:
        heard.append(message.subject)

    for subject in subjects:
        await client.subscribe(subject, cb=keep)
    await client.flush()
    for subject in SAID:
        await these.owner.client.publish(subject, b"{}")
    await these.owner.client.flush()
    await these.pack_of_the_other()
    await client.flush()
    ours = [subject for subject in heard if not subject.startswith(("$SYS.ACCOUNT." + these.own.account, "_INBOX_any"))]
    return f"HEARD: {ours}" if ours else UNHEARD


async def _forged_acknowledgement(these: Rivals) -> str:
    """Its own acknowledgement subject, with the number on the stream of the next LA's pack."""
    last = (await these.owner.client.jetstream().stream_info("PACKS")).state.last_seq
    async with connected(these.stack.nats_url, these.own.credentials, these.own.inbox_prefix) as connection:
        for word in (b"+ACK", b"+TERM", b"-NAK", b"+WPI"):
            await connection.client.publish(f"$JS.ACK.PACKS.{these.own.account}.1.{last}.1.1.0", word)
        await connection.client.flush()
    held = await these.owner.client.jetstream().consumer_info("PACKS", these.other.account)
    assert held.ack_floor is not None
    assert held.ack_floor.stream_seq == 0
    return "counts for its own consumer alone"


async def _reply_into_ours(these: Rivals) -> str:
    """A fetch whose pack is to be delivered to a question of our services, and one that asks for a trace there."""
    heard = await these.owner.client.subscribe("query.>")
    await these.owner.client.flush()
    async with connected(these.stack.nats_url, these.own.credentials, these.own.inbox_prefix) as connection:
        subject = f"$JS.API.CONSUMER.MSG.NEXT.PACKS.{these.own.account}"
        traced = {"Nats-Trace-Dest": "query.attendance.people"}
        await connection.client.publish(subject, b"1", reply="query.attendance.people", headers=traced)
        await connection.client.publish(subject, b'{"no_wait":true}', reply="query.attendance.people")
        await connection.client.flush()
    await these.owner.client.flush()
    assert heard.pending_msgs == 0
    await heard.unsubscribe()
    return "stays in its own account, where nobody hears it"


async def _many_connections(these: Rivals) -> str:
    async with AsyncExitStack() as held:
        for _ in range(CONNECTIONS):
            await held.enter_async_context(connected(these.stack.nats_url, these.own.credentials, these.own.inbox_prefix))
        assert not await _let_in(these, these.own.credentials)
        await these.pack_of_the_other()
    return f"{CONNECTIONS} are let in, the next is refused; the next LA comes in as before"


async def _many_fetches(these: Rivals) -> str:
    """None of them is answered with a pack: another run of the LA has its only one in hand."""
    async with connected(these.stack.nats_url, these.own.credentials, these.own.inbox_prefix) as connection:
        told: asyncio.Queue[str] = asyncio.Queue()

        async def keep(message: Msg) -> None:
            if message.headers and (status := message.headers.get("Status")) == "409":
                await told.put(f"{status} {message.headers.get('Description')}")

        inbox = connection.client.new_inbox()
        await connection.client.subscribe(inbox, cb=keep)
        subject = f"$JS.API.CONSUMER.MSG.NEXT.PACKS.{these.own.account}"
        for _ in range(WAITING_FETCHES + 100):
            await connection.client.publish(subject, json.dumps({"batch": 1, "expires": 30_000_000_000}).encode(), reply=inbox)
        said = await asyncio.wait_for(told.get(), 10)
        await these.pack_of_the_other()
    return f"{WAITING_FETCHES} wait, the next are told {said!r}; the next LA is served as before"


async def _many_subscriptions(these: Rivals) -> str:
    async with connected(these.stack.nats_url, these.own.credentials, these.own.inbox_prefix) as connection:
        for number in range(authority.SUBSCRIPTIONS + 1):
            await connection.client.subscribe(f"{these.own.inbox_prefix}.{number}")
        await until(lambda: connection.client.is_closed, "the connection closed")
        assert "maximum subscriptions exceeded" in str(connection.client.last_error)
    return f"{authority.SUBSCRIPTIONS} on one connection, the next is refused"


async def _large_requests(these: Rivals) -> str:
    async with connected(these.stack.nats_url, these.own.credentials, these.own.inbox_prefix) as connection:
        subject = f"$JS.API.CONSUMER.MSG.NEXT.PACKS.{these.own.account}"
        await connection.client.publish(subject, bytes(authority.PAYLOAD + 1))
        await until(lambda: connection.client.is_closed, "the connection closed")
        assert "maximum payload violation" in str(connection.client.last_error).lower()
    return f"more than {authority.PAYLOAD:,} bytes are refused"


async def _forged_users(these: Rivals) -> str:
    """The next LA's word with its own key; a word that it signed itself, for the next LA's account and for ours."""
    own, key = jwts.parse_credentials(these.own.credentials.read_text())
    other, _ = jwts.parse_credentials(these.other.credentials.read_text())
    now = jwts.decode(own)["iat"]
    tokens = [other]
    for account in (these.own.account, these.other.account, identity.load(these.stack.credentials).account.public):
        signer = jwts.Key(key.seed, account)
        tokens.append(jwts.encode(jwts.user_claims((">",), (">",)), subject=key.public, name="forged", signer=signer, now=now))
    for token in tokens:
        file = these.stack.folder / "forged.creds"
        write_secret(file, jwts.credentials(token, key))
        assert not await _let_in(these, file)
    return "not let in"


async def _let_in(these: Rivals, credentials: Path) -> bool:
    try:
        client = await nats.connect(these.stack.nats_url, user_credentials=str(credentials), allow_reconnect=False, error_cb=_silent)
        await client.flush(timeout=2)
    except (NatsError, ConnectionError, TimeoutError):
        return False
    await client.close()
    return True


async def _silent(_: Exception) -> None:
    """The refusal is the point."""


WAYS: Final[dict[str, Callable[[Rivals], Awaitable[str]]]] = {
    "acknowledge the next LA's pack by its number, on its own acknowledgement subject": _forged_acknowledgement,
    "fetch with a reply, or a trace, that leads to a question of our services": _reply_into_ours,
    "connect with the next LA's token, or with one that it signed itself": _forged_users,
    "connect more often than anybody needs": _many_connections,
    "leave more fetches waiting than the server keeps": _many_fetches,
    "subscribe more often than anybody needs": _many_subscriptions,
    "send large requests": _large_requests,
}


def page(made: list[Row]) -> str:
    """The rows as a page of the runbook."""
    lines = [
        "# What a Local Authority cannot reach on the bus",
        "",
        "Several hundred attempts with an LA's real credentials, and what the real server answered. The last column: the same by a user",
        "of the LA's account that nothing limits, as if the permissions of its user had been forgotten: the account alone holds then.",
        "After the attempts the next LA's pack is still there and is fetched by its own LA; streams and consumers are as they were.",
        "Made and checked by the tests (`python -m tests.bus.isolation` writes it anew).",
        "",
        "| attempt | answer | by a user that nothing limits |",
        "|---|---|---|",
    ]
    lines += [f"| {row.what} | {row.answer} | {row.unlimited} |" for row in made]
    return "\n".join(lines) + "\n"


async def _main() -> str:
    with tempfile.TemporaryDirectory(prefix="iewo-isolation-") as folder:
        async with Stack(Path(folder)) as stack, rivals(stack) as these:
            return page(await rows(these))


if __name__ == "__main__":
    PAGE.write_text(asyncio.run(_main()))
    sys.stdout.write(f"wrote {PAGE}\n")
