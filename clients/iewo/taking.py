"""One pack in hand: opened, held against what was signed, saved, told of, and only then acknowledged."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nats.aio.msg import Msg

from clients.iewo.pack_folder import OtherFiles, PackFolder
from shared import consignment, parcel

ACK_SECONDS: Final = 5.0


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
class Run:
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


async def take(message: Msg, run: Run) -> bool:
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


async def _sent_again(message: Msg, pack: str, run: Run) -> None:
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


def _place(message: Msg) -> int:
    return message.metadata.sequence.stream


def _name(message: Msg) -> str:
    """The pack's id as its label says; otherwise its place on the stream."""
    try:
        return consignment.label_of(message.data).pack
    except consignment.NotAConsignment:
        return f"number {_place(message)}"
