"""The sections of a school's report. Governors see no count under six and nothing that gives one away; the head sees the school's own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from services.referrals.domain.impact import LEAST as CASES
from services.referrals.domain.impact import Impact
from services.referrals.domain.published import ENGLAND, Row
from services.referrals.domain.report import (
    HIDDEN,
    NONE,
    Audience,
    Bar,
    Bars,
    Cell,
    Headline,
    Report,
    Section,
    Table,
    absence,
    attendance,
    count,
    percent,
    points,
    words,
)
from services.referrals.domain.report_facts import Facts
from services.referrals.domain.suppression import LEAST, is_small, suppressed
from shared.percentages import attendance_rate, nearest

Columns = Mapping[str, Any]
_RATES: Final = (
    ("Attendance", "attendance_perc", "attendance", attendance),
    ("Absence", "overall_absence_perc", "absence", absence),
    ("Authorised absence", "authorised_absence_perc", "authorised", absence),
    ("Unauthorised absence", "unauthorised_absence_perc", "unauthorised", absence),
)
_YEAR_GROUPS: Final = {"N1": "Nursery, first year", "N2": "Nursery, second year", "R": "Reception", "X": "No curriculum year"}


def report(facts: Facts, audience: Audience) -> Report:
    return Report(
        school=facts.school.name,
        urn=facts.school.urn,
        audience=audience,
        period=facts.period,
        first=facts.half_term.first,
        last=facts.half_term.last,
        made=facts.made,
        company=facts.company,
        headlines=_headlines(facts, audience),
        sections=(
            _attendance(facts, audience),
            _year_groups(facts, audience),
            _cases(facts, audience),
            _interventions(facts, audience),
            _impact(facts, audience),
            _made(facts, audience),
        ),
    )


# attendance -------------------------------------------------------------------------------------------------------------


def _headlines(facts: Facts, audience: Audience) -> tuple[Headline, ...]:
    england = _published(facts, ENGLAND)
    cases = sum(facts.states.values())
    return (
        Headline("attendance in this half term", attendance(facts.term.columns["attendance_perc"]), _days(facts)),
        Headline(
            f"attendance in the year {_to(facts)}",
            attendance(facts.to_date.columns["attendance_perc"]),
            f"England: {attendance_rate(england.attendance)} %" if england else "",
        ),
        Headline(
            f"persistently absent, year {_to(facts)}",
            _rate_of_pupils(facts.to_date.columns, "persistent_absentees", audience),
            f"England: {nearest(england.persistent)} %" if england else "",
        ),
        Headline("open cases", count(_alone(cases, audience)), f"on {_day(facts)}"),
    )


def _attendance(facts: Facts, audience: Audience) -> Section:
    authority, england = _published(facts, facts.school.authority), _published(facts, ENGLAND)
    columns = ["Measure", "This half term", f"Year {_to(facts)}", *(_heading(row) for row in (authority, england) if row)]
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
    own = [_rate_of_pupils(said.columns, column, audience, with_count=True) for said in (facts.term, facts.to_date)]
    theirs = [percent(row.persistent) if column == "persistent_absentees" else NONE for row in published]
    return words(name), *own, *theirs


def _rate_of_pupils(columns: Columns, column: str, audience: Audience, *, with_count: bool = False) -> Cell:
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
    said = f"Pupils attended {in_term} % of their sessions in this half term and {in_year} % in the year {_to(facts)}."
    if england is None or facts.publication is None:
        return said
    apart = float(in_year) - england.attendance
    beside = "the same as" if abs(apart) < 0.05 else f"{nearest(abs(apart))} percentage points {'above' if apart > 0 else 'below'}"
    schools = {"Total": "all schools"}.get(england.phase, f"{england.phase.lower()} schools")
    return f"{said} The year so far is {beside} {schools} in England ({attendance_rate(england.attendance)} %)."


def _bars(facts: Facts, published: Iterable[Row]) -> Bars | None:
    own = [("This half term", facts.term), (f"Year {_to(facts)}", facts.to_date)]
    rates = [(name, said.columns["overall_absence_perc"]) for name, said in own]
    bars = [Bar(name, rate, True) for name, rate in rates if rate is not None]
    bars += [Bar(row.name, row.absence, False) for row in published]
    return Bars("Absence, per cent of possible sessions", tuple(bars)) if bars else None


def _year_groups(facts: Facts, audience: Audience) -> Section:
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
    return words(name), *rates, count(said["enrolments"]), _rate_of_pupils(said, "persistent_absentees", audience, with_count=True)


def _year(group: str) -> str:
    return _YEAR_GROUPS.get(group, f"Year {group}")


# casework ---------------------------------------------------------------------------------------------------------------


def _cases(facts: Facts, audience: Audience) -> Section:
    """Governors see no flows: with the cases of two reports they would give small counts away."""
    rows = _with_total(facts.states, "Open cases", audience)
    table = Table(f"Open cases by state, on {_day(facts)}", ("State", "Cases"), rows, total=True)
    if audience == "governors":
        return Section("Cases", (_CASE, _NOTHING)) if _all_hidden(rows) else Section("Cases", (_CASE,), tables=(table,))
    moves = (
        (f"Proposals that waited for a decision on {_day(facts)}", facts.proposed),
        ("Cases opened", facts.opened),
        ("Cases closed", facts.closed),
    )
    flows = Table("In this half term", ("What", "Number"), tuple((words(name), count(number)) for name, number in moves))
    return Section("Cases", (_CASE,), tables=(table, flows))


_CASE: Final = "A case is a child whose referral was accepted and whose attendance an education welfare officer works on with the family."


_NOTHING: Final = "Counts under six are not shown, nor what would give one away: here that is every one of them."


def _all_hidden(rows: Iterable[tuple[Cell, ...]]) -> bool:
    return all(cell == HIDDEN for _, *cells in rows for cell in cells)


def _interventions(facts: Facts, audience: Audience) -> Section:
    """Governors see every kind, also those of which there was none: that one is named would say that there was one."""
    done = {kind: one for kind, one in facts.done.items() if one.entries or audience == "governors"}
    if not any(one.entries for one in done.values()):
        return Section("Interventions", ("None was recorded in this half term.",))
    rows = _with_total({kind: one.entries for kind, one in done.items()}, "All", audience)
    title, columns = "Interventions by kind, in this half term", ("Kind", "Number")
    if audience == "governors" and _all_hidden(rows):
        return Section("Interventions", (*_reached(facts, audience), _NOTHING))
    if audience == "governors":
        return Section("Interventions", _reached(facts, audience), tables=(Table(title, columns, rows, total=True),))
    children = [count(one.children) for one in done.values()]
    both = tuple((*row, cell) for row, cell in zip(rows, [*children, count(facts.children)], strict=True))
    return Section("Interventions", _reached(facts, audience), tables=(Table(title, (*columns, "Children"), both, total=True),))


def _reached(facts: Facts, audience: Audience) -> tuple[str, ...]:
    number = _alone(facts.children, audience)
    if number is None:
        return ()
    return (f"{number:,} {'child was' if number == 1 else 'children were'} worked with, or their families.",)


def _with_total(counts: Mapping[str, int], total: str, audience: Audience) -> tuple[tuple[Cell, ...], ...]:
    if audience == "head":
        shown: Sequence[int | None] = [*counts.values(), sum(counts.values())]
    else:
        hidden = suppressed(list(counts.values()))
        shown = [*hidden.cells, hidden.total]
    return tuple((words(name[:1].upper() + name[1:]), count(number)) for name, number in zip([*counts, total], shown, strict=True))


# impact -----------------------------------------------------------------------------------------------------------------


_IMPACT: Final = (
    *("First intervention", "Cases", "Before", "During", "After"),
    *("Like before", "Like after", "Effect", "Likely from", "Likely to"),
)


def _impact(facts: Facts, audience: Audience) -> Section:
    title = "Did it work?"
    if facts.impact is None:
        return Section(title, (f"Nothing is said of fewer than {CASES} cases: so far there are not so many whose days after are over.",))
    some = {"All cases": facts.impact, **{kind[:1].upper() + kind[1:]: one for kind, one in facts.by_kind.items()}}
    columns = list(_IMPACT)
    columns += ["Middle from", "Middle to"] if audience == "head" else []
    table = Table(
        "Attendance before, during and after intervention, beside like children who were not worked with",
        tuple(columns),
        tuple(_impact_row(name, one, audience) for name, one in some.items()),
        note=f"Cases that counted by {_day(facts)}. Attendance in per cent; effects in percentage points. Likely: with 95 % confidence. "
        + ("Middle: half of the cases' own effects lie there." if audience == "head" else ""),
    )
    return Section(title, (_effect_in_words(facts.impact),), tables=(table,))


def _impact_row(name: str, one: Impact, audience: Audience) -> tuple[Cell, ...]:
    rates = (one.rates.before, one.rates.during, one.rates.after, one.like_rates.before, one.like_rates.after)
    spread = (points(one.spread.quarter), points(one.spread.three_quarters)) if audience == "head" else ()
    return words(name), count(one.cases), *map(percent, rates), points(one.effect), points(one.low), points(one.high), *spread


def _effect_in_words(one: Impact) -> str:
    moved = f"{nearest(abs(one.change))} percentage points {'up' if one.change >= 0 else 'down'}"
    like = f"{nearest(abs(one.like_change))} {'up' if one.like_change >= 0 else 'down'}"
    begun = f"Of {one.cases} children who were worked with, attendance went {moved}; of like children over the same days it went {like}."
    if one.low <= 0 <= one.high:
        return f"{begun} The difference is no greater than chance may make it."
    better = "better" if one.effect > 0 else "worse"
    return f"{begun} The difference, {nearest(abs(one.effect))} points {better}, is more than chance alone usually makes it."


# how it was made --------------------------------------------------------------------------------------------------------


_MEASURES: Final = (
    "A session is half a school day. Rates are of possible sessions, summed over all pupils and then divided. Persistently absent is who "
    "missed 10 % or more of their own possible sessions; severely absent, and counted with them, who missed 50 % or more (Department for "
    "Education, pupil absence statistics, methodology). In a short period more pupils are than over a year."
)


def _made(facts: Facts, audience: Audience) -> Section:
    said = [_MEASURES]
    if one := facts.publication:
        period = f"{_long(one.first)} to {_long(one.last)}"
        said.append(
            f"England and Local Authority: {one.publisher}, {one.title} ({period}), {one.source}, {one.licence}. They are of another "
            "period than the school's figures."
        )
    if facts.impact:
        said.append(facts.how)
    if audience == "governors":
        said.append(
            f"Counts from 1 to {LEAST - 1} are not shown, nor what would give one away: c stands in their place, and in place of some "
            "larger counts. 0 is nobody."
        )
    return Section("How this report was made", tuple(said))


def _published(facts: Facts, authority: str) -> Row | None:
    return facts.publication.of(authority, facts.school.phase) if facts.publication else None


def _heading(row: Row) -> str:
    return f"{row.name}, {'all schools' if row.phase == 'Total' else row.phase.lower()}"


def _of_what(facts: Facts) -> str:
    said = f"This half term: {_days(facts)}. In brackets: pupils."
    if facts.publication is None:
        return f"{said} There are no columns of the Local Authority and of England, since no publication with their figures is held."
    said += f" {facts.publication.title}: see How this report was made."
    if _published(facts, facts.school.authority) is None:
        said += " There is no column of the Local Authority, since the figures that are held have none of it."
    return said


def _days(facts: Facts) -> str:
    days = facts.half_term.days
    return f"{days} school day{'' if days == 1 else 's'}{'' if facts.half_term.over else ' so far'}"


def _alone(number: int, audience: Audience) -> int | None:
    return None if audience == "governors" and is_small(number) else number


def _to(facts: Facts) -> str:
    """The last day of the figures of the year: the half term's, whenever the report is made."""
    return f"to {_long(facts.half_term.last)}"


def _day(facts: Facts) -> str:
    return _long(facts.counted_on)


def _long(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"
