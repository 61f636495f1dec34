"""What stands together on a page of the volumes: a heading and its table, a signature and the codes that it is about."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from services.sharing.domain.material import Item
from services.sharing.domain.paper import printing
from services.sharing.domain.paper.assemble import assemble
from shared.contracts.enforcement import Sibling
from shared.pack.document import Pack
from shared.pack.to_be_served import Knowledge
from tests.domain import paper_sample as sample

TOLD = date(2026, 11, 16)
SHORT = sample.register(number=5)
HEADS = {
    "A1 Readiness": "Requirement What was found State",
    "A2 Concerns that led to this request": "Rule met",
    "A8 How the rules were read": "Rule Reading",
    "A9 What is held and not included": "Record Why it is left out",
    "B2 Sessions of unauthorised absence": "Month Days and codes",
    "B3 Chronology of contact": "Date Kind With whom",
    "B5 Letters to this parent": "Date Letter Way",
}


def made(**changes: Any) -> Pack:
    return assemble(sample.material(**changes), sample.PROFILE)


def small(**changes: Any) -> Pack:
    return made(**{"marks": SHORT, "this_year": SHORT, "last_year": None, "certificate": None} | changes)


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def charged_from(whole: Pack, told: date = TOLD) -> Pack:
    """The same pack, of which only sessions after that day are relied on."""
    served = whole.to_be_served
    knew = Knowledge(told_on=told, told_by="a formal warning", sessions_before="not relied on")
    later = tuple(one for one in served.certificate.unauthorised if one.date > told)
    certificate = served.certificate.model_copy(update={"unauthorised": later})
    return whole.model_copy(update={"to_be_served": served.model_copy(update={"knowledge": knew, "certificate": certificate})})


def siblings(number: int) -> dict[str, Any]:
    return {"case": sample.case(siblings=tuple(Sibling(child=f"beef{n:02}", school=sample.SCHOOL) for n in range(number)))}


def contacts(number: int) -> dict[str, Any]:
    days = (date(2026, 9, 7) + timedelta(days=2 * n) for n in range(number))
    told = tuple(sample.entry(day, outcome="What was agreed. " * (1 + n % 9)) for n, day in enumerate(days))
    return {"case": sample.case(entries=told), "person": sample.person(surname="Featherstonehaugh-Cholmondeley " * 3)}


TWO_YEARS = sample.register(date(2025, 9, 3), 378)
MANY: dict[str, dict[str, Any]] = {
    "a prosecution": {},
    "a draft": {"certificate": None},
    "edition 2": {"edition": 2, "supersedes": "0d6eb51a0000"},
    "a short register": {"marks": sample.register(number=9), "certificate": None, "statement": None},
    "two years": {"marks": TWO_YEARS, "wanted": sample.wanted(first=date(2025, 9, 3)), "certificate": None, "statement": None},
    "twelve siblings": siblings(12),
    "sixty contacts": contacts(60),
    "three contacts": contacts(3),
}


@pytest.mark.parametrize("which", MANY)
def test_a_heading_stands_on_the_page_of_its_table(which: str) -> None:
    whole = made(**MANY[which])
    pages = [*pages_of(printing.volume_a(whole, None))[1:], *pages_of(printing.volume_b(whole, None))[1:]]
    for heading, table in HEADS.items():
        (page,) = [text for text in pages if heading in text.replace(f"{heading} .", "")]
        assert table in page[page.rindex(heading) :], heading
    (page,) = [text for text in pages if "Records of these kinds may be held." in text]
    assert "A9 What is held and not included" in page
    assert "Register of earlier academic years" in page, "the last row is on the page of the first"


@pytest.mark.parametrize("which", MANY)
def test_whoever_signs_has_the_codes_on_the_page(which: str) -> None:
    whole = made(**MANY[which])
    (page,) = [text for text in pages_of(printing.volume_b(whole, None)) if "Certificate and declaration of the head teacher" in text]
    assert page.index("Codes in this register") < page.index("I certify that the particulars above")
    for count in whole.to_be_served.certificate.attendance.codes:
        assert f"{count.code} {count.meaning}: {count.statistical_class}" in page
    assert "SHA-256" in page


@pytest.mark.parametrize(("days", "signed"), [(5, False), (20, False), (45, False), (60, True), (90, False), (90, True), (117, True)])
def test_a_certificate_of_half_a_year_is_one_page(days: int, signed: bool) -> None:
    marks = sample.register(number=days)
    whole = charged_from(made(marks=marks, certificate=sample.certificate(marks=marks) if signed else None))
    (page,) = [text for text in pages_of(printing.volume_b(whole, None)) if "Certificate and declaration of the head teacher" in text]
    assert "B1 Certificate of attendance" in page
    assert "Week from" in page


def test_the_sessions_charged_come_first_and_what_is_beside_them_after() -> None:
    whole = charged_from(made())
    relied, all_of = len(whole.to_be_served.certificate.unauthorised), whole.to_be_served.certificate.attendance.totals.unauthorised
    others = all_of - relied
    days = len({one.date for one in whole.to_be_served.certificate.unauthorised})
    text = " ".join(pages_of(printing.volume_b(whole, None))[1:])
    said = text[text.index("B2 Sessions of unauthorised absence") :]
    assert said.startswith(f"B2 Sessions of unauthorised absence {relied} sessions, on {days} days, are relied on.")
    assert said.index("Month Days and codes") < said.index(f"{others} more in the register, up to and on 16 November 2026")
    assert (
        f"Of the {all_of} sessions of unauthorised absence {relied} are relied on, in a white frame above; the other {others} are not"
        in text
    )


def framed(whole: Pack) -> set[tuple[date, str]]:
    weeks = printing.view_b(whole, None)["certificate"]["weeks"]
    return {
        (date.fromisoformat(week["monday"]) + timedelta(days=place // 2), ("AM", "PM")[place % 2])
        for week in weeks
        for place, kind in enumerate(week["kinds"])
        if kind == "r"
    }


def test_the_grid_frames_the_sessions_relied_on_and_no_other() -> None:
    whole = charged_from(made())
    relied = {(one.date, one.session) for one in whole.to_be_served.certificate.unauthorised}
    assert framed(whole) == relied
    pdf = printing.volume_b(whole, None)
    content = PdfReader(io.BytesIO(pdf)).pages[1].get_contents()
    assert content is not None
    assert content.get_data().count(b" 0.9 w") == len(relied), "a frame for each"
    assert "in a white frame: one that is relied on" in pages_of(pdf)[1]


def test_where_every_session_is_relied_on_none_is_framed() -> None:
    whole = made()
    assert framed(whole) == set()
    assert "white frame" not in " ".join(pages_of(printing.volume_b(whole, None)))


def test_where_none_is_relied_on_the_certificate_says_so() -> None:
    whole = charged_from(made(), sample.LAST)
    text = " ".join(pages_of(printing.volume_b(whole, None)))
    assert "sessions of unauthorised absence is relied on" in text
    assert "No session of unauthorised absence in the period is relied on." in text
    assert "white frame" not in text


def test_an_entry_of_the_chronology_is_not_parted_between_pages() -> None:
    told = tuple(
        sample.entry(date(2026, 9, 7) + timedelta(days=2 * n), outcome=f"First{n}. {'It went on. ' * 30}Last{n}.") for n in range(30)
    )
    pages = pages_of(printing.volume_b(made(case=sample.case(entries=told)), None))
    assert len([text for text in pages if "Date Kind With whom" in text]) > 2, "the head of the table on every page of it"
    for n in range(30):
        (page,) = [text for text in pages if f"First{n}." in text]
        assert f"Last{n}." in page


def test_an_entry_that_is_longer_than_a_page_is_printed_whole() -> None:
    told = (sample.entry(date(2026, 9, 7), outcome=f"{'It went on and on. ' * 400}The end."),)
    assert any("The end." in text for text in pages_of(printing.volume_b(made(case=sample.case(entries=told)), None)))


def test_the_statement_is_followed_by_its_exhibits() -> None:
    text = " ".join(pages_of(printing.volume_b(made(), None))[1:])
    assert text.index("Letters to this parent") < text.index("B6 Witness statement") < text.index("B7 Exhibit TO/1")


def test_the_same_pack_is_the_same_bytes() -> None:
    whole = charged_from(made())
    assert printing.volume_b(whole, None) == printing.volume_b(whole, None)
    assert printing.volume_a(whole, None) == printing.volume_a(whole, None)


@pytest.mark.parametrize("many", [5, 13, 20, 24])
def test_what_was_asked_for_stands_on_one_page(many: int) -> None:
    told = "It was looked at, and this is what was found of it, in words that take more than a line of the column. "
    items = tuple(Item(rule=f"requirement {n:02}", says=told, met=True, before="checking", may_be_overridden=True) for n in range(many))
    with_them = [text for text in pages_of(printing.volume_a(small(items=items), None)) if "Requirement " in text]
    assert [text.count(told.split(",", maxsplit=1)[0]) for text in with_them] == [many]
    assert "A1 Readiness" in with_them[0]


def test_few_sessions_never_have_a_page_of_their_own() -> None:
    for days in (*range(2, 16), 60, 117):
        whole = small(marks=sample.register(number=days))
        (page,) = [text for text in pages_of(printing.volume_b(whole, None))[1:] if "B2 Sessions of unauthorised absence" in text]
        assert "Codes in this register" in page or "B3 Chronology of contact" in page


def test_no_page_has_a_row_or_a_sentence_of_a_short_table_alone() -> None:
    for entries in range(2, 16):
        told = tuple(sample.entry(date(2026, 10, 1) + timedelta(days=n), outcome="It went on for a while. " * 8) for n in range(entries))
        pages = pages_of(printing.volume_b(small(case=sample.case(entries=told)), None))
        (page,) = [text for text in pages if "History not confirmed." in text]
        assert "Authority asked" in page


@pytest.mark.parametrize("days", [20, 60, 117, 190, 250])
def test_the_signature_stands_on_the_page_that_says_what_is_certified(days: int) -> None:
    whole = small(marks=sample.register(number=days), wanted=sample.wanted(last=date(2027, 9, 1)))
    possible = whole.to_be_served.certificate.attendance.totals.possible
    pages = pages_of(printing.volume_b(whole, None))
    (page,) = [text for text in pages if "I certify that the particulars" in text]
    assert f"{possible} possible sessions" in page
    assert all(
        words in page for words in ("Head teacher: name and signature", "Merryn Tregear", "from 3 September 2026 to 1 September 2027")
    )
