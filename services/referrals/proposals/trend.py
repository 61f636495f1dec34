"""How a child attended in the latest school days, and in as many before them: asked of `attendance` when somebody looks, stored nowhere."""

from collections.abc import Iterable
from datetime import date, timedelta

from services.referrals.domain.triage import Stretch
from shared.bus import Bus
from shared.contracts.periods import AskPeriods, Periods, PeriodSums, Span
from shared.errors import Transient, WorldAway

NOTHING = (None, None)


async def stretches(bus: Bus, school: str, records: Iterable[str], days: int, today: date) -> tuple[Stretch | None, Stretch | None]:
    """The latest `days` school days up to today, and those before. `records`: all of the child's. None where the register knows neither the
    child nor the days, or cannot be asked now."""
    tomorrow = today + timedelta(days=1)
    spans = (Span(day=tomorrow, begin=-days, end=0), Span(day=tomorrow, begin=-2 * days, end=-days))
    try:
        answer = await bus.ask(AskPeriods(school=school, spans=spans), Periods)
    except (WorldAway, Transient):
        return NOTHING
    places = {child: place for place, child in enumerate(answer.children)}
    place = next((places[record] for record in records if record in places), None)
    if place is None:
        return NOTHING
    lately, before = (_stretch(one, place) for one in answer.spans)
    return lately, before


def _stretch(sums: PeriodSums, place: int) -> Stretch | None:
    if sums.first is None or sums.last is None:
        return None
    return Stretch(sums.first, sums.last, sums.days, sums.possible[place], sums.absent[place])
