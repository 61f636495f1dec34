"""Which legal clock of a pack runs out first: by it lists are sorted."""

from datetime import date

from services.sharing.domain.life import AT_HOME, TO_TAKE_BACK, State


def nearest(state: State, request_by: date | None, earliest_by: date | None) -> date | None:
    """The last day for the request, until the pack is sent; then the last day on which the LA can lay an information for the earliest
    session; None once nothing more is to be done, or no session is relied on."""
    if state in AT_HOME:
        return min((day for day in (request_by, earliest_by) if day), default=None)
    return earliest_by if state in TO_TAKE_BACK else None
