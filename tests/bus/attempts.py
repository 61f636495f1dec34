"""What an LA might try on the bus beyond its own packs, and what it is told: docs/runbooks/authority-isolation.md is made of these.

Each request is made twice: with the LA's real credentials, and as a user of the LA's account that nothing limits, as if its permissions had
been forgotten. `python -m tests.bus.isolation` tries all of it on servers of its own and writes the page.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from nats.errors import NoRespondersError

from shared import topology
from tests.bus.connections import Connection

OWN, NEXT = "801", "802"

NO_STORE: Final = "refused: this account has no JetStream"
NOBODY: Final = "nobody hears it in this account"
ITSELF: Final = "told of itself alone"
SILENCE: Final = "no answer, and nothing is done"

_STREAM_VERBS: Final = (
    "STREAM.INFO", "STREAM.CREATE", "STREAM.UPDATE", "STREAM.DELETE", "STREAM.PURGE", "STREAM.SNAPSHOT", "STREAM.RESTORE",
    "STREAM.MSG.GET", "STREAM.MSG.DELETE", "STREAM.LEADER.STEPDOWN", "STREAM.PEER.REMOVE", "DIRECT.GET", "CONSUMER.NAMES", "CONSUMER.LIST",
    "CONSUMER.CREATE",
)  # fmt: skip
_CONSUMER_VERBS: Final = ("INFO", "CREATE", "DURABLE.CREATE", "DELETE", "PAUSE", "LEADER.STEPDOWN", "RESET")


@dataclass(frozen=True)
class Attempt:
    """Requests of one kind."""

    what: str
    subjects: tuple[str, ...]
    body: bytes = b"{}"


def requests(own: str, other: str, ours: str, system: str) -> list[Attempt]:
    """Everything that is asked or said. Public keys of the accounts: the LA's, the next LA's, ours, the servers' own."""
    api = "$JS.API"
    streams = [stream.name for stream in topology.STREAMS]
    durables = [(durable.stream, durable.name) for durable in topology.DURABLES]
    wider = (f"{api}.CONSUMER.CREATE.PACKS.mine.packs.>", f"{api}.CONSUMER.CREATE.PACKS.{own}.packs.>")
    return [
        Attempt("the next LA's packs: fetch, look at, delete, pause its consumer", _of_consumer(api, "PACKS", other)),
        Attempt("the next LA's packs: acknowledge them", (f"$JS.ACK.PACKS.{other}.1.1.1.1.0", f"$JS.ACK.PACKS.{other}.1.2.2.1.0")),
        Attempt("its own consumer: look at it, change, delete or pause it", _without_next(api, own)),
        Attempt("a consumer of its own with a wider filter", wider, _wide(b"mine")),
        Attempt(
            "every stream: read, change, empty, delete, restore, move",
            tuple(f"{api}.{verb}.{stream}" for stream in streams for verb in _STREAM_VERBS),
        ),
        Attempt(
            "a message of a stream by its subject",
            tuple(f"{api}.DIRECT.GET.{stream}.{_first(stream)}" for stream in streams),
        ),
        Attempt(
            "the services' consumers, by guessing their names",
            tuple(subject for stream, name in durables for subject in _of_consumer(api, stream, name)),
        ),
        Attempt(
            "who holds a consumer: take its place",
            tuple(f"{api}.CONSUMER.UNPIN.{stream}.{name}" for stream, name in (*durables, ("PACKS", own), ("PACKS", other))),
            b'{"group":"any"}',
        ),
        Attempt(
            "the servers' storage as a whole",
            (
                *(f"{api}.{verb}" for verb in ("INFO", "STREAM.NAMES", "STREAM.LIST", "META.LEADER.STEPDOWN", "SERVER.REMOVE")),
                f"{api}.ACCOUNT.PURGE.{ours}", f"{api}.ACCOUNT.STREAM.MOVE.{ours}.PACKS", "$JS.FC.PACKS.mine.1",
            ),
        ),
        Attempt("packs, given out as ours", (f"packs.{OWN}", f"packs.{NEXT}", "packs.999")),
        Attempt("events, commands and tickets of the services", _said()),
        Attempt("questions to the services", tuple(sorted({f"query.{noun}" for user in topology.USERS for noun in user.asks}))),
        Attempt(
            "the accounts of the bus: read, change, delete them",
            (
                "$SYS.REQ.CLAIMS.UPDATE", "$SYS.REQ.CLAIMS.DELETE", "$SYS.REQ.CLAIMS.LIST", "$SYS.REQ.CLAIMS.PACK",
                *(f"$SYS.REQ.ACCOUNT.{key}.{verb}" for key in (own, other, ours, system) for verb in ("CLAIMS.LOOKUP", "CLAIMS.UPDATE")),
            ),
        ),
        Attempt(
            "the servers themselves: what they know, who is connected, disconnect, stop or reload",
            (
                *(f"$SYS.REQ.SERVER.PING.{verb}" for verb in ("VARZ", "JSZ", "ACCOUNTZ", "SUBSZ", "HEALTHZ")),
                *(f"$SYS.REQ.ACCOUNT.{key}.{verb}" for key in (other, ours) for verb in ("CONNZ", "SUBSZ", "INFO", "JSZ")),
                "$SYS.REQ.SERVER.X.RELOAD", "$SYS.REQ.SERVER.X.KICK", "$SYS.REQ.SERVER.X.LDM", "$SYS.DEBUG.SUBSCRIBERS",
            ),
        ),
        Attempt("who it is", ("$SYS.REQ.USER.INFO", "$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.SERVER.PING.CONNZ")),
        Attempt("inboxes: the next LA's, the services', the operator's", tuple(f"{inbox[:-1]}x" for inbox in _inboxes())),
    ]  # fmt: skip


def subscriptions(own: str, other: str) -> dict[str, tuple[str, ...]]:
    """Everything that is listened to."""
    return {
        "packs, the next LA's and its own as they are sent": ("packs.>", f"packs.{NEXT}", f"packs.{OWN}"),
        "the next LA's inbox, the services' inboxes": (*_inboxes(), "_INBOX.>"),
        "events, commands, tickets, dead letters": tuple(subject for stream in topology.STREAMS for subject in stream.subjects),
        "questions and their answers": ("query.>", "_R_.>"),
        "what others ask of JetStream, and their acknowledgements": (
            "$JS.>", f"$JS.ACK.PACKS.{other}.>", f"$JS.API.CONSUMER.MSG.NEXT.PACKS.{own}", "$JS.EVENT.>",
        ),
        "the servers": ("$SYS.>", "$SYS.ACCOUNT.*.CONNECT"),
        "all there is, also as one of a group": (">", "*", "*.>"),
    }  # fmt: skip


def _first(stream: str) -> str:
    return next(one.subjects[0] for one in topology.STREAMS if one.name == stream).replace(">", "801").replace("*", "x")


def _of_consumer(api: str, stream: str, name: str) -> tuple[str, ...]:
    return tuple(f"{api}.CONSUMER.{verb}.{stream}.{name}" for verb in (*_CONSUMER_VERBS, "MSG.NEXT"))


def _without_next(api: str, own: str) -> tuple[str, ...]:
    return _of_consumer(api, "PACKS", own)[:-1]


def _wide(name: bytes) -> bytes:
    return b'{"stream_name":"PACKS","config":{"name":"%s","filter_subject":"packs.>","ack_policy":"none"}}' % name


def _said() -> tuple[str, ...]:
    said = {subject for durable in topology.DURABLES for subject in durable.subjects}
    return (*sorted(subject.replace("*", "attendance") for subject in said), "deadletters.events", "feeds.x", "events.x.y")


def _inboxes() -> tuple[str, ...]:
    return tuple(f"_INBOX_{user}.>" for user in (NEXT, *topology.SERVICES, "operator", "provision", "system"))


async def allowed_to_say(connection: Connection, attempt: Attempt) -> set[str]:
    """Of these subjects, those that the server did not refuse to this user."""
    for subject in attempt.subjects:
        await connection.client.publish(subject, attempt.body, reply=connection.client.new_inbox())
    return await _not_refused(connection, "publish", attempt.subjects)


async def allowed_to_hear(connection: Connection, subjects: Sequence[str]) -> set[str]:
    for subject in subjects:
        await connection.client.subscribe(subject, queue="all" if subject == ">" else "")
    return await _not_refused(connection, "subscription", subjects)


async def _not_refused(connection: Connection, what: str, subjects: Sequence[str]) -> set[str]:
    left = set(subjects)
    for _ in range(200):
        await connection.client.flush()
        left = {one for one in left if not any(f'violation for {what} to "{one.lower()}"' in error for error in connection.errors)}
        if not left:
            break
        await asyncio.sleep(0.01)
    return left


async def answers(connection: Connection, attempt: Attempt, own: str) -> set[str]:
    """What a user is told whom nothing limits; anything but a refusal is told as it came."""
    return set(await asyncio.gather(*(_answer(connection, subject, attempt.body, own) for subject in attempt.subjects)))


async def _answer(connection: Connection, subject: str, body: bytes, own: str) -> str:
    try:
        reply = await connection.client.request(subject, body, timeout=1)
    except NoRespondersError:
        return NOBODY
    except TimeoutError:
        return SILENCE
    told = json.loads(reply.data)
    if told.get("error", {}).get("code") == 503:
        return NO_STORE
    data = told.get("data", {})
    if data.get("account") == own or data.get("num_connections") == 1:
        return ITSELF
    return f"{subject}: {reply.data.decode()}"


async def everything_held(owner: Connection) -> dict[str, Any]:
    """What the streams and consumers of our account are and hold: no attempt may change it."""
    held: dict[str, Any] = {}
    for stream in await owner.client.jetstream().streams_info():
        name = stream.config.name or ""
        held[name] = (stream.config, stream.state.messages, stream.state.last_seq, stream.state.consumer_count)
        for one in await owner.client.jetstream().consumers_info(name):
            held[f"{name} {one.name}"] = (one.config, one.num_pending, one.num_ack_pending, one.delivered, one.ack_floor, one.num_waiting)
    return held
