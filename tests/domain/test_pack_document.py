"""The PDF of a pack: tagged, the same bytes for the same pack, and nothing that a name can break or switch on."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sharing.domain import document, pack
from shared import printable
from tests.domain import pack_sample as sample

DRAFT = sample.request(head_teacher=None, signed_on=None)
BANNERS = "query(<draft-banner>).map(banner => banner.location().page())"
MARKUP = ["#panic()", "*bold*", "$x$", "`code`", "<label>", "@ref", "\\", '"]})', "#{", "//", "= Heading", "_a_", "[x]"]


def large() -> pack.Pack:
    """A whole year of 190 days, 60 contacts with long outcomes, names beyond any column."""
    contacts = tuple(sample.contact(date(2026, 9, 7) + timedelta(days=5 * n), outcome="What was agreed. " * (1 + n % 9)) for n in range(60))
    name = "Featherstonehaugh-Cholmondeley-Wolfeschlegelsteinhausenbergerdorff " * 2
    return sample.made(
        request=sample.request(period_to=date(2027, 7, 30), signed_on=None),
        attendance=sample.attendance(sample.register(date(2026, 9, 3), 190), child=sample.child(surname=name)),
        chronology=sample.chronology().model_copy(update={"contacts": contacts}),
    )


def marks_on_paper(whole: pack.Pack) -> list[str]:
    """The code cells of the weekly table in their order."""
    return [cell["code"] for week in document.view(whole)["weeks"] for cell in week["cells"] if cell]


def asked(whole: pack.Pack, expression: str) -> Any:
    """What typst answers about the laid-out document: which elements it has, and on which pages."""
    answer = typst.eval(
        document._template(),
        expression,
        font_paths=document._fonts(),
        sys_inputs={"pack": json.dumps(document.view(whole))},
    )
    return json.loads(answer)


@pytest.mark.parametrize("whole", [sample.made(), sample.made(request=DRAFT), large()], ids=["signed", "draft", "large"])
def test_the_pdf_is_tagged_and_says_its_language_and_title(whole: pack.Pack) -> None:
    printed = document.pdf(whole)
    assert printed.startswith(b"%PDF-")
    for part in (b"/MarkInfo", b"/Marked true", b"/StructTreeRoot", b"/Lang", b"/DisplayDocTitle true", b"/Outlines"):
        assert part in printed
    assert b"<pdfuaid:part>1</pdfuaid:part>" in printed


def test_the_same_pack_gives_the_same_bytes() -> None:
    assert document.pdf(sample.made()) == document.pdf(sample.made())
    assert document.pdf(sample.made()) != document.pdf(sample.made(request=DRAFT))


def test_neither_name_nor_upn_stands_in_the_metadata() -> None:
    printed = document.pdf(sample.made())
    metadata = printed[printed.index(b"<?xpacket begin") : printed.index(b"<?xpacket end")]
    for personal in (b"Merryn", b"Tregear", b"B801200005001"):
        assert personal not in metadata


@pytest.mark.parametrize("odd", [*MARKUP, "王小明", "😀", "\x00\x07", "محمد", "W" * 400, "a\nb\tc", "\u202eRTL"])
def test_no_name_breaks_the_document(odd: str) -> None:
    whole = sample.made(
        attendance=sample.attendance(child=sample.child(forename=odd, address=odd)),
        school=pack.School(name=odd, urn="900101"),
        chronology=sample.chronology().model_copy(update={"contacts": (sample.contact(date(2026, 10, 1), outcome=odd, officer=odd),)}),
    )
    assert document.pdf(whole).startswith(b"%PDF-")
    assert json.loads(whole.as_json())["child"]["name"] == f"{odd} Tregear"


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_a_name_prints_as_it_is_written(markup: str) -> None:
    whole = sample.made(attendance=sample.attendance(child=sample.child(forename=markup)))
    (name,) = asked(whole, "query(<child-name>)")
    assert (name["func"], name["text"]) == ("text", f"{markup} Tregear")


@settings(max_examples=20)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    contact = sample.contact(date(2026, 10, 1), outcome=text)
    whole = sample.made(chronology=sample.chronology().model_copy(update={"contacts": (contact,)}))
    assert document.pdf(whole).startswith(b"%PDF-")


def test_every_character_that_is_let_through_has_a_glyph() -> None:
    every = [chr(code) for code in sorted(printable._PRINTS)]
    source = b'#set document(title: "x", date: none)\n#set text(font: "Libertinus Serif")\n'
    source += b"#for char in json(bytes(sys.inputs.chars)) [#char ]"
    typst.compile(
        source,
        font_paths=document._fonts(),
        ignore_system_fonts=True,
        sys_inputs={"chars": json.dumps(every)},
        pdf_standards=["ua-1"],
    )  # raises for a character without a glyph


@given(text=st.text())
def test_printable_text_holds_only_printable_characters(text: str) -> None:
    assert set(map(ord, printable.text(text).replace(printable.BREAK, ""))) <= printable._PRINTS


@given(text=st.text(alphabet="abcdefghij ÉŁő'-.\n", max_size=300))
def test_what_the_fonts_have_is_not_changed(text: str) -> None:
    shown = printable.text(text)
    assert shown.replace(printable.BREAK, "") == text
    assert all(len(word) <= 24 for word in re.split(rf"[\s\-{printable.BREAK}]", shown))


def test_the_weekly_table_has_every_mark_of_the_register_and_no_other() -> None:
    whole = large()
    held = [code or "" for day in whole.certificate.days for code in (day.am, day.pm)]
    assert marks_on_paper(whole) == held
    assert len(held) == 380


def test_a_day_stands_in_its_own_column() -> None:
    wednesday = (pack.RegisterDay(date=date(2026, 9, 9), am="O", pm=None),)
    (week,) = document.view(sample.made(attendance=sample.attendance(wednesday)))["weeks"]
    assert week["monday"] == "2026-09-07"
    assert [place for place, cell in enumerate(week["cells"]) if cell] == [4, 5]
    assert (week["possible"], week["absent"], week["unauthorised"]) == (1, 1, 1)
    assert week["cells"][5] == {"code": "", "class": "no mark"}


def test_the_list_of_unauthorised_sessions_adds_up_to_the_total() -> None:
    whole = large()
    listed = document.view(whole)["unauthorised"]
    assert sum((day["am"] is not None) + (day["pm"] is not None) for day in listed) == whole.certificate.totals.unauthorised


def test_every_page_of_an_unsigned_certificate_and_no_other_says_so() -> None:
    unsigned = large()
    begins, ends = (asked(unsigned, f"query({at}).first().location().page()") for at in ("<certificate>", "<unauthorised>"))
    assert ends - begins >= 2
    assert asked(unsigned, BANNERS) == list(range(begins, ends))
    assert {banner["text"] for banner in asked(unsigned, "query(<draft-banner>)")} == {"DRAFT – NOT SIGNED"}


def test_a_register_that_changed_after_the_signature_is_told_beneath_it() -> None:
    for as_of, places in ((date(2027, 2, 17), 1), (date(2027, 2, 16), 0)):
        told = asked(sample.made(attendance=sample.attendance(register_as_of=as_of)), "query(<changed-after-signature>)")
        assert len(told) == places


def test_a_signed_certificate_has_no_banner() -> None:
    assert asked(sample.made(), BANNERS) == []
