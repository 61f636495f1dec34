"""The penalty notice that came of a pack, as the Local Authority (LA) has told it: a notice of which nobody told us is not known to us."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from services.sharing.domain.heard import Said, Says, Sessions, Word, standing
from services.sharing.domain.life import step
from services.sharing.domain.material import Notice

NoticeState = Literal["issued", "paid", "unpaid", "withdrawn", "in court"]

_TELLS: Final[dict[Says, NoticeState]] = {
    "notice issued": "issued",
    "paid": "paid",
    "unpaid": "unpaid",
    "withdrawn": "withdrawn",
    "in court": "in court",
    "outcome": "in court",
}
_THERE_IS_ONE: Final[frozenset[Says]] = frozenset({"notice issued", "paid", "unpaid"})


class Became(NamedTuple):
    """What became of the notice of a pack: the last that the LA has told, and of which day."""

    state: NoticeState
    on: date


def became(words: Sequence[Word]) -> Became | None:
    """None before the LA has spoken of a notice. That we took a pack back withdraws no notice: the LA alone does."""
    told = _told(words)
    return Became(_TELLS[told[-1].says], told[-1].on) if any(one.says in _THERE_IS_ONE for one in told) else None


def still_stands(words: Sequence[Word]) -> date | None:
    """The day of issue of a notice that the LA has not withdrawn. A paid one stands too: the LA that withdraws it repays it."""
    now = became(words)
    return _issued(words).on if now and now.state != "withdrawn" else None


def notice_of(
    words: Sequence[Word], authority: str, child: str, parent: str, of_pack: Sessions, request: str | None = None
) -> Notice | None:
    """None before the LA has spoken of a notice. A notice of which only the payment was told counts from that day at the latest.

    `of_pack`: the sessions on which the pack rests; the LA's own, where it names them, go before.
    """
    now = became(words)
    if now is None:
        return None
    notices = [one for one in _told(words) if one.says in _THERE_IS_ONE]
    return Notice(
        authority=authority,
        child=child,
        parent=parent,
        issued_on=_issued(words).on,
        state=now.state,
        sessions=next((one.sessions for one in reversed(notices) if one.sessions), of_pack),
        reference=next((one.reference for one in reversed(notices) if one.reference), None),
        request=request,
    )


def _told(words: Sequence[Word]) -> list[Said]:
    """In the order of the days on which it happened."""
    return sorted((one.said for one in standing(words) if one.source != "ourselves" and one.said.says in _TELLS), key=_in_order)


def _issued(words: Sequence[Word]) -> Said:
    notices = [one for one in _told(words) if one.says in _THERE_IS_ONE]
    return next((one for one in notices if one.says == "notice issued"), notices[0])


def _in_order(said: Said) -> tuple[date, int]:
    return said.on, step(said.says)
