"""What the register says: statistics of a school, the sessions of a child, the figures behind a concern."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.attendance.domain.codes import BY_BYTE, BY_TEXT, CLEARED, StatClass
from services.attendance.domain.judging import open_rules
from services.attendance.domain.notes import words
from services.attendance.domain.register_page import Page, feed_of, trail
from services.attendance.domain.runs import Run
from services.attendance.domain.standing import class_table, classes_of, standing_of
from services.attendance.domain.statistics import tally
from services.attendance.store.feeds import Feeds
from services.attendance.store.joins import Joins
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from services.attendance.store.schools import Schools
from shared.academic_year import SLOTS, day_of, of_session, slot, slots_by
from shared.contracts.attendance import ChildRegister, CodeMeaning, EarlierMark, RegisterSession, Standing

_CLASSES = class_table()
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
    feeds: Feeds
    joins: Joins
    today: Callable[[], date]

    async def statistics(self, urn: str, first: date, last: date) -> dict[str, Any]:
        """Counts and rates of a school in a period, both days included. A child's years are joined: one enrolment."""
        last = min(last, self.today())  # what is planned counts from its day
        joined: dict[str, bytes] = {}
        for year in range(of_session(first), of_session(last) + 1):
            begin, end = _span(year, first, last)
            for page in await self.register.of_school(urn, year):
                for child in page.children:
                    if child:
                        joined[child] = joined.get(child, b"") + page.series(child)[begin:end]
        return tally(joined.values(), 0, max(map(len, joined.values()), default=0)).columns()

    async def child(self, urn: str, child: str, first: date, last: date) -> ChildRegister:
        """A child's sessions, each with every mark that the register showed before. The figures leave out what is planned."""
        today = self.today()
        record = (await self.joins.groups(urn)).get(child, (child,))[0]
        sessions: list[RegisterSession] = []
        series = b""
        for year in range(of_session(first), of_session(last) + 1):
            begin, end = _span(year, first, last)
            come = slots_by(today, year)
            for page in await self.register.of_children(urn, year, [child]):
                if record in page.children:
                    sessions += _sessions(page, record, year, begin, end, come)
                    series += page.series(record)[begin : min(end, come)]
        return ChildRegister(
            child=child,
            sessions=tuple(sessions),
            statistics=tally([series], 0, len(series)).columns(),
            key=_key(sessions),
            submitted=await self.feeds.accepted_on(urn, {feed for _, feed in _marks(sessions)}),
        )

    async def standings(self, urn: str, year: int, children: Iterable[str]) -> list[Standing]:
        """The figures of the year to date behind children's concerns."""
        groups, come = await self.joins.groups(urn), slots_by(self.today(), year)
        wanted = {child: groups.get(child, (child,))[0] for child in children}
        found = []
        for page in await self.register.of_children(urn, year, wanted):
            for child, record in wanted.items():
                if record not in page.children:
                    continue
                figures = standing_of(classes_of(page.series(record)[:come], _CLASSES))
                found.append(
                    Standing(
                        child=child,
                        possible=figures.possible,
                        absent=figures.absent,
                        unauthorised=figures.unauthorised,
                        late=figures.late,
                        rules=tuple(open_rules(page, record)),
                    )
                )
        return found


def _span(year: int, first: date, last: date) -> tuple[int, int]:
    """The slots of a year that lie in a period; begins with a morning."""
    begin = slot(first, "AM") if of_session(first) == year else 0
    end = slot(last, "PM") + 1 if of_session(last) == year else SLOTS
    return begin, end


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


def _text(mark: int) -> str | None:
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
                code=_text(series[place]),
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
    return EarlierMark(code=_text(run.mark), feed=feed_of(run.writer), changed_by=said.changed_by, reason=said.reason)
