"""A child's register in the words of the pack: its days, its codes, its sums, and the marks that changed."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise

from services.sharing.domain.paper.refusals import NoPack
from shared import percentages
from shared.contracts.attendance import ChildRegister, CodeMeaning, RegisterSession
from shared.pack.register import CodeCount, MarkChange, Register, RegisterDay, StatisticalClass, Totals, Unauthorised

Used = Mapping[tuple[date, str], date]
"""Sessions on which a notice rests, with the day on which it was issued."""


def register(told: ChildRegister, first: date, last: date) -> Register:
    """The sessions of a period. A mark entered ahead for a day to come is none yet. NoPack for a code that the key does not explain."""
    sessions = [one for one in told.sessions if first <= one.day <= last and not one.planned]
    days = tuple(_days(sessions))
    codes = tuple(_codes(days, told.key))
    return Register(
        period_from=first,
        period_to=last,
        register_as_of=_as_of(told, sessions),
        days=days,
        codes=codes,
        totals=_totals(days, codes),
    )


def unauthorised(
    shown: Register, used: Used, unsettled: Collection[str] = (), relied_on_after: date | None = None
) -> tuple[Unauthorised, ...]:
    """The sessions of unauthorised absence in their order, but for those whose reason is still to be found, and those up to the day on
    which the parent was told, where that is of the offence: nobody relies on them."""
    theirs = {count.code for count in shown.codes if count.statistical_class == "unauthorised absence"} - {*unsettled}
    days = [day for day in shown.days if relied_on_after is None or day.date > relied_on_after]
    halves = ((day.date, half, code) for day in days for half, code in (("AM", day.am), ("PM", day.pm)))
    return tuple(
        Unauthorised(date=day, session=half, code=code, used_for=used.get((day, half))) for day, half, code in halves if code in theirs
    )


def changes(told: ChildRegister, first: date, last: date) -> tuple[MarkChange, ...]:
    """Each mark that another submission replaced. The same code with other minutes is no change of the mark."""
    found = (change for one in told.sessions if first <= one.day <= last for change in _changed(one, told.submitted))
    return tuple(sorted(found, key=lambda change: (change.date, change.session, change.submitted_on or change.date)))


def differences(signed: ChildRegister, now: ChildRegister, first: date, last: date) -> tuple[MarkChange, ...]:
    """Where the register now differs from the one that was signed."""
    before, after = ({(one.day, one.session): one for one in told.sessions if first <= one.day <= last} for told in (signed, now))
    return tuple(
        MarkChange(
            date=place[0],
            session=place[1],
            before=_code(before.get(place)),
            after=_code(after.get(place)),
            submitted_on=now.submitted.get(after[place].feed) if place in after else None,
        )
        for place in sorted(before.keys() | after.keys())
        if _code(before.get(place)) != _code(after.get(place))
    )


def _code(session: RegisterSession | None) -> str | None:
    return session.code if session else None


def _as_of(told: ChildRegister, sessions: Iterable[RegisterSession]) -> date | None:
    """The day of the school's last submission. A mark that was entered ahead is known on its day."""
    days = [one.day for one in sessions]
    return max((*told.submitted.values(), *days)) if days else None


def _days(sessions: Iterable[RegisterSession]) -> Iterator[RegisterDay]:
    days: dict[date, dict[str, str | None]] = {}
    for one in sessions:
        days.setdefault(one.day, {})[one.session] = one.code
    for day in sorted(days):
        yield RegisterDay(date=day, am=days[day].get("AM"), pm=days[day].get("PM"))


def _codes(days: Iterable[RegisterDay], key: Iterable[CodeMeaning]) -> Iterator[CodeCount]:
    counts = Counter(code for day in days for code in (day.am, day.pm) if code is not None)
    explained = {meaning.code: meaning for meaning in key}
    if counts.keys() - explained.keys():
        raise NoPack("the register has a code that its key does not explain")
    for code, meaning in explained.items():
        if counts[code]:
            told = meaning.model_dump(include={"code", "meaning", "statistical_class"})
            yield CodeCount.model_validate(told | {"sessions": counts[code]})


def _totals(days: Iterable[RegisterDay], codes: Iterable[CodeCount]) -> Totals:
    of: Counter[StatisticalClass] = Counter()
    for count in codes:
        of[count.statistical_class] += count.sessions
    attended = of["present"] + of["late"] + of["approved educational activity"]
    absent = of["authorised absence"] + of["unauthorised absence"]
    return Totals(
        possible=attended + absent,
        attended=attended,
        late=of["late"],
        approved_educational_activity=of["approved educational activity"],
        absent=absent,
        authorised=of["authorised absence"],
        unauthorised=of["unauthorised absence"],
        not_possible=of["not a possible session"] + of["administrative"],
        no_mark=sum((day.am is None) + (day.pm is None) for day in days),
        attendance_percentage=percentages.attendance(absent, attended + absent) if attended + absent else None,
    )


def _changed(session: RegisterSession, submitted: Mapping[int, date]) -> Iterator[MarkChange]:
    told = [*((mark.code, mark.feed) for mark in session.earlier), (session.code, session.feed)]
    for (before, _), (after, feed) in pairwise(told):
        if before != after:
            yield MarkChange(date=session.day, session=session.session, before=before, after=after, submitted_on=submitted.get(feed))
