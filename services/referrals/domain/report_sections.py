"""The sections of a school's report. Governors see no count under six and nothing that gives one away; the head sees the school's own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from services.referrals.domain.impact import LEAST as CASES
from services.referrals.domain.impact import Impact
from services.referrals.domain.published import ENGLAND
from services.referrals.domain.report import (
    HIDDEN,
    Audience,
    Cell,
    Headline,
    Report,
    Section,
    Table,
    attendance,
    count,
    percent,
    points,
    words,
)
from services.referrals.domain.report_attendance import attendance_section, rate_of_pupils, year_groups_section
from services.referrals.domain.report_facts import Facts, day_in_words
from services.referrals.domain.suppression import LEAST, is_small, suppressed
from shared.percentages import attendance_rate, nearest


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
            attendance_section(facts, audience),
            year_groups_section(facts, audience),
            _cases(facts, audience),
            _interventions(facts, audience),
            _impact(facts, audience),
            _made(facts, audience),
        ),
    )


def _headlines(facts: Facts, audience: Audience) -> tuple[Headline, ...]:
    england = facts.published(ENGLAND)
    cases = sum(facts.states.values())
    return (
        Headline("attendance in this half term", attendance(facts.term.columns["attendance_perc"]), facts.days),
        Headline(
            f"attendance in the year {facts.year_so_far}",
            attendance(facts.to_date.columns["attendance_perc"]),
            f"England: {attendance_rate(england.attendance)} %" if england else "",
        ),
        Headline(
            f"persistently absent, year {facts.year_so_far}",
            rate_of_pupils(facts.to_date.columns, "persistent_absentees", audience),
            f"England: {nearest(england.persistent)} %" if england else "",
        ),
        Headline("open cases", count(_alone(cases, audience)), f"on {facts.counted}"),
    )


# casework ---------------------------------------------------------------------------------------------------------------


def _cases(facts: Facts, audience: Audience) -> Section:
    """Governors see no flows: with the cases of two reports they would give small counts away."""
    rows = _with_total(facts.states, "Open cases", audience)
    table = Table(f"Open cases by state, on {facts.counted}", ("State", "Cases"), rows, total=True)
    if audience == "governors":
        return Section("Cases", (_CASE, _NOTHING)) if _all_hidden(rows) else Section("Cases", (_CASE,), tables=(table,))
    moves = (
        (f"Proposals that waited for a decision on {facts.counted}", facts.proposed),
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
        note=f"Cases that counted by {facts.counted}. Attendance in per cent; effects in percentage points. Likely: with 95 % confidence. "
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
        period = f"{day_in_words(one.first)} to {day_in_words(one.last)}"
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


def _alone(number: int, audience: Audience) -> int | None:
    return None if audience == "governors" and is_small(number) else number
