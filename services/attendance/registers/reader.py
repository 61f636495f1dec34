"""What the register says: the sessions of a child."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.attendance.domain.codes import BY_BYTE, BY_TEXT, CLEARED, StatClass
from services.attendance.domain.dates import span_of
from services.attendance.domain.notes import words
from services.attendance.domain.register_page import Page, feed_of, trail
from services.attendance.domain.runs import Run
from services.attendance.domain.statistics import tally
from services.attendance.domain.succession import source_of
from services.attendance.domain.whole_rolls import last_day
from services.attendance.figures.answers import RollChild
from services.attendance.store.acceptances import Acceptances
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from services.attendance.store.schools import Schools
from shared.academic_year import day_of, of_session, slots_by
from shared.contracts.attendance import ChildRegister, CodeMeaning, EarlierMark, RegisterSession

_CLASS_NAMES = {
    StatClass.PRESENT: "present",
    StatClass.LATE: "late",
    StatClass.AEA: "approved educational activity",
    StatClass.AUTHORISED: "authorised absence",
    StatClass.UNAUTHORISED: "unauthorised absence",
    StatClass.NOT_POSSIBLE: "not a possible session",
    StatClass.ADMINISTRATIVE: "administrative",
}


@dataclass(frozen=True, slots=True)
class Reader:
    schools: Schools
    rolls: Rolls
    register: Register
    acceptances: Acceptances
    today: Callable[[], date]

    async def children(self, urn: str, year: int) -> list[RollChild]:
        """The children on a year's roll, and which of them another school names too. No school's name is told."""
        kin = {urn, *await self.schools.before(urn), *await self.schools.after(urn)}
        elsewhere = await self.rolls.elsewhere(urn, year, last_day(year, self.today()), kin)
        return [RollChild(**dict(one), also_elsewhere=one.child in elsewhere) for one in await self.rolls.of_year(urn, year)]

    async def child(self, urn: str, child: str, first: date, last: date) -> ChildRegister:
        """A child's sessions, each with every mark that the register showed before. The figures leave out what is planned."""
        today = self.today()
        sessions: list[RegisterSession] = []
        series = b""
        for year in range(of_session(first), of_session(last) + 1):
            begin, end = span_of(year, first, last)
            come = slots_by(today, year)
            for opened in await self.register.of_children(urn, year, [child]):
                sessions += _sessions(opened.page, child, year, begin, end, come)
                series += opened.page.series(child)[begin : min(end, come)]
        return ChildRegister(
            child=child,
            sessions=tuple(sessions),
            statistics=_without_missing(tally([series], 0, len(series)).columns()),
            key=_key(sessions),
            submitted={feed: at.date() for feed, at in (await self.accepted(urn, {feed for _, feed in _marks(sessions)})).items()},
        )

    async def accepted(self, urn: str, feeds: set[int]) -> dict[int, datetime]:
        """When feeds were accepted; those of schools before it are told as in `succession.source_of`."""
        row = [urn, *(await self.schools.before(urn) if min(feeds, default=1) < 0 else ())]
        by_school: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for feed in feeds:
            back, number = source_of(feed)
            by_school[back][number] = feed
        told: dict[int, datetime] = {}
        for back, numbers in by_school.items():
            accepted = await self.acceptances.of(row[back], numbers.keys()) if back < len(row) else {}
            told |= {numbers[number]: at for number, at in accepted.items()}
        return told


def _without_missing(columns: Mapping[str, object]) -> dict[str, object]:
    """Which sessions are missing is told by the school's calendar, that is by every child's marks."""
    return {name: value for name, value in columns.items() if name != "missing_sessions"}


def _marks(sessions: Iterable[RegisterSession]) -> Iterator[tuple[str | None, int]]:
    """Every code that stands or stood, None where there is none, with its feed."""
    for session in sessions:
        yield session.code, session.feed
        yield from ((mark.code, mark.feed) for mark in session.earlier)


def _key(sessions: Iterable[RegisterSession]) -> tuple[CodeMeaning, ...]:
    """In the order of the regulations' tables."""
    used = {code for code, _ in _marks(sessions)}
    return tuple(
        CodeMeaning(code=code.text, meaning=code.meaning, statistical_class=_CLASS_NAMES[code.klass])
        for code in BY_TEXT.values()
        if code.text in used
    )


def code_of(mark: int) -> str | None:
    """As it is written; None where a mark was cleared."""
    return None if mark == CLEARED else BY_BYTE[mark].text


def _sessions(page: Page, child: str, year: int, begin: int, end: int, come: int) -> list[RegisterSession]:
    """Those in slots from `come` on are planned."""
    series = page.series(child)
    found = []
    for place in range(begin, end):
        if not series[place]:
            continue
        runs = trail(page, child, place)
        day, session = day_of(year, place)
        *earlier, now = runs
        said = words(now.note)
        found.append(
            RegisterSession(
                day=day,
                session=session,
                code=code_of(series[place]),
                minutes_late=said.minutes,
                feed=feed_of(now.writer),
                changed_by=said.changed_by,
                reason=said.reason,
                earlier=tuple(_earlier(run) for run in earlier),
                planned=place >= come,
            )
        )
    return found


def _earlier(run: Run) -> EarlierMark:
    said = words(run.note)
    return EarlierMark(code=code_of(run.mark), feed=feed_of(run.writer), changed_by=said.changed_by, reason=said.reason)
