"""The Local Authority's side of the stream of packs: fetch, open, save, tell whoever waits for it, and only then acknowledge.

Run again after a crash it loses and repeats nothing: what was saved and not acknowledged comes again and is recognised; what was fetched
and not saved comes again too, as soon as the bus gives up waiting for its acknowledgement.
"""

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import nats
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.client import JetStreamContext

from clients.iewo.pack_folder import FolderInUse, OtherFiles, PackFolder
from shared import consignment, parcel
from shared.provision.permissions import inbox_prefix

FETCH_SECONDS: Final = 0.75
EMPTY_FETCHES: Final = 2
"""So many in a row say that nothing waits: a single one may have stalled."""
ACK_SECONDS: Final = 5.0
REDELIVERY_SECONDS: Final = 60.0
"""How long the bus waits for an acknowledgement before it delivers a pack again."""


class PacksError(Exception):
    """Receiving did not end well; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Received:
    """A pack that is saved, and acknowledged as soon as who is told of it is done. `new`: False for one that an earlier run had saved and
    not acknowledged: it may have told of it. `again`: this one is closed to an earlier key, or altered; the pack was sent again and is
    saved. `notice`: no pack, but a notice of what has changed of one."""

    pack: str
    folder: Path
    new: bool
    again: bool = False
    notice: bool = False


@dataclass
class _Run:
    """What one run has done so far, and what it has in hand."""

    folder: PackFolder
    code: str
    private: str
    on_pack: Callable[[Received], None]
    trusted: str | None
    saved: int = 0
    problems: dict[int, str] = field(default_factory=dict)
    """What is left on the bus, by its place there."""
    in_hand: list[Msg] = field(default_factory=list)
    unopened: dict[str, Msg] = field(default_factory=dict)
    """What is in hand and does not open, by pack: closed to an earlier key of the LA, it comes once more, closed to the one that it has."""
    asking: bool = False
    """A pack was asked for, and what came of it is not known yet."""
    held_until: float = 0.0
    """So long the bus may hold back what an earlier run had in hand (on the monotonic clock, which nobody sets)."""

    def settle(self) -> None:
        """Note in the folder that nothing is in hand, where nothing is."""
        if self.in_hand or self.asking:
            return
        if time.monotonic() < self.held_until:
            self.folder.as_found()
        else:
            self.folder.free()


async def receive(
    nats_url: str,
    creds: Path,
    key: Path,
    account: str,
    code: str,
    to: Path,
    *,
    on_pack: Callable[[Received], None],
    on_wait: Callable[[float], None] = lambda _: None,
    follow: bool = False,
    trusted: str | None = None,
    redelivery_seconds: float = REDELIVERY_SECONDS,
) -> int:
    """Save every pack that waits for the LA under `to`/<pack id>/; how many were new. PacksError says what was left.

    `creds`, `key`: the LA's own files. `account`: its account's public key. `code`: its three digits. `on_wait` is told how many seconds
    remain for what a run that was cut off may have had in hand. `follow`: go on until cancelled, or until the bus goes away. `trusted`: the
    sender's public key (hexadecimal), by which each manifest has to be signed; without it, by the key that the manifest names.
    """
    private = _private_key(key)
    with _writing_in(to), PackFolder(to) as folder:
        left = _held_for(folder.cut_off_at, redelivery_seconds + 2 * FETCH_SECONDS)
        until = time.monotonic() + left
        run = _Run(folder, code, private, on_pack, trusted, held_until=until)
        if left > 0:
            on_wait(left)
        errors: list[str] = []
        client = await _connected(nats_url, creds, code, errors)
        try:
            await _drain(client, account, run, errors, math.inf if follow else until)
        finally:
            await _give_back(client, run)
            run.settle()
    if run.problems:
        raise PacksError(f"{len(run.problems)} left on the bus, {run.saved} saved: " + "; ".join(run.problems.values()))
    return run.saved


def _held_for(cut_off_at: float | None, most: float) -> float:
    """Seconds for which the bus may hold back what a run had in hand that was cut off then; a clock set back makes them no more."""
    return 0.0 if cut_off_at is None else min(cut_off_at + most - time.time(), most)


async def _drain(client: Client, account: str, run: _Run, errors: list[str], until: float) -> None:
    """One pack at a time, so that a crash leaves one at most in hand."""
    try:
        subscription = await client.jetstream().pull_subscribe_bind(account, stream="PACKS")
        empty = 0
        while empty < EMPTY_FETCHES or time.monotonic() < until:
            message = await _next(subscription, run)
            news = message is not None and await _take(message, run)
            run.settle()
            empty = 0 if news else empty + 1
            if message is None and (errors or not client.is_connected):
                raise PacksError(f"the bus refused: {errors[0]}" if errors else "the bus went away; run it again: what is saved is kept")
    except nats.js.errors.ServiceUnavailableError:
        raise PacksError("the bus has no packs for this account: an operator adds the LA with `iewo authority add`") from None
    except (nats.errors.Error, ConnectionError) as error:
        raise PacksError(f"the bus does not answer ({type(error).__name__}); run it again: what is saved is kept") from error


async def _next(subscription: JetStreamContext.PullSubscription, run: _Run) -> Msg | None:
    run.folder.asking()
    run.asking = True
    asked = asyncio.ensure_future(_fetch(subscription, run))
    try:
        return await asyncio.shield(asked)
    except asyncio.CancelledError:
        await asyncio.gather(asked, return_exceptions=True)  # what the bus has sent by now is in hand, and is to be given back
        raise


async def _fetch(subscription: JetStreamContext.PullSubscription, run: _Run) -> Msg | None:
    message: Msg | None
    try:
        [message] = await subscription.fetch(1, timeout=FETCH_SECONDS)
        run.in_hand.append(message)
    except nats.errors.TimeoutError:
        message = None
    except nats.js.errors.APIError:
        run.asking = False  # an answer, and no pack
        raise
    run.asking = False
    return message


async def _take(message: Msg, run: _Run) -> bool:
    """Verified and saved first, acknowledged afterwards; what cannot be opened, verified or saved stays on the bus.

    Whether there may be more: not when this is a pack that could not be taken before, come again behind all the others.
    """
    name, place = _name(message), _place(message)
    if place in run.problems:
        return message.metadata.num_pending > 0
    try:
        opened = consignment.open_(message.data, run.private)
        if opened.authority != run.code:
            raise consignment.NotAConsignment
        if wrong := _wrong(opened, run.trusted):
            run.problems[place] = f"pack {name} is not as it was signed: {wrong}; ask its sender"
            return True
        new = run.folder.save(opened.pack, opened.files)
    except (consignment.NotAConsignment, parcel.ParcelNotOpened):
        if run.folder.holds(name):
            await _sent_again(message, name, run)
        else:
            message.data = b""  # there may be hundreds of them
            run.unopened[name] = message
            run.problems[place] = (
                f"pack {name} does not open with this key: it was altered, or closed to another one; "
                "where your key is a new one it is sent again of itself, else ask its sender"
            )
    except OtherFiles:
        run.problems[place] = f"{run.folder.path / name} holds other files than pack {name}; move it away and run again"
    else:
        run.saved += new
        # who fails in it is told of the pack again
        run.on_pack(Received(opened.pack, run.folder.path / opened.pack, new, notice=_is_notice(opened)))
        await message.ack_sync(timeout=ACK_SECONDS)
        run.in_hand.remove(message)
        if earlier := run.unopened.pop(opened.pack, None):
            await _sent_again(earlier, opened.pack, run)
    return True


async def _sent_again(message: Msg, pack: str, run: _Run) -> None:
    """Let the bus forget a consignment that does not open, of a pack that came by another and is saved."""
    run.on_pack(Received(pack, run.folder.path / pack, new=False, again=True))
    await message.ack_sync(timeout=ACK_SECONDS)
    place = _place(message)
    run.problems.pop(place, None)
    run.in_hand = [one for one in run.in_hand if _place(one) != place]  # it may have come more than once


def _is_notice(opened: consignment.Consignment) -> bool:
    from shared.pack import change

    return opened.files.keys() == change.FILES


def _wrong(opened: consignment.Consignment, trusted: str | None) -> str | None:
    """The first thing that is wrong with a pack; None for a good one."""
    from shared.pack import change
    from shared.pack.manifest import MANIFEST, read
    from shared.pack.verify import findings

    if _is_notice(opened):
        return change.fault(opened.files, opened.pack, opened.authority, trusted)
    wrong = findings(opened.files, trusted=trusted)
    if wrong:
        return wrong[0]
    told = read(opened.files[MANIFEST])
    return None if (told.pack, told.authority) == (opened.pack, opened.authority) else "its manifest is that of another pack"


async def _give_back(client: Client, run: _Run) -> None:
    """Without it the bus waits a minute before it gives to the next run what this one has in hand."""
    try:
        if client.is_connected:
            for message in run.in_hand:
                await message.nak()
            await client.flush(timeout=2)
            run.in_hand.clear()
    except (nats.errors.Error, nats.js.errors.Error, OSError):
        pass  # they stay in hand
    finally:
        await client.close()


async def _connected(url: str, creds: Path, code: str, errors: list[str]) -> Client:
    async def note(error: Exception) -> None:
        if "violation" in str(error).lower():
            errors.append(str(error))

    if not creds.is_file():
        raise PacksError(f"{creds} is missing: it is the file that the operator made with `iewo authority add {code}`")
    try:
        return await nats.connect(
            url,
            user_credentials=str(creds),
            inbox_prefix=inbox_prefix(code).encode(),
            name=f"LA {code}",
            allow_reconnect=False,
            # even so, the client tries a server that refuses 60 times, 2 s apart
            max_reconnect_attempts=1,
            reconnect_time_wait=0.2,
            connect_timeout=5,
            error_cb=note,
        )
    except (nats.errors.Error, OSError, ValueError) as error:
        raise PacksError(
            f"the bus at {url} does not let LA {code} in ({error}): is it running, and are the credentials current?"
        ) from error


def _private_key(file: Path) -> str:
    try:
        private = file.read_text().strip()
        parcel.public_of(private)
    except OSError as error:
        raise PacksError(f"cannot read the private key {file}: {error.strerror}") from error
    except (parcel.NotAParcelKey, UnicodeDecodeError):
        raise PacksError(f"{file} holds no private key: 32 bytes as base64, as `iewo authority add` makes it") from None
    return private


def _place(message: Msg) -> int:
    return message.metadata.sequence.stream


def _name(message: Msg) -> str:
    """The pack's id as its label says; otherwise its place on the stream."""
    try:
        return consignment.label_of(message.data).pack
    except consignment.NotAConsignment:
        return f"number {_place(message)}"


@contextmanager
def _writing_in(to: Path) -> Iterator[None]:
    try:
        yield
    except FolderInUse:
        raise PacksError(f"another `iewo packs receive` is at work in {to}; wait for its end") from None
    except OSError as error:
        raise PacksError(f"cannot write in {to}: {error.strerror}; what was not saved stays on the bus") from error
