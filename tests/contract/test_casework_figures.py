"""What casework comes to, asked of the real services: a year group of which some children were visited, whether that did anything, and the
report of their school."""

import io
import json
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from clients.iewo.main import main
from deploy.local.running import OFFICER, QUICK, Running
from services.referrals.api.reports import XLSX
from services.referrals.domain.impact import LEAST
from tests.support.autumn import CLOCK, TODAY, YEAR
from tests.support.casework import Casework
from tests.support.school import School, marks_csv, school_days, until, upn
from tests.support.servers import running_on_empty

URN, OTHER = "900071", "900072"
DAYS = school_days(110, TODAY)
VISITED_ON = DAYS[40]
WORKED, LIKE, SELDOM_AWAY = ([upn(number) for number in range(*some)] for some in ((1, 13), (13, 37), (37, 60)))


def codes(child: str, at: int) -> tuple[str, str]:
    """A fifth of all sessions is missed before the visit; after it the visited miss a twentieth, the like a tenth."""
    every = 5 if at < 70 else 20 if child in WORKED else 10
    away = child not in SELDOM_AWAY and at % every == 0
    return ("O", "O") if away else ("/", "\\")


def rows(children: Sequence[str]) -> list[tuple[str, date | str, str, str]]:
    return [
        (child, day, session, code)
        for child in children
        for at, day in enumerate(DAYS)
        for session, code in zip(("AM", "PM"), codes(child, at), strict=True)
    ]


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_on_empty(tmp_path_factory.mktemp("impact"), {**QUICK, **CLOCK, "IEWO_DEVELOPMENT": "true"}) as stack:
        yield stack


@pytest.fixture(scope="module")
async def school(running: Running) -> AsyncIterator[School]:
    """All of it in year 7; a year group of which one more visited child, of another year group, is like nobody."""
    made = await School(running, URN).open()
    head = "UPN,surname,forename,date of birth,year group\n"
    children = [*WORKED, *LIKE, *SELDOM_AWAY, upn(60)]
    groups = {**dict.fromkeys(children, "7"), upn(60): "9"}
    await made.put_in((head + "".join(f"{child},Larkfield,Robin,2015-03-02,{groups[child]}\n" for child in children)).encode(), kind="roll")
    await made.put_in(marks_csv(rows(children)))
    await _visit(made, [*WORKED, upn(60)])
    yield made
    await made.close()


async def _visit(school: School, upns: Sequence[str]) -> None:
    children = await school.children()
    ids = {children[child]["child"] for child in upns}

    async def proposed() -> list[dict[str, Any]] | None:
        answer = await school.get(f"/v1/proposals?school={URN}", "referrals", role="officer", sub=OFFICER)
        found = [one for one in answer.json()["proposals"] if one["child"] in ids]
        return found if len(found) == len(ids) else None

    work = Casework(school)
    for proposal in await until("proposals", proposed):
        case = proposal["referral"]
        (await work.post(f"/v1/referrals/{case}/accept")).raise_for_status()
        for kind, day in (("file note", DAYS[20]), ("home visit", VISITED_ON), ("letter", DAYS[-2])):
            body = {"kind": kind, "date": day.isoformat(), "with_whom": "mother", "engagement": "good", "outcome": "agreed"}
            body |= {"seen": "yes"} if kind == "home visit" else {}
            (await work.post(f"/v1/cases/{case}/interventions", body)).raise_for_status()


async def asked(school: School, query: str = "", **claims: Any) -> dict[str, Any]:
    answer = await school.get(f"/v1/impact{query}", "referrals", **({"role": "officer", "sub": OFFICER} | claims))
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_the_change_of_the_visited_stands_beside_that_of_like_children(school: School) -> None:
    said = await asked(school)
    figures = said["all"]
    assert (figures["cases"], figures["like"]) == (10, 10 * 24)
    assert figures["rates"] == pytest.approx({"before": 80, "during": 80, "after": 95}, abs=2)
    assert figures["change"] == pytest.approx(15, abs=2)
    assert figures["like_change"] == pytest.approx(10, abs=2)
    assert figures["effect"] == pytest.approx(figures["change"] - figures["like_change"], abs=0.2)
    assert figures["low"] <= figures["effect"] <= figures["high"]
    assert (said["running"], said["unknown"], said["alone"], said["whole"]) == (0, 0, 0, False), "the one alone is not told"
    assert "same school and year group" in said["how"]
    assert said["settings"].startswith("impact 20")


async def test_triage_tells_the_latest_school_days_beside_as_many_before(school: School) -> None:
    child = (await school.children())[WORKED[0]]["child"]
    cases = (await school.get(f"/v1/caseload?school={URN}", "referrals", role="officer", sub=OFFICER)).json()["cases"]
    [case] = [one["case"] for one in cases if one["child"] == child]
    told = (await school.get(f"/v1/referrals/{case}/triage", "referrals", role="officer", sub=OFFICER)).json()["sentences"]
    [course] = [one for one in told if one["about"] == "trend"]
    assert (course["about"], course["source"]) == ("trend", "register of today, by the school's calendar")
    assert course["figures"] == {"absent": 4, "possible": 60, "absent_before": 8, "possible_before": 60}
    assert course["says"].startswith(
        f"absent 4 of 60 (6.7 %) possible sessions in the last 30 school days ({DAYS[80]} to {DAYS[109]}); 8 of"
    )
    assert course["says"].endswith(f" in the 30 before ({DAYS[50]} to {DAYS[79]}): less than before")


async def test_rows_are_by_kind_by_school_and_for_the_head_of_service_by_officer(school: School) -> None:
    rows = {row["name"]: row["figures"] for row in (await asked(school))["rows"]}
    assert rows.keys() == {"home visit", "letter"}, "a file note is none: it reaches nobody"
    assert rows["home visit"]["cases"] == 10
    assert rows["letter"] is None, "the days after the letters are not over"
    for by, name in (("school", URN), ("officer", OFFICER)):
        (row,) = (await asked(school, f"?by={by}", role="head of service"))["rows"]
        assert (row["name"], row["figures"]["cases"]) == (name, 10)
    refused = await school.get("/v1/impact?by=officer", "referrals", role="officer", sub=OFFICER)
    assert refused.status_code == 403
    (row,) = (await asked(school, "?kind=Home visit"))["rows"]
    assert row["figures"]["effect"] == rows["home visit"]["effect"]


async def test_under_ten_cases_nothing_is_shown(school: School) -> None:
    none = await asked(school, f"?from={_next_month(VISITED_ON)}")
    assert none["all"] is None
    assert {row["name"]: row["figures"] for row in none["rows"]} == {"letter": None}
    assert LEAST == 10


async def test_a_period_is_of_whole_months(school: School) -> None:
    """A day more or less would tell of the case that began on it."""
    for query in (f"?to={DAYS[39]}", f"?from={DAYS[41]}"):
        if DAYS[39].month == DAYS[41].month:
            assert (await asked(school, query))["all"] == (await asked(school))["all"]
    assert (await asked(school, f"?to={VISITED_ON}"))["to"] == (_next_month(VISITED_ON) - timedelta(1)).isoformat()


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(31)).replace(day=1)


async def test_officers_see_their_own_schools(school: School) -> None:
    for query, claims in ((f"?school={OTHER}", {"schools": (URN,)}), (f"?school={URN}", {"schools": (OTHER,)})):
        answer = await school.get(f"/v1/impact{query}", "referrals", role="officer", sub=OFFICER, **claims)
        assert answer.status_code == 404
    nothing = await asked(school, schools=(OTHER,))
    assert (nothing["all"], nothing["rows"]) == (None, [])
    assert (await school.get("/v1/impact", "referrals", role="school")).status_code == 403


def test_the_command_shows_the_rows_and_how_they_were_made(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    url, token = school.running["referrals"].url, school.running.token("officer", OFFICER, schools=("*",))
    assert main(["impact", "--school", URN, "--url", url, "--token", token]) == 0
    shown = capsys.readouterr().out
    assert "home visit" in shown
    assert "under 10" in shown
    assert "same school and year group" not in shown
    assert main(["impact", "--school", URN, "--explain", "--url", url, "--token", token]) == 0
    assert "same school and year group" in capsys.readouterr().out
    assert main(["impact", "--kind", "home visit", "--json", "--url", url, "--token", token]) == 0
    assert json.loads(capsys.readouterr().out)["all"]["cases"] == 10
    assert main(["impact", "--school", OTHER, "--url", url, "--token", school.running.token("officer", OFFICER, schools=(URN,))]) == 1


HALF_TERM = f"{YEAR}-autumn"
"""No autumn break shows in these weekdays, so the term is whole."""


async def test_the_report_is_paper_or_a_workbook_by_what_is_accepted(school: School) -> None:
    paper = await reported(school, "head")
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert f"report-{URN}-{HALF_TERM}-head.pdf" in paper.headers["content-disposition"]
    said = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages).split())
    for words in (
        "Larkrise Primary",
        "Home visit 13 13",
        "13 children were worked with",
        "Accepted 13",
        "Of 10 children who were worked with",
    ):
        assert words in said, said
    sheet = load_workbook(io.BytesIO((await reported(school, "governors", accept=XLSX)).content))
    rows = {row[0].value: row[1].value for row in sheet["Interventions"].iter_rows() if row[0].value}
    assert rows["Home visit"] == 13
    assert rows["All"] == 26
    assert [row[0].value for row in sheet["Year groups"].iter_rows()][4:7] == ["Year 7", "Year 9", "School"]
    assert sheet["Year groups"]["B5"].value == "c", "of the one pupil in year 9, and of those from whom it could be worked out"


async def test_an_intervention_that_is_written_down_later_changes_no_figure_by_itself(school: School) -> None:
    """Governors would have one child's figures by taking one report from the next."""
    before = await _impact_of(school)
    assert before["Cases"] == 10
    assert all(value == round(value, 1) for name, value in before.items() if name != "First intervention")
    await _visit(school, [upn(13)])
    said = await asked(school)
    assert await _impact_of(school) == before
    assert said["all"]["cases"] == 10


async def _impact_of(school: School) -> dict[str, Any]:
    sheet = load_workbook(io.BytesIO((await reported(school, "governors", accept=XLSX)).content))["Did it work"]
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows()}
    return {str(name): value for name, value in zip(rows["First intervention"], rows["All cases"], strict=True)}


async def test_a_school_reads_its_own_report_and_no_other(school: School) -> None:
    assert (await reported(school, "governors", role="school", schools=(URN,))).status_code == 200
    assert (await reported(school, "governors", role="school", schools=(OTHER,))).status_code == 404
    assert (await reported(school, "governors", role="operator")).status_code == 403
    unknown = await reported(school, "head", half_term=f"{YEAR}-summer-2")
    assert (unknown.status_code, HALF_TERM in unknown.json()["detail"]) == (404, True)
    assert (await reported(school, "parents")).status_code == 422
    assert (await reported(school, "head", half_term="autumn")).status_code == 422


def test_the_command_writes_the_report(school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--url", school.running["referrals"].url, "--token", school.running.token("officer", OFFICER, schools=("*",))]
    file = tmp_path / "report.xlsx"
    assert main(["report", URN, "--half-term", HALF_TERM, "--for", "governors", "--to", str(file), *where]) == 0
    assert "for the governing body" in capsys.readouterr().out
    assert load_workbook(file)["Report"]["A2"].value == f"Larkrise Primary, URN {URN}"
    assert main(["report", URN, "--half-term", HALF_TERM, "--to", str(tmp_path / "report.doc"), *where]) == 2
    assert main(["report", OTHER, "--half-term", HALF_TERM, *where]) == 1


async def reported(school: School, whom: str, half_term: str = HALF_TERM, accept: str = "application/pdf", **claims: Any) -> httpx.Response:
    url = f"{school.running['referrals'].url}/v1/schools/{URN}/report"
    headers = school.headers(**({"role": "officer", "sub": OFFICER} | claims)) | {"Accept": accept}
    async with httpx.AsyncClient(timeout=60) as client:
        return await client.get(url, params={"half-term": half_term, "for": whom}, headers=headers)
