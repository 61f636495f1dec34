"""The volumes on paper: nothing that a name can break or switch on, and every mark of the register and no other."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.sharing.domain.material import Item, Override, Signature
from services.sharing.domain.paper import printing
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.cover import FIELDS
from services.sharing.domain.profile import CoverField
from shared.contracts.attendance import ChildRegister, RegisterSession
from shared.contracts.referrals import ConcernMet
from shared.pack.document import Pack
from tests.domain import paper_sample as sample

MARKUP = ["#panic()", "*bold*", "$x$", "`code`", "<label>", "@ref", "\\", '"]})', "#{", "//", "= Heading", "_a_", "[x]"]
SHORT = sample.register(number=5)


def pack(**changes: Any) -> Pack:
    """A small one: it is laid out in a tenth of a second."""
    small = {"marks": SHORT, "this_year": SHORT, "last_year": None, "certificate": None}
    return assemble(sample.material(**small | changes), sample.PROFILE)


def worded(text: str) -> Pack:
    """The text wherever a word of a person can stand."""
    entry = sample.entry(date(2026, 10, 1), outcome=text, officer=text, with_whom=text)
    told = sample.case()
    assert told.parent is not None
    return pack(
        case=sample.case(entries=(entry,), child_view=text, parent=told.parent.model_copy(update={"name": text})),
        person=sample.person(forename=text, year_group=text),
        statement=sample.statement(paragraphs=(text,), exhibits=(sample.exhibit(title=text),)),
    )


def printed(whole: Pack) -> None:
    for pdf in (printing.volume_a(whole, None), printing.volume_b(whole, None)):
        assert pdf.startswith(b"%PDF-")


@pytest.mark.parametrize("odd", [*MARKUP, "王小明", "😀", "\x00\x07", "محمد", "W" * 400, "a\nb\tc", "\u202eRTL", "7\u0486 a\u0485"])
def test_no_word_breaks_a_volume(odd: str) -> None:
    whole = worded(odd)
    printed(whole)
    assert whole.to_be_served.child.name == f"{odd} Tregear"


@settings(max_examples=10)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60).filter(lambda text: "@" not in text))
def test_any_text_can_be_printed(text: str) -> None:
    printed(worded(text))


def test_markup_prints_as_it_is_written() -> None:
    whole = pack(statement=sample.statement(paragraphs=tuple(MARKUP), exhibits=()))
    pages = PdfReader(io.BytesIO(printing.volume_b(whole, None))).pages
    lines = [line.strip() for page in pages for line in page.extract_text().splitlines()]
    for number, markup in enumerate(MARKUP, 1):
        assert f"{number}. {markup}" in lines


def test_the_weekly_table_has_every_mark_of_the_register_and_no_other() -> None:
    register = sample.register(date(2026, 9, 3), 190)
    whole = pack(marks=register, wanted=sample.wanted(last=date(2027, 7, 30)))
    cells = [code for week in printing.view_b(whole, None)["certificate"]["weeks"] for code in week["codes"] if code]
    assert cells == [session.code or "–" for session in register.sessions]
    assert len(cells) == 380


def test_a_day_stands_in_its_own_column() -> None:
    session = RegisterSession(day=date(2026, 9, 9), session="AM", code="O", feed=1)
    register = ChildRegister(child=sample.CHILD, sessions=(session,), statistics={}, key=sample.KEY)
    (week,) = printing.view_b(pack(marks=register), None)["certificate"]["weeks"]
    assert week["monday"] == "2026-09-07"
    assert [place for place, code in enumerate(week["codes"]) if code] == [4, 5]
    assert (week["codes"][4:6], week["kinds"][4:6], week["sums"]) == (["O", "–"], ["u", "n"], [1, 1, 1])


def test_the_list_of_unauthorised_sessions_adds_up_to_the_total() -> None:
    view = printing.view_b(pack(marks=sample.register()), None)["certificate"]
    assert sum(("am" in day) + ("pm" in day) for day in view["unauthorised"]) == view["totals"]["unauthorised"] > 40


def test_last_years_register_says_from_which_week_it_is_held() -> None:
    late = sample.register(date(2026, 5, 13), 20, changed=False)
    pdf = PdfReader(io.BytesIO(printing.volume_a(pack(last_year=late), None)))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert "Held from the week of 11 May 2026" in text


def test_an_empty_case_and_an_empty_register_are_printed() -> None:
    nothing = ChildRegister(child=sample.CHILD, sessions=(), statistics={})
    case = sample.case(entries=(), letters=(), concerns=(), other_parents=(), siblings=(), child_view=None, officer=None)
    printed(pack(case=case, marks=nothing, this_year=nothing, statement=None, items=(), person=sample.person(carers=())))


def test_two_years_sixty_contacts_and_long_names_are_printed() -> None:
    name = "Featherstonehaugh-Cholmondeley-Wolfeschlegelsteinhausenbergerdorff " * 2
    entries = tuple(sample.entry(date(2026, 9, 7) + timedelta(days=n), outcome="What was agreed. " * (1 + n % 9)) for n in range(60))
    whole = pack(
        case=sample.case(entries=entries),
        person=sample.person(surname=name),
        wanted=sample.wanted(first=date(2025, 9, 3)),
        marks=sample.register(date(2025, 9, 3), 378),
        last_year=sample.register(date(2025, 9, 3), 190),
    )
    printed(whole)
    assert whole.to_be_served.certificate.attendance.totals.possible > 600


def test_every_field_that_a_profile_may_put_on_the_cover_is_known() -> None:
    assert set(CoverField.__args__) == FIELDS.keys()  # type: ignore[attr-defined]


def test_names_are_not_divided_but_for_one_that_is_wider_than_its_column() -> None:
    entries = tuple(
        sample.entry(date(2026, 10, day), officer=name, with_whom=name)
        for day, name in enumerate(("Denise Pilkington", "Maximilian Featherstonehaugh-Cholmondeley"), 1)
    )
    lines = text_of(printing.volume_b(pack(case=sample.case(entries=entries)), None)).split()
    assert lines.count("Pilkington") == 2
    assert "Pilk-" not in lines
    assert "Maximilian" in lines


def test_a_digest_can_be_copied_whole() -> None:
    signed = sample.certificate(check="0123456789abcdef" * 4)
    exhibit = sample.exhibit(sha256="fedcba9876543210" * 4)
    whole = pack(certificate=signed, statement=sample.statement(exhibits=(exhibit,)))
    words = text_of(printing.volume_b(whole, None)).split()
    assert {"0123456789abcdef" * 4, "fedcba9876543210" * 4} <= {word.rstrip(".") for word in words}


def test_the_authority_reads_what_was_found_and_not_what_we_were_to_do() -> None:
    lacking = Item(
        rule="warning letter",
        says="No letter of formal warning went to this parent.",
        todo="Send one (`iewo letter kinds` has them).",
        met=False,
        before="checking",
        may_be_overridden=True,
    )
    text = " ".join(text_of(printing.volume_a(pack(items=(lacking,)), None)).split())
    assert "No letter of formal warning went to this parent." in text
    assert "iewo" not in text
    assert "Send one" not in text


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_the_cover_of_volume_a_says_that_it_has_personal_data_and_the_contents_have_no_page_of_their_own() -> None:
    cover, after, *_ = pages_of(printing.volume_a(pack(), None))
    assert "Personal data of several people" in cover
    assert all(words in cover for words in ("Legal clocks", "Information for the latest session", "Check value"))
    (page,) = [text for text in (cover, after) if "Contents A1 Readiness" in text]
    assert page is cover or "A1 Readiness Requirement What was found State" in page


def test_the_contents_stand_on_a_cover_that_has_room_for_them() -> None:
    whole = pack()
    short = whole.for_the_authority.model_copy(update={"cover": whole.for_the_authority.cover[:6]})
    cover, after, *_ = pages_of(printing.volume_a(whole.model_copy(update={"for_the_authority": short}), None))
    assert "Contents A1 Readiness" in cover
    assert "Contents" not in after


def test_no_page_says_of_a_day_what_another_does_not() -> None:
    """The figures beside the concerns are those of the pack's own register, of their year."""
    concerns = tuple(ConcernMet(rule="severe absence", raised_on=day) for day in (date(2026, 10, 9), date(2026, 5, 20)))
    earlier = sample.register(date(2026, 5, 13), 20, changed=False)
    told = pack(case=sample.case(concerns=concerns), last_year=earlier).for_the_authority
    last, this = told.concerns
    of = {one.label: one.attendance for one in told.registers}
    for concern, register in ((this, of["this year"]), (last, of["last year"])):
        assert concern.sessions is not None
        sums = concern.sessions.model_dump(exclude={"as_of"})
        assert sums == {name: getattr(register.totals, name) for name in sums}
        assert concern.sessions.as_of == register.register_as_of
    (alone, _) = pack(case=sample.case(concerns=concerns)).for_the_authority.concerns
    assert alone.sessions is None
    text = " ".join(text_of(printing.volume_a(pack(case=sample.case(concerns=concerns)), None)).split())
    assert "no register of that year is held" in text
    assert f"{this.sessions and this.sessions.possible} possible sessions" in text


def test_the_registers_are_printed_at_nine_points_and_their_half_terms_are_told_apart() -> None:
    register = sample.register(number=190)
    away = register.model_copy(update={"sessions": tuple(one for one in register.sessions if one.day.month != 11)})
    page: Any = next(
        page for page in PdfReader(io.BytesIO(printing.volume_a(pack(this_year=away), None))).pages if "A5.1" in page.extract_text()
    )
    sizes: list[float] = []
    page.extract_text(visitor_text=lambda text, _, __, ___, size: sizes.append(size) if text.strip() in ("O", "G", "U") else None)
    assert len(sizes) > 10
    assert min(sizes) >= 9
    thick = re.findall(rb"\b1\.2 w", page.get_contents().get_data())
    assert thick, "where the weeks of November are left out"


def test_authorities_of_the_notice_history_are_named_with_their_code_where_the_name_is_known() -> None:
    told = sample.material().notices
    named = told.model_copy(update={"names": {"893": "Example County Council"}})
    for printed in (printing.volume_a, printing.volume_b):
        known, unknown = (" ".join(text_of(printed(pack(notices=one), None)).split()) for one in (named, told))
        assert known.count("Example County Council (893)") >= 2
        assert "LA 893" not in known
        assert unknown.count("LA 893") == 2


def test_the_sessions_relied_on_are_told_by_months() -> None:
    text = " ".join(text_of(printing.volume_b(pack(marks=sample.register(number=25)), None)).split())
    assert "48 sessions" not in text
    assert re.search(r"September 2026 Fri 4 all day O\*; Wed 9 AM U; Fri 11 all day G; Wed 16 AM O; Thu 17 PM O; Mon 21 PM O 8", text), text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Jory Tregear on 12 Oct 2026 Refused on 14 Oct 2026 Jory Tregear on 14 Oct 2026"),
        ({"asked_by": "p2", "told": ("p2",)}, "another parent on 12 Oct 2026 Refused on 14 Oct 2026 another parent on 14 Oct 2026"),
        ({"asked_by": None, "told": ()}, "not recorded on 12 Oct 2026 Refused on 14 Oct 2026 14 Oct 2026, which parent is not recorded"),
        ({"asked_on": None, "decision": "not asked for", "decided_on": None, "told_on": None, "told": ()}, "not asked for – not recorded"),
        ({"told": ("p1", "p2")}, "Jory Tregear on 12 Oct 2026 Refused on 14 Oct 2026 14 Oct 2026, which parent is not recorded"),
    ],
)
def test_of_a_leave_it_is_said_which_parent_asked_and_which_was_told(changes: dict[str, Any], says: str) -> None:
    text = " ".join(text_of(printing.volume_b(pack(case=sample.case(leave=(sample.leave(**changes),))), None)).split())
    assert f"02 Nov 2026 to 06 Nov 2026 {says}" in text


def test_covers_of_a_request_over_leave_say_how_many_of_its_sessions_are_leave() -> None:
    marks = sample.register()
    asked = pack(marks=marks, wanted=sample.wanted(measure="penalty notice", ground="leave in term time"))
    relied_on = asked.to_be_served.certificate.unauthorised
    leave = sum(one.code == "G" for one in relied_on)
    assert 0 < leave < len(relied_on)
    for printed_ in (printing.volume_a(asked, None), printing.volume_b(asked, None)):
        assert f"{leave} of them leave" in " ".join(PdfReader(io.BytesIO(printed_)).pages[0].extract_text().split())
    other = PdfReader(io.BytesIO(printing.volume_b(pack(), None))).pages[0].extract_text()
    assert "of them leave" not in " ".join(other.split())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Language, interpreter not recorded Contacts"),
        ({"language": "Polish"}, "Language, interpreter Polish; whether with an interpreter is not recorded"),
        ({"language": "Polish", "interpreter": True}, "Language, interpreter Polish; with an interpreter"),
        ({"interpreter": True}, "Language, interpreter language not recorded; with an interpreter"),
    ],
)
def test_a_parents_language_and_interpreter_are_one_sentence(changes: dict[str, Any], says: str) -> None:
    parent = sample.case().parent
    assert parent is not None
    case = sample.case(parent=parent.model_copy(update=changes))
    assert says in " ".join(text_of(printing.volume_a(pack(case=case), None)).split())


def test_both_volumes_say_that_words_of_a_contact_were_left_out() -> None:
    told = sample.entry(date(2026, 10, 12), outcome="Ask Mrs Begum on 01632 960 321, she says that he drinks.")
    left = pack(case=sample.case(entries=(told,)))
    served = " ".join(text_of(printing.volume_b(left, None)).split())
    assert "[words left out]" in served
    assert "Words left out: what the officer wrote there tells of others too" in served
    assert "drinks" not in served
    assert "What an officer wrote of contacts with this parent of 12 October 2026" in " ".join(
        text_of(printing.volume_a(left, None)).split()
    )
    assert "Words left out" not in text_of(printing.volume_b(pack(), None))


def test_a_letter_recorded_by_hand_is_not_said_to_be_without_a_copy() -> None:
    entries = (sample.entry(date(2026, 11, 9), kind="formal warning", parents=("p1",)),)
    text = " ".join(text_of(printing.volume_b(pack(case=sample.case(entries=entries, letters=())), None)).split())
    assert "A copy may be among the documents of the case, not tied to the record." in text
    assert "no copy held" not in text


@pytest.mark.parametrize(("witness", "passed"), [(True, 0), (False, 0), (True, 1), (True, 2)])
def test_the_first_page_says_that_the_witness_checked_it_and_how_much_was_let_pass(*, witness: bool, passed: int) -> None:
    why = Override(rule="x", by="A. Nance", at=datetime(2027, 2, 16, tzinfo=UTC), why="Said.", says="Lacking.", authority="893")
    lacks = Item(rule="x", says="Lacking.", met=False, before="checking", may_be_overridden=True, override=why)
    checked = Signature(name="Robin Example", role="officer", on=date(2027, 2, 16))
    made = pack(items=(lacks,) * passed, checked=checked, checked_by_witness=witness)
    page = " ".join(PdfReader(io.BytesIO(printing.volume_a(made, None))).pages[0].extract_text().split())
    assert ("Robin Example, officer, on 16 February 2027, who also makes the statement" in page) is witness
    counted = {0: "Let pass nothing", 1: "1 requirement: marked", 2: "2 requirements: marked"}
    assert counted[passed] in page
    assert ("in Section A1" in page) is (passed > 0)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("home visit", "No letter is recorded."),
        ("letter", "Of the letters in the chronology it is not recorded to which parent they went, and no copy is tied to them."),
    ],
)
def test_no_letter_is_denied_that_the_chronology_tells_of(kind: str, says: str) -> None:
    entries = (sample.entry(date(2026, 11, 9), kind=kind),)
    text = " ".join(text_of(printing.volume_b(pack(case=sample.case(entries=entries, letters=())), None)).split())
    assert says in text


def test_both_covers_say_where_we_are_reached() -> None:
    for printed_ in (printing.volume_a(pack(), None), printing.volume_b(pack(), None)):
        cover = " ".join(PdfReader(io.BytesIO(printed_)).pages[0].extract_text().split())
        assert "Welfare House, 1 Example Street, WX1 1AA · Telephone 01632 960100 · letters@example.org" in cover
        assert "T. Okafor" in cover


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
