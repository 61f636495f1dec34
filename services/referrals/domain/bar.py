"""A child's referrals are closed to a person: their own child, a neighbour's, a friend's. The person sees nothing of them, whatever the
role, the head of service included."""

from datetime import datetime
from typing import Protocol

from shared.frozen import Frozen


class Bar(Frozen):
    """Set by the head of service, and lifted again with a reason."""

    who: str
    by: str
    at: datetime
    why: str
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lifted_why: str | None = None


class Bars(Frozen):
    """All that was ever said of one child at one school."""

    bars: tuple[Bar, ...] = ()

    @property
    def standing(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(bar.who for bar in self.bars if bar.lifted_at is None))


class Step(Protocol):
    """What is said of one person."""

    def __call__(self, bars: Bars, who: str, by: str, at: datetime, why: str) -> Bars: ...


def closed_to(bars: Bars, who: str, by: str, at: datetime, why: str) -> Bars:
    """Said again, nothing changes."""
    return bars if who in bars.standing else Bars(bars=(*bars.bars, Bar(who=who, by=by, at=at, why=why)))


def opened_to(bars: Bars, who: str, by: str, at: datetime, why: str) -> Bars:
    lifted = {"lifted_by": by, "lifted_at": at, "lifted_why": why}
    return Bars(bars=tuple(bar.model_copy(update=lifted) if bar.who == who and bar.lifted_at is None else bar for bar in bars.bars))
