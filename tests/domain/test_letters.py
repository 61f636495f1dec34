"""Letters on paper: every word as it is written, whatever it looks like, and the same bytes for the same letter."""

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.referrals.domain.letters import print as printing
from services.referrals.domain.letters.letter import (
    Letter,
    Stop,
    cancelled,
    check_paper,
    dispatched,
    released,
    returned,
    sent,
    under,
)
from services.referrals.domain.letters.merge import Facts, Sender, asked, attendance, letter, together
from services.referrals.domain.letters.recipient import LINES, called, in_lines, salutation
from services.referrals.domain.letters.template import Block
from services.referrals.domain.referral import Figures
from services.referrals.errors import NotALetter, NotPossible
from services.referrals.letters.merging import merge
from services.referrals.settings.letter_templates import load_letters
from services.referrals.settings.practice import load_practices

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
TEMPLATES = {one.kind: one for one in load_letters(None, load_practices(None)).all("900001", "919", DAY)}
FIGURES = Figures(year=2026, possible=118, absent=31, unauthorised=12, late=4, late_after_closing=2)
SENDER = Sender(
    name="Example Education Welfare Ltd",
    address=("Welfare House, 1 Example Street", "Wexley", "WX1 1AA"),
    telephone="01632 960100",
    email="letters@example.org",
)
FACTS = Facts(
    sender=SENDER,
    to="Ms Alex Larkfield",
    dear="Ms Larkfield",
    address=("7 Refuge Lane", "Wexley", "WX2 2BB"),
    day=DAY,
    reference="3F1E2D3C4B",
    values={
        "child.name": "Juniper Larkfield",
        "child.forename": "Juniper",
        "child.year_group": "9",
        "school.name": "Larkfield Primary School",
        "officer.name": "Robin Sen",
        "officer.email": "robin.sen@example.org",
        "company.name": SENDER.name,
        "company.telephone": together(SENDER.telephone),
        "company.email": SENDER.email,
    },
    figures=FIGURES,
)
GIVEN: dict[str, dict[str, object]] = {
    "attendance concern": {"reply by": "2026-12-04"},
    "invitation to a meeting": {"meeting date": "2026-12-03", "meeting time": "3.30 pm", "meeting place": "the school's library"},
    "attendance contract": {
        "contract from": "2026-11-23",
        "contract until": "2027-02-12",
        "parent will": ["telephone the school before 8.45 when Juniper is ill", "go with Juniper to the bus on Mondays and Tuesdays"],
        "school will": ["greet Juniper at the gate for the first two weeks", "let Juniper eat with friends in the library"],
        "child says": "Mondays are the hardest. I would like to sit with Kit in science.",
        "review date": "2027-01-15",
    },
    "visit no reply": {"visit date": "2026-11-19", "visit time": "10.20 in the morning", "reply by": "2026-11-25"},
    "notice to improve": {
        "support so far": [
            "letters on 18 September and 9 October",
            "a home visit on 14 October and a meeting in school on 21 October",
            "an attendance contract from 2 November, which was kept in one week of three",
        ],
        "support offered": ["breakfast club from 8.00 without charge", "a meeting every second Friday", "help by the school nurse"],
        "improvement from": "2026-11-23",
        "improvement until": "2026-12-18",
        "improvement means": "no unauthorised absence in these four weeks.",
        "early grounds": "three unauthorised sessions in the first two weeks, or a holiday in term time.",
    },
    "formal warning": {
        "what is expected": "no unauthorised absence from now on.",
        "support offered": ["breakfast club from 8.00 without charge"],
        "reply by": "2026-12-04",
    },
    "positive letter": {"what went well": "Juniper has been in school every day for four weeks, and on time on all but one of them."},
}
MARKUP = [
    "#panic()",
    '#read("/etc/passwd")',
    "`code`",
    "[x]",
    "$x$",
    "*b*",
    "<end-0>",
    "@ref",
    "\\",
    '"]})',
    "{child.name}",
    "= H",
    "//",
    "#{",
]


def pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.parametrize("kind", GIVEN)
def test_each_kind_is_a_tagged_pdf_with_all_that_a_letter_needs(kind: str) -> None:
    content = merge(TEMPLATES[kind], [FACTS], GIVEN[kind])
    assert content == merge(TEMPLATES[kind], [FACTS], GIVEN[kind]), "the same bytes"
    for part in (b"/MarkInfo", b"/Marked true", b"/StructTreeRoot", b"/DisplayDocTitle true", b"<pdfuaid:part>1</pdfuaid:part>"):
        assert part in content
    text = " ".join(pages(content))
    needed = (
        "Example Education Welfare Ltd",
        "WX1 1AA",
        "Ms Alex Larkfield",
        "WX2 2BB",
        "20 November 2026",
        "3F1E2D3C4B",
        "Robin Sen",
        "Reply to",
    )
    assert [one for one in needed if one not in text] == []
    assert "{" not in text


def test_neither_name_nor_address_stands_in_the_metadata() -> None:
    content = merge(TEMPLATES["visit no reply"], [FACTS], GIVEN["visit no reply"])
    metadata = content[content.index(b"<?xpacket begin") : content.index(b"<?xpacket end")]
    for personal in (b"Larkfield", b"Juniper", b"Refuge"):
        assert personal not in metadata


def test_a_batch_has_each_letter_on_pages_of_its_own_numbered_by_itself() -> None:
    template = TEMPLATES["notice to improve"]
    three = [replace(FACTS, to=f"Parent {number}", reference=f"REF{number}") for number in range(3)]
    said = asked(template, GIVEN[template.kind])
    batch = pages(merge(template, three, GIVEN[template.kind]))
    alone = [page for facts in three for page in pages(printing.pdf([letter(template, facts, said)]))]
    assert batch == alone
    assert [page[-11:] for page in batch] == ["Page 1 of 2", "Page 2 of 2"] * 3
    short = [letter(TEMPLATES["visit no reply"], facts, asked(TEMPLATES["visit no reply"], GIVEN["visit no reply"])) for facts in three]
    assert len(pages(printing.pdf(short))) == 3
    both = pages(printing.pdf(short, both_sides=True))
    assert [bool(page) for page in both] == [True, False, True, False, True]


@pytest.mark.parametrize("last", [{"kind": "paragraph", "text": "Thank you."}, {"kind": "list", "items": ["Come.", "Ring."]}])
def test_the_closing_never_stands_alone_on_a_page(last: dict[str, Any]) -> None:
    words = letter(TEMPLATES["attendance concern"], FACTS, asked(TEMPLATES["attendance concern"], GIVEN["attendance concern"]))
    turned = 0
    for lines in range(24, 40):
        blocks = (
            ({"kind": "paragraph", "text": "It is a line.\n" * 2},) * (lines // 2),
            ({"kind": "paragraph", "text": "One."},) * (lines % 2),
        )
        told = pages(printing.pdf([words.model_copy(update={"blocks": (*blocks[0], *blocks[1], last)})]))
        if len(told) > 1:
            turned += 1
            assert told[-1].startswith(("It is a line", "One.")), "what is above the closing goes with it"
            assert told[-1].index("Yours sincerely") > len("It is a line.")
    assert turned


def test_a_letter_that_is_a_few_lines_too_long_is_set_closer_on_one_page_and_a_longer_one_as_ever() -> None:
    assert len(pages(merge(TEMPLATES["formal warning"], [FACTS], GIVEN["formal warning"]))) == 1
    words = letter(TEMPLATES["formal warning"], FACTS, asked(TEMPLATES["formal warning"], GIVEN["formal warning"]))
    more = ({"kind": "paragraph", "text": "It goes on. " * 12},) * 7
    long = pages(printing.pdf([words.model_copy(update={"blocks": (*words.blocks, *more)})]))
    assert [page[-11:] for page in long] == ["Page 1 of 2", "Page 2 of 2"]
    assert long[1].count("It goes on.") > 24, "no few lines alone"


def test_two_hundred_letters_are_one_document() -> None:
    many = [replace(FACTS, to=f"Parent {number}", reference=f"REF{number}") for number in range(200)]
    content = merge(TEMPLATES["attendance concern"], many, GIVEN["attendance concern"])
    assert len(PdfReader(io.BytesIO(content)).pages) == 200


@pytest.mark.parametrize("odd", MARKUP)
def test_what_looks_like_a_command_prints_as_it_is_written(odd: str) -> None:
    template = TEMPLATES["positive letter"]
    said = asked(template, {"what went well": f"well {odd} done"})
    words = letter(template, replace(FACTS, to=odd, dear=odd, values={**FACTS.values, "child.name": odd}), said)
    shown = json.dumps({"letters": [printing._view(words)], "both_sides": False})
    found: list[dict[str, Any]] = json.loads(
        typst.eval(printing._template(), "query(heading).map(it => it.body)", sys_inputs={"batch": shown})
    )
    assert found[0]["text"] == f"{odd}: well done"
    text = "".join("".join(pages(printing.pdf([words]))).split())
    assert f"well{odd}done".replace(" ", "") in text
    assert f"Dear{odd}I".replace(" ", "") in text


@settings(max_examples=25)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=80), name=st.text(max_size=40))
def test_any_words_can_be_printed(text: str, name: str) -> None:
    template = TEMPLATES["attendance contract"]
    try:
        said = asked(template, {**GIVEN[template.kind], "child says": text, "parent will": [text, text]})
    except NotALetter:
        assert not text.split()
        return
    words = letter(template, replace(FACTS, to=name, address=(name, text), values={**FACTS.values, "school.name": name}), said)
    assert printing.pdf([words]).startswith(b"%PDF-")


@given(value=st.text(alphabet="{}abc.hildnme ", max_size=30))
def test_a_value_is_never_read_as_a_field(value: str) -> None:
    if not value.split():
        return
    template = TEMPLATES["positive letter"]
    words = letter(template, replace(FACTS, values={**FACTS.values, "child.name": value}), asked(template, {"what went well": value}))
    assert words.subject == f"{value}: well done"
    assert words.blocks[1]["text"] == " ".join(value.split())


@pytest.mark.parametrize(
    ("kind", "changed", "why"),
    [
        ("attendance concern", {}, "reply by: a date such as"),
        ("attendance concern", {"reply by": "soon"}, "reply by: a date such as"),
        ("attendance concern", {"reply by": "2026-12-04", "colour": "red"}, "does not ask for colour"),
        ("positive letter", {"what went well": "  "}, "1 to 3000 characters"),
        ("positive letter", {"what went well": ["a"]}, "1 to 3000 characters"),
        ("attendance contract", {**GIVEN["attendance contract"], "parent will": "a"}, "1 to 20 lines"),
        ("notice to improve", {**GIVEN["notice to improve"], "improvement until": "2026-12-12"}, "3 to 6 weeks"),
        ("notice to improve", {**GIVEN["notice to improve"], "improvement until": "2027-01-04"}, "3 to 6 weeks"),
    ],
)
def test_what_is_not_answered_as_it_is_asked_is_refused(kind: str, changed: dict[str, object], why: str) -> None:
    with pytest.raises(NotALetter, match=why):
        asked(TEMPLATES[kind], changed)


@pytest.mark.parametrize("last", ["2026-12-13", "2027-01-03"])
def test_a_period_of_three_weeks_and_one_of_six_are_taken(last: str) -> None:
    assert asked(TEMPLATES["notice to improve"], {**GIVEN["notice to improve"], "improvement until": last})


@pytest.mark.parametrize(
    ("absent", "shown"), [(0, "100.0 %"), (1004, "89.9 %"), (1000, "90.0 %"), (9999, "0.1 %"), (1042, "89.6 %"), (10000, "0.0 %")]
)
def test_attendance_is_rounded_as_everywhere(absent: int, shown: str) -> None:
    assert attendance(Figures(year=2026, possible=10_000, absent=absent, unauthorised=0, late=0)).split() == shown.split()


def test_an_address_fits_the_window() -> None:
    assert in_lines("Flat 2, 7 Refuge Lane,\nWexley, WX2 2BB") == ("Flat 2", "7 Refuge Lane", "Wexley", "WX2 2BB")
    long = in_lines("a, b, c, d, e, f, g")
    assert long == ("a", "b", "c", "d", "e, f, g")
    assert len(long or ()) == LINES
    assert in_lines(None) is None
    assert in_lines(" , \n") is None
    assert (called("Ms", "Alex"), called("Ms", "Ms Alex"), called("", "Alex")) == ("Ms Alex", "Ms Alex", "Alex")


@pytest.mark.parametrize(
    ("title", "name", "of_child", "expected"),
    [
        ("Ms", "Alex Larkfield", "Larkfield", "Ms Larkfield"),
        ("", "Mr Jo Ashdown", "Ashdown", "Mr Ashdown"),
        ("Ms", "Alex de la Cruz", "De La Cruz", "Ms de la Cruz"),
        ("Dr", "Marsh", None, "Dr Marsh"),
        # which word is the surname, nobody has said
        ("Mr", "Li Wei", "Larkfield", "Mr Li Wei"),
        ("", "Mr Jo Ashdown", "Larkfield", "Mr Jo Ashdown"),
        ("", "Alex Larkfield", "Larkfield", "Alex Larkfield"),
        ("Ms", "", "Larkfield", "Ms "),
    ],
)
def test_a_letter_begins_with_title_and_surname_where_both_are_known(title: str, name: str, of_child: str | None, expected: str) -> None:
    assert salutation(title, name, of_child) == expected


# what becomes of one ----------------------------------------------------------------------------------------------------


def made(**more: Any) -> Letter:
    words = letter(TEMPLATES["visit no reply"], FACTS, asked(TEMPLATES["visit no reply"], GIVEN["visit no reply"]))
    about = {"case": "c", "school": "900001", "child": "k", "parent": "p", "kind": "visit no reply", "records": "letter"}
    base: dict[str, Any] = {"state": "ready", "made_by": "sen", "made_at": AT, "words": words, "email": "a@example.org", "no_post": None}
    return Letter(id="l", **about, **{**base, **more})


FLAG, LATER = Stop(id="f1", says="safeguarding flag"), Stop(id="f2", says="do not contact flag")


def test_a_letter_under_a_flag_goes_only_with_a_yes_to_that_flag() -> None:
    held = under(made(), [FLAG])
    assert held.state == "held"
    with pytest.raises(NotPossible, match="safeguarding flag"):
        dispatched(held, "post", DAY, "sen", AT)
    free = released(held, "sen", AT, "the social worker agreed")
    assert (free.state, free.yes[0].why, free.yes[0].to) == ("ready", "the social worker agreed", ("f1",))
    assert under(free, [FLAG]).state == "ready"
    again = under(free, [FLAG, LATER])
    assert (again.state, again.open_stops) == ("held", (LATER,))
    assert under(again, []).state == "ready", "a flag that is lifted holds nothing"


def test_of_a_letter_that_went_before_it_was_made_it_is_said_how_it_is_put_on_record() -> None:
    one = made()
    with pytest.raises(NotPossible) as refused:
        dispatched(one, "post", DAY - timedelta(days=30), "sen", AT)
    assert f"iewo intervention add {one.case} '{one.records}' --on 2026-10-21 --parent {one.parent}" in str(refused.value)
    assert f"iewo document add {one.case} --kind letter" in str(refused.value)


def test_what_is_absolute_nobody_releases() -> None:
    held = under(made(), [Stop(id="barred", says="may not be written to", absolute=True)])
    with pytest.raises(NotPossible, match="cancel it"):
        released(held, "sen", AT, "please")
    with pytest.raises(NotPossible):
        check_paper(held)
    assert cancelled(held, "sen", AT, "moved").state == "cancelled"


def test_a_letter_goes_once_by_a_way_that_there_is() -> None:
    gone = dispatched(made(), "post", DAY, "sen", AT)
    assert gone.dispatch is not None
    assert (gone.state, gone.dispatch.to) == ("sending", FACTS.address)
    assert dispatched(gone, "e-mail", DAY, "lark", AT) == gone
    done = sent(gone, "d", "e")
    assert sent(done, "x", "y") == done
    back = returned(done, "sen", AT, DAY, "not known")
    assert returned(back, "lark", AT, DAY, "again") == back
    with pytest.raises(NotPossible, match="before it went"):
        returned(done, "sen", AT, date(2026, 11, 19), "x")
    with pytest.raises(NotPossible, match="possible now: print, note its return"):
        cancelled(done, "sen", AT, "x")
    with pytest.raises(NotPossible, match="possible now: print, send, cancel"):
        returned(made(), "sen", AT, DAY, "x")
    assert dispatched(made(), "e-mail", DAY, "sen", AT).dispatch.to == ("a@example.org",)  # type: ignore[union-attr]
    with pytest.raises(NotPossible, match="it was made on 2026-11-20"):
        dispatched(made(), "post", date(2026, 11, 19), "sen", AT)
    with pytest.raises(NotPossible, match="by post"):
        dispatched(made(no_post="confidential"), "post", DAY, "sen", AT)
    with pytest.raises(NotPossible, match="e-mail"):
        dispatched(made(email=None), "e-mail", DAY, "sen", AT)


@pytest.mark.parametrize("where", [{"subject": "{child.year_group}"}, {"blocks": (Block("heading", ("{child.year_group}",)),)}])
def test_a_letter_without_words_in_its_subject_or_a_heading_is_none(where: dict[str, Any]) -> None:
    template = replace(TEMPLATES["positive letter"], **where)
    said = asked(template, GIVEN["positive letter"])
    assert letter(template, FACTS, said)
    unknown = replace(FACTS, values={**FACTS.values, "child.year_group": ""})
    with pytest.raises(NotALetter, match="empty"):
        letter(template, unknown, said)


def test_late_before_the_register_closed_and_after_it_are_two_lines_of_the_table() -> None:
    """L is attendance, U is unauthorised absence (SI 2024/208 reg. 10)."""
    template = TEMPLATES["formal warning"]
    words = letter(template, FACTS, asked(template, GIVEN[template.kind]))
    [rows] = [block["rows"] for block in words.blocks if "rows" in block]
    told = {row[0]: row[1] for row in rows}
    assert told["Late, before the register closed, which is no absence"] == "4"
    assert told["Of the unauthorised, late, after the register closed"] == "2"
