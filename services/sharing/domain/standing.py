"""What holds a pack up: what is lacking of what has to be there by a stage of its life."""

from collections.abc import Iterable
from typing import Final, Literal

from services.sharing.domain.material import Item
from services.sharing.errors import HeldUp

Stage = Literal["checking", "signing", "sending"]
_ORDER: Final[tuple[Stage, ...]] = ("checking", "signing", "sending")


def lacking(items: Iterable[Item], stage: Stage) -> tuple[Item, ...]:
    """What has to be there by then, or before, and neither is nor is overridden."""
    by_then = _ORDER[: _ORDER.index(stage) + 1]
    return tuple(item for item in items if item.holds_up and item.before in by_then)


def check_nothing_lacks(items: Iterable[Item], stage: Stage) -> None:
    """HeldUp, with each thing that is lacking."""
    if found := lacking(items, stage):
        raise HeldUp("\n".join(f"{item.rule}: {item.says} {item.todo}".rstrip() for item in found))
