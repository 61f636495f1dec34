"""The figures behind children's concerns, worked out from the register when they are asked for."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from services.attendance.domain.codes import BY_BYTE
from services.attendance.domain.evidence import Child, Met
from services.attendance.domain.judging import Bench, open_rules
from services.attendance.domain.register_page import Page
from services.attendance.domain.standing import class_table, classes_of, standing_of
from services.attendance.judging.ages import Ages
from services.attendance.judging.judges import Judges
from services.attendance.store.lately import standing
from services.attendance.store.open_page import OpenPage
from services.attendance.store.register import Register
from shared.academic_year import day_of, first_day, slots_by
from shared.contracts.standing import AskStanding, ConcernSession, MetConcern, Standing

_CLASSES = class_table()


@dataclass(frozen=True, slots=True)
class Shown:
    """Built in the composition root."""

    register: Register
    judges: Judges
    ages: Ages
    today: Callable[[], date]

    async def standings(self, asked: AskStanding) -> list[Standing]:
        """The figures of the year to date, of those children that the year's register knows."""
        lately = self.register.lately.of(asked.school, asked.year, asked.children) if asked.as_judged else {}
        found, wanted = list(lately.values()), set(asked.children) - lately.keys()
        if not wanted:
            return found
        come, bench = slots_by(self.today(), asked.year), await self.judges.of(asked.school, self.today())
        for opened in await self.register.of_children(asked.school, asked.year, wanted):
            for child in wanted.intersection(child for child in opened.page.children if child):
                sessions = standing_of(classes_of(opened.page.series(child)[:come], _CLASSES))
                one = standing(child, sessions, opened.page, bench.profile.version)
                if asked.detailed:
                    concerns = await self._concerns(asked.school, asked.year, opened, child, bench)
                    one = one.model_copy(update={"concerns": tuple(concerns)})
                found.append(one)
        return found

    async def concerns(self, urn: str, year: int, child: str) -> list[MetConcern] | None:
        """Every rule and pattern that a child meets today; None where the year's register does not know the child."""
        bench = await self.judges.of(urn, self.today())
        pages = await self.register.of_children(urn, year, [child])
        return await self._concerns(urn, year, pages[0], child, bench) if pages else None

    async def _concerns(self, urn: str, year: int, opened: OpenPage, child: str, bench: Bench) -> list[MetConcern]:
        showing, page = bench.showing(), opened.page
        last = [one.page for one in await self.register.of_children(urn, year - 1, [child])]
        before, weeks = [await self.register.school_weeks(urn, one, self.today()) for one in (year - 1, year)]
        earlier = showing.earlier(last, year - 1, [child], before).get(child)
        age = (await self.ages.of(urn, [child])).get(child)
        look = showing.look(showing.see([page], year, self.today()), weeks)
        known = Child(look, page.children.index(child), earlier, age, showing.thresholds)
        standing = set(open_rules(page, child))
        return [
            MetConcern(
                rule=one.concern.rule,
                profile=bench.profile.version,
                raised=one.concern.rule in standing,
                proposes=one.concern.rule in bench.proposes,
                since=first_day(year) + timedelta(one.since),
                figures=dict(one.concern.figures),
                sessions=tuple(_sessions(one, page, last, child, year)),
            )
            for one in known.met()
        ]


def _sessions(met: Met, page: Page, last: list[Page], child: str, year: int) -> Iterator[ConcernSession]:
    if met.before:
        yield from _coded(met.before, last[0], child, year - 1)
    yield from _coded(met.here, page, child, year)


def _coded(slots: Iterable[int], page: Page, child: str, year: int) -> Iterator[ConcernSession]:
    series = page.series(child)
    for slot in slots:
        day, session = day_of(year, slot)
        yield ConcernSession(day=day, session=session, code=BY_BYTE[series[slot]].text)
