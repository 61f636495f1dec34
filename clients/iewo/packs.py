"""The Local Authority's side of the stream of packs: fetch, open, save, tell whoever waits for it, and only then acknowledge.

Run again after a crash it loses and repeats nothing: what was saved and not acknowledged comes again and is recognised; what was fetched
and not saved comes again too, as soon as the bus gives up waiting for its acknowledgement.
"""

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import nats
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.client import JetStreamContext

from clients.iewo.pack_folder import FolderInUse, PackFolder
from clients.iewo.taking import Received, Run, take
from shared import parcel
from shared.provision.permissions import inbox_prefix

FETCH_SECONDS: Final = 0.75
EMPTY_FETCHES: Final = 2
"""So many in a row say that nothing waits: a single one may have stalled."""
REDELIVERY_SECONDS: Final = 60.0
"""How long the bus waits for an acknowledgement before it delivers a pack again."""


class PacksError(Exception):
    """Receiving did not end well; the message is one line that says what to do."""


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
        run = Run(folder, code, private, on_pack, trusted, held_until=until)
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


async def _drain(client: Client, account: str, run: Run, errors: list[str], until: float) -> None:
    """One pack at a time, so that a crash leaves one at most in hand."""
    try:
        subscription = await client.jetstream().pull_subscribe_bind(account, stream="PACKS")
        empty = 0
        while empty < EMPTY_FETCHES or time.monotonic() < until:
            message = await _next(subscription, run)
            news = message is not None and await take(message, run)
            run.settle()
            empty = 0 if news else empty + 1
            if message is None and (errors or not client.is_connected):
                raise PacksError(f"the bus refused: {errors[0]}" if errors else "the bus went away; run it again: what is saved is kept")
    except nats.js.errors.ServiceUnavailableError:
        raise PacksError("the bus has no packs for this account: an operator adds the LA with `iewo authority add`") from None
    except (nats.errors.Error, ConnectionError) as error:
        raise PacksError(f"the bus does not answer ({type(error).__name__}); run it again: what is saved is kept") from error


async def _next(subscription: JetStreamContext.PullSubscription, run: Run) -> Msg | None:
    run.folder.asking()
    run.asking = True
    asked = asyncio.ensure_future(_fetch(subscription, run))
    try:
        return await asyncio.shield(asked)
    except asyncio.CancelledError:
        await asyncio.gather(asked, return_exceptions=True)  # what the bus has sent by now is in hand, and is to be given back
        raise


async def _fetch(subscription: JetStreamContext.PullSubscription, run: Run) -> Msg | None:
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


async def _give_back(client: Client, run: Run) -> None:
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
            # with TLS from the first byte; the client would else go on in clear where the server, or whoever stands for it, asks for none
            tls_handshake_first=url.startswith("tls:"),
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


@contextmanager
def _writing_in(to: Path) -> Iterator[None]:
    try:
        yield
    except FolderInUse:
        raise PacksError(f"another `iewo packs receive` is at work in {to}; wait for its end") from None
    except OSError as error:
        raise PacksError(f"cannot write in {to}: {error.strerror}; what was not saved stays on the bus") from error
