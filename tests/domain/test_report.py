"""A school's report as a head teacher and as governors read it: what it says, on paper and in the workbook."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader

from services.referrals.domain.as_it_was import state_on
from services.referrals.domain.history import Entry
from services.referrals.domain.lifecycle import CASE
from services.referrals.domain.referral import Referral
from services.referrals.domain.report import HIDDEN, Audience, Cell, Report, Table
from services.referrals.domain.report_facts import Done, Facts, School, work_until
from services.referrals.domain.report_paper import pdf
from services.referrals.domain.report_sections import report
from services.referrals.domain.report_workbook import xlsx
from services.referrals.domain.suppression import LEAST, suppressed
from services.referrals.settings.published import BadPublication, load_publications
from shared.contracts.periods import HalfTerm, PeriodFigures
from tests.domain.report_sample import KINDS, PUBLICATION, STATES, columns, facts


def tables(made: Report) -> Iterator[Table]:
    return (table for section in made.sections for table in section.tables)


def table(made: Report, title: str) -> dict[str, tuple[Cell, ...]]:
    (found,) = [one for one in tables(made) if one.title.startswith(title)]
    return {row[0].text: row[1:] for row in found.rows}


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_the_head_sees_figures_beside_those_of_la_and_england() -> None:
    made = report(facts(), "head")
    attendance = table(made, "Attendance and absence")
    assert [cell.text for cell in attendance["Attendance"]] == ["91.1 %", "91.1 %", "90.7 %", "91.5 %"]
    assert [cell.text for cell in attendance["Persistently absent pupils"]] == ["26.4 % (234)", "26.4 % (234)", "24.1 %", "23.8 %"]
    assert [cell.text for cell in table(made, "Open cases")["Enforcement requested"]] == ["3"]
    assert [cell.text for cell in table(made, "Interventions by kind")["Attendance panel"]] == ["1", "1"]
    assert [cell.text for cell in table(made, "In this half term")["Cases opened"]] == ["23"]
    assert "0.4 percentage points below secondary schools in England (91.5 %)" in made.sections[0].words[0]
    assert made.period == "first half of the autumn term 2026/27"


def test_a_school_of_another_phase_and_place_is_beside_all_schools_of_england() -> None:
    made = report(facts(school=School("900001", "Wexley All-Through", "991", "All-through")), "head")
    (found,) = [one for one in tables(made) if one.title == "Attendance and absence"]
    assert found.columns[-1] == "England, all schools"
    assert len(found.columns) == 4, "of an authority that is not published there is no column"


def test_a_term_without_sessions_says_so() -> None:
    empty = PeriodFigures(columns=columns(0), year_groups={})
    made = report(facts(term=empty, to_date=empty, impact=None, by_kind={}, done={}), "governors")
    assert made.sections[0].words == ("The register has no session of this half term.",)
    assert "Nothing is said of fewer than 10 cases" in made.sections[4].words[0]
    assert "None was recorded" in made.sections[3].words[0]
    assert pdf(made)


def small(made: Report) -> Iterator[float]:
    return (cell.number for one in tables(made) for row in one.rows for cell in row if cell.style == "count" and cell.number is not None)


COUNTS = st.integers(0, 12)


@settings(max_examples=60)
@given(
    st.lists(COUNTS, min_size=len(STATES), max_size=len(STATES)),
    st.lists(COUNTS, min_size=len(KINDS), max_size=len(KINDS)),
    st.lists(st.tuples(st.integers(1, 20), COUNTS), min_size=1, max_size=5),
    COUNTS,
)
def test_governors_see_no_count_under_six(states: list[int], kinds: list[int], groups: list[tuple[int, int]], children: int) -> None:
    years = {str(7 + at): columns(pupils, persistent=min(away, pupils)) for at, (pupils, away) in enumerate(groups)}
    whole = columns(sum(pupils for pupils, _ in groups), persistent=sum(min(away, pupils) for pupils, away in groups))
    figures = PeriodFigures(columns=whole, year_groups=years)
    made = report(
        facts(
            term=figures,
            to_date=figures,
            states=dict(zip(STATES, states, strict=True)),
            done={kind: Done(number, number) for (kind, _, _), number in zip(KINDS, kinds, strict=True)},
            children=children,
            opened=3,
            closed=2,
        ),
        "governors",
    )
    assert all(number == 0 or number >= LEAST for number in small(made))
    assert not any(one.title == "In this half term" for one in tables(made)), "flows between two reports would give counts away"
    for title, counts in (("Open cases by state", states), ("Interventions by kind", kinds)):
        nothing_shown = suppressed(counts).total is None and set(suppressed(counts).cells) == {None}
        if nothing_shown:
            assert not [one for one in tables(made) if one.title.startswith(title)], "a sentence says it"
            assert "here that is every one of them" in str(made)
        elif any(counts) or title.startswith("Open"):
            rows = list(table(made, title).values())
            assert len(rows) == len(counts) + 1, "every kind there is, whether or not there was one"
            hidden = [cell for (cell,) in rows[:-1] if cell is HIDDEN]
            assert len(hidden) != 1, "the total less the others would be the one"
    assert f"{children} children were worked with" not in str(made) or children == 0 or children >= LEAST
    persistent = whole["persistent_absentees"]
    if 0 < persistent < LEAST:
        assert table(made, "Attendance and absence")["Persistently absent pupils"][0] is HIDDEN
    for year, (pupils, _) in zip(years, groups, strict=True):
        if pupils < LEAST:
            assert set(table(made, "Year groups")[f"Year {year}"]) == {HIDDEN}


@pytest.mark.parametrize("audience", ["head", "governors"])
def test_the_paper_is_tagged_says_it_all_and_is_the_same_again(audience: Audience) -> None:
    made = report(facts(), audience)
    content = pdf(made)
    assert content == pdf(made)
    reader = PdfReader(io.BytesIO(content))
    assert {"/MarkInfo", "/StructTreeRoot"} <= reader.root_object.keys()
    assert str(reader.metadata.title if reader.metadata else "").startswith("Wexley Park Academy")
    said = " ".join(text_of(content).split())
    for words in ("Attendance and casework", "Wexley Park Academy", "Did it work?", "+3.1", "Open Government Licence", "Warwickshire"):
        assert words in said
    assert ("Counts from 1 to 5 are not shown" in said) == (audience == "governors")


def test_a_school_whose_name_is_markup_prints_as_it_is() -> None:
    made = report(facts(school=School("900001", '#panic("x") *Academy* =1+2', "937", "Secondary")), "head")
    assert '#panic("x") *Academy* =1+2' in " ".join(text_of(pdf(made)).split())


@pytest.mark.parametrize("audience", ["head", "governors"])
def test_the_workbook_has_the_same_figures_as_numbers_and_no_formula(audience: Audience) -> None:
    made = report(facts(school=School("900001", '=HYPERLINK("http://x.example")', "937", "Secondary")), audience)
    book = load_workbook(io.BytesIO(xlsx(made)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not any(cell.data_type == "f" for cell in cells)
    assert any(cell.data_type == "s" and str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert book.sheetnames == ["Report", *(section.title.replace("?", "") for section in made.sections)]
    for section in made.sections:
        sheet = book[section.title.replace("?", "")]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for one in section.tables:
            for row in one.rows:
                expected: list[Any] = [cell.text if cell.number is None else pytest.approx(cell.number) for cell in row]
                assert any(found[: len(expected)] == expected for found in rows), row
    shown = {cell.number_format for cell in cells}
    beside = {cell.beside for section in made.sections for one in section.tables for row in one.rows for cell in row if cell.beside}
    assert beside
    assert all(f'0.0" {said}"' in shown for said in beside), "what stands in brackets on paper is seen with the number"


def _referral(**known: Any) -> Referral:
    at = datetime(2026, 9, 10, 9, tzinfo=UTC)
    return Referral(**({"id": "r", "school": "900001", "child": "c", "year": 2026, "state": "proposed", "proposed_at": at} | known))


def test_a_case_is_counted_in_the_state_in_which_it_was() -> None:
    days = [date(2026, 9, 9), date(2026, 9, 10), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 1)]
    case = _referral().noted("accept", "officer", datetime(2026, 9, 14, 9, tzinfo=UTC), state="accepted")
    case = case.noted("start", "officer", datetime(2026, 9, 20, 9, tzinfo=UTC), state="in progress")
    case = case.noted("close", "officer", datetime(2026, 10, 20, 9, tzinfo=UTC), state="closed", why="attendance improved")
    assert [state_on(case, day) for day in days] == [None, "proposed", "accepted", "in progress", "closed"]
    lapsed = _referral(state="lapsed", closed_at=datetime(2026, 9, 12, 9, tzinfo=UTC))
    assert [state_on(lapsed, day) for day in days[:3]] == [None, "proposed", "lapsed"]
    assert isinstance(case.private.history[0], Entry)
    assert set(STATES) == set(CASE)


def test_publications_are_the_departments_own_rows() -> None:
    england = PUBLICATION.of("", "Primary")
    assert england
    assert (round(england.absence, 4), round(england.persistent, 2)) == (5.2767, 13.77)
    assert PUBLICATION.of("", "Nursery") == PUBLICATION.of("", "Total")
    assert len(PUBLICATION.rows) == 607
    assert all(abs(row.attendance + row.absence - 100) < 1e-9 for row in PUBLICATION.rows.values())


@pytest.mark.parametrize(
    ("toml", "rows"),
    [("title = 3", "a\n1\n"), ("", "old_la_code,education_phase\n1,2\n"), ("title = ", ""), ("title = 'x'\nodd = 1", "old_la_code\n")],
)
def test_a_publication_that_cannot_be_used_is_named(tmp_path: Path, toml: str, rows: str) -> None:
    (tmp_path / "2027-28.toml").write_text(toml)
    (tmp_path / "2027-28.csv").write_text(rows)
    with pytest.raises(BadPublication, match=r"2027-28\.toml"):
        load_publications(tmp_path)


def test_a_half_term_that_runs_says_so_far() -> None:
    running = HalfTerm(name="autumn-2", first=date(2026, 11, 2), last=date(2026, 11, 20), days=15, over=False)
    made = report(facts(half_term=running), "head")
    assert made.headlines[0].beside == "15 school days so far"
    assert isinstance(facts(), Facts)


def test_work_at_a_weekend_or_in_the_holidays_belongs_to_the_half_term_before() -> None:
    autumn, spring = [
        HalfTerm(name=name, first=first, last=last, days=30, over=True)
        for name, first, last in (
            ("autumn-2", date(2026, 11, 2), date(2026, 12, 18)),
            ("spring-1", date(2027, 1, 4), date(2027, 2, 12)),
        )
    ]
    made = date(2027, 2, 14)
    assert [work_until(one, (spring, autumn), made) for one in (autumn, spring)] == [date(2027, 1, 3), made]
    assert work_until(autumn, (autumn,), date(2026, 11, 22)) == date(2026, 11, 22), "a running one, on a Sunday"


def test_the_years_figures_say_the_day_to_which_they_go_whenever_the_report_is_made() -> None:
    made = report(facts(made=date(2026, 11, 22)), "governors")
    (found,) = [one for one in tables(made) if one.title == "Attendance and absence"]
    assert found.columns[1:3] == ("This half term", "Year to 23 October 2026")
    assert [one.label for one in made.headlines[1:3]] == [
        "attendance in the year to 23 October 2026",
        "persistently absent, year to 23 October 2026",
    ]
    assert "% in the year to 23 October 2026." in made.sections[0].words[0]
