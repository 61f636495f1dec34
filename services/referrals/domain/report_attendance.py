"""What a school's report says of attendance: the whole school's, beside what is published, and by year group."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from services.referrals.domain.published import ENGLAND, Row
from services.referrals.domain.report import (
    HIDDEN,
    NONE,
    Audience,
    Bar,
    Bars,
    Cell,
    Section,
    Table,
    absence,
    attendance,
    count,
    percent,
    words,
)
from services.referrals.domain.report_facts import Facts
from services.referrals.domain.suppression import is_small, suppressed
from shared.percentages import attendance_rate, nearest

Columns = Mapping[str, Any]
_RATES: Final = (
    ("Attendance", "attendance_perc", "attendance", attendance),
    ("Absence", "overall_absence_perc", "absence", absence),
    ("Authorised absence", "authorised_absence_perc", "authorised", absence),
    ("Unauthorised absence", "unauthorised_absence_perc", "unauthorised", absence),
)
_YEAR_GROUPS: Final = {"N1": "Nursery, first year", "N2": "Nursery, second year", "R": "Reception", "X": "No curriculum year"}


def attendance_section(facts: Facts, audience: Audience) -> Section:
    authority, england = facts.published(facts.school.authority), facts.published(ENGLAND)
    columns = ["Measure", "This half term", f"Year {facts.year_so_far}", *(_heading(row) for row in (authority, england) if row)]
    published = [row for row in (authority, england) if row]
    rows = [
        (
            words(name),
            *(shown(said.columns[column]) for said in (facts.term, facts.to_date)),
            *(shown(getattr(row, field)) for row in published),
        )
        for name, column, field, shown in _RATES
    ]
    pupils = [_pupils(name, column, facts, audience, published) for name, column in _OFTEN]
    table = Table("Attendance and absence", tuple(columns), (*rows, *pupils), note=_of_what(facts))
    return Section("Attendance", (_in_a_sentence(facts, england),), _bars(facts, published), (table,))


_OFTEN: Final = (("Persistently absent pupils", "persistent_absentees"), ("Severely absent pupils", "severe_absentees"))


def _pupils(name: str, column: str, facts: Facts, audience: Audience, published: Sequence[Row]) -> tuple[Cell, ...]:
    own = [rate_of_pupils(said.columns, column, audience, with_count=True) for said in (facts.term, facts.to_date)]
    theirs = [percent(row.persistent) if column == "persistent_absentees" else NONE for row in published]
    return words(name), *own, *theirs


def rate_of_pupils(columns: Columns, column: str, audience: Audience, *, with_count: bool = False) -> Cell:
    """Hidden where those of whom it is, or the others, are a handful: a rate of so many pupils tells their number."""
    some, all_ = int(columns[column]), int(columns["enrolments"])
    if not all_:
        return NONE
    if audience == "governors" and (is_small(some) or is_small(all_ - some)):
        return HIDDEN
    rate = percent(100 * some / all_)
    return Cell(f"{rate.text} ({some:,})", rate.number, "percent", f"({some:,})") if with_count else rate


def _in_a_sentence(facts: Facts, england: Row | None) -> str:
    term, to_date = facts.term.columns["attendance_perc"], facts.to_date.columns["attendance_perc"]
    if term is None or to_date is None:
        return "The register has no session of this half term."
    in_term, in_year = attendance_rate(term), attendance_rate(to_date)
    said = f"Pupils attended {in_term} % of their sessions in this half term and {in_year} % in the year {facts.year_so_far}."
    if england is None or facts.publication is None:
        return said
    apart = float(in_year) - england.attendance
    beside = "the same as" if abs(apart) < 0.05 else f"{nearest(abs(apart))} percentage points {'above' if apart > 0 else 'below'}"
    schools = {"Total": "all schools"}.get(england.phase, f"{england.phase.lower()} schools")
    return f"{said} The year so far is {beside} {schools} in England ({attendance_rate(england.attendance)} %)."


def _bars(facts: Facts, published: Iterable[Row]) -> Bars | None:
    own = [("This half term", facts.term), (f"Year {facts.year_so_far}", facts.to_date)]
    rates = [(name, said.columns["overall_absence_perc"]) for name, said in own]
    bars = [Bar(name, rate, True) for name, rate in rates if rate is not None]
    bars += [Bar(row.name, row.absence, False) for row in published]
    return Bars("Absence, per cent of possible sessions", tuple(bars)) if bars else None


def year_groups_section(facts: Facts, audience: Audience) -> Section:
    groups = dict(facts.term.year_groups)
    pupils = [int(said["enrolments"]) for said in groups.values()]
    # of a handful of pupils, and of those from whom they could be worked out, not even the rates
    shown = suppressed(pupils).cells if audience == "governors" else pupils
    rows = [_year_group(_year(group), said, cell is None, audience) for (group, said), cell in zip(groups.items(), shown, strict=True)]
    rows.append(_year_group("School", facts.term.columns, False, audience))
    columns = ["Year group", "Attendance", "Authorised absence", "Unauthorised absence"]
    columns += ["Pupils", "Persistently absent"] if audience == "head" else []
    return Section("Year groups", tables=(Table("Year groups in this half term", tuple(columns), tuple(rows), total=True),))


def _year_group(name: str, said: Columns, hidden: bool, audience: Audience) -> tuple[Cell, ...]:
    if hidden:
        return words(name), *[HIDDEN] * 3
    rates = [attendance(said["attendance_perc"]), absence(said["authorised_absence_perc"]), absence(said["unauthorised_absence_perc"])]
    if audience == "governors":
        return words(name), *rates
    return words(name), *rates, count(said["enrolments"]), rate_of_pupils(said, "persistent_absentees", audience, with_count=True)


def _year(group: str) -> str:
    return _YEAR_GROUPS.get(group, f"Year {group}")


def _heading(row: Row) -> str:
    return f"{row.name}, {'all schools' if row.phase == 'Total' else row.phase.lower()}"


def _of_what(facts: Facts) -> str:
    said = f"This half term: {facts.days}. In brackets: pupils."
    if facts.publication is None:
        return f"{said} There are no columns of the Local Authority and of England, since no publication with their figures is held."
    said += f" {facts.publication.title}: see How this report was made."
    if facts.published(facts.school.authority) is None:
        said += " There is no column of the Local Authority, since the figures that are held have none of it."
    return said
