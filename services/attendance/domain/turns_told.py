"""What has turned over children, as it goes out with the page."""

from collections.abc import Iterable

from services.attendance.domain.judging import Turn
from shared.contracts.attendance_events import Eased, Raised


def told(turns: Iterable[Turn]) -> tuple[tuple[Raised, ...], tuple[Eased, ...], tuple[Eased, ...]]:
    """What is raised, what has eased, and what stands on and proposes no more. What stands on and proposes by now is raised again: its
    order tells it from what was told before."""
    raised, eased, lapsed = list[Raised](), list[Eased](), list[Eased]()
    for turn in turns:
        if turn.raised and (turn.proposes or not turn.stood):
            raised.append(
                Raised(child=turn.child, rule=turn.rule, order=turn.order, proposes=turn.proposes, met=turn.met if turn.stood else None)
            )
        else:
            (lapsed if turn.raised else eased).append(Eased(child=turn.child, rule=turn.rule, order=turn.order))
    return tuple(raised), tuple(eased), tuple(lapsed)
