"""The penalty notice that came of a pack, as the Local Authority (LA) has told it: a notice of which nobody told us is not known to us."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal

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


def notice_of(
    words: Sequence[Word], authority: str, child: str, parent: str, of_pack: Sessions, request: str | None = None
) -> Notice | None:
    """None before the LA has spoken of a notice. A notice of which only the payment was told counts from that day at the latest.

    `of_pack`: the sessions on which the pack rests; the LA's own, where it names them, go before. That we took a pack back withdraws no
    notice: the LA alone does.
    """
    told = sorted((one.said for one in standing(words) if one.source != "ourselves" and one.said.says in _TELLS), key=_in_order)
    notices = [one for one in told if one.says in _THERE_IS_ONE]
    if not notices:
        return None
    issued = next((one for one in notices if one.says == "notice issued"), notices[0])
    return Notice(
        authority=authority,
        child=child,
        parent=parent,
        issued_on=issued.on,
        state=_TELLS[told[-1].says],
        sessions=next((one.sessions for one in reversed(notices) if one.sessions), of_pack),
        reference=next((one.reference for one in reversed(notices) if one.reference), None),
        request=request,
    )


def _in_order(said: Said) -> tuple[date, int]:
    return said.on, step(said.says)
