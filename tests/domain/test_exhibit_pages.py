"""What is in a PDF and not simply on its pages is found too, or the file is one that a person has to look at."""

import pytest

from services.sharing.domain.exhibit_pages import read
from services.sharing.domain.paper.run_together import births, run_together, search
from tests.domain import paper_sample as sample
from tests.domain.test_exhibit_search import HIDE, SEARCHED, items
from tests.domain.test_paper_served import BORN
from tests.support.drawn_pdf import FONT, drawn, line

LANE = "7 Refuge Lane"
ASIDE = line("A letter of the school about the later bus pass.")


def placed(*texts: tuple[int, str]) -> bytes:
    """Texts on one line, each at its place from the left."""
    return b"BT /F1 12 Tf " + b"".join(b"1 0 0 1 %d 700 Tm (%s) Tj " % (at, text.encode()) for at, text in texts) + b"ET"


@pytest.mark.parametrize(
    ("content", "where"),
    [
        pytest.param(drawn(b"BT /F1 12 Tf 40 700 Td [(7 Re) -20 (fuge La) -20 (ne)] TJ ET"), "page 1", id="kerned"),
        pytest.param(drawn(b"BT /F1 12 Tf 40 700 Td [(7 Ref) -400 (uge La) -400 (ne)] TJ ET"), "page 1", id="split words"),
        pytest.param(drawn(placed(*((40 + place * 9, letter) for place, letter in enumerate(LANE)))), "page 1", id="letter by letter"),
        pytest.param(drawn(b"BT /F1 12 Tf 8 Tc 40 700 Td (7 Refuge Lane) Tj ET"), "page 1", id="spaced out"),
        pytest.param(drawn(b"BT /F1 12 Tf 40 700 Td (Seen at 7 Ref-) Tj 0 -14 Td (uge Lane, all well.) Tj ET"), "page 1", id="hyphenated"),
        pytest.param(drawn(line("Seen at 7 Refuge"), line("Lane, Hidden Haven")), "page 1", id="over two pages"),
        pytest.param(drawn(ASIDE, b"BT /F1 12 Tf 0 1 -1 0 200 200 Tm (7 Refuge Lane) Tj ET"), "page 2", id="rotated"),
        pytest.param(drawn(placed((120, "Lane"), (70, "Refuge"), (40, "7"))), "page 1", id="drawn in another order"),
        pytest.param(
            drawn(
                ASIDE,
                beside=b"<</Type/Annot/Subtype/FreeText/Rect[0 0 200 50]/Contents(7 Refuge Lane, ZZ98 1AA)/DA(/F1 12 Tf)>>",
                page=b"/Annots[6 0 R]",
            ),
            "in a note, a field or a title",
            id="a note on the page",
        ),
        pytest.param(
            drawn(
                ASIDE,
                beside=b"<</Type/Annot/Subtype/Widget/FT/Tx/T(address)/V(7 Refuge Lane, ZZ98 1AA)/Rect[0 0 200 50]>>",
                page=b"/Annots[6 0 R]",
                catalog=b"/AcroForm<</Fields[6 0 R]>>",
            ),
            "in a note, a field or a title",
            id="a field",
        ),
        pytest.param(
            drawn(
                ASIDE,
                beside=b"<</Subtype/Form/BBox[0 0 200 50]/Resources<</Font<</F1 3 0 R>>>>/Length %d>>stream\n%s\nendstream"
                % (len(line(LANE)), line(LANE)),
                page=b"/Annots[<</Type/Annot/Subtype/Stamp/Rect[0 0 9 9]/AP<</N 6 0 R>>>>]",
            ),
            "in a note, a field or a title",
            id="how a note looks",
        ),
        pytest.param(
            drawn(ASIDE, catalog=b"/Outlines<</First<</Title(7 Refuge Lane)>>>>"),
            "in a note, a field or a title",
            id="a title of the outline",
        ),
    ],
)
def test_a_confidential_address_is_found_wherever_it_stands(content: bytes, where: str) -> None:
    found = items(content)
    assert found[HIDE].says.startswith(f"TO/1 names a confidential address ({where})")
    assert (found[HIDE].met, found[HIDE].may_be_overridden) == (False, False)


ATTACHED = b"/Names<</EmbeddedFiles<</Names[(a.txt)<</Type/Filespec/F(a.txt)/EF<</F 6 0 R>>>>]>>>>"
NAMELESS = b"<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+Fict/Encoding<</Type/Encoding/Differences[65/g1 66/g2 67/g3]>>>>"
PICTURE = b" q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(drawn(ASIDE, beside=b"<</Length 13>>stream\n7 Refuge Lane\nendstream", catalog=ATTACHED), id="an attachment"),
        pytest.param(drawn(line("Page 1 of 1") + PICTURE), id="a scan with the number of its page"),
        pytest.param(drawn(line("ABC"), font=NAMELESS), id="a font that does not tell its letters"),
        pytest.param(drawn(*[ASIDE] * 301), id="too many pages"),
    ],
)
def test_what_cannot_be_searched_is_not_said_to_be(content: bytes) -> None:
    found = items(drawn(ASIDE), content)
    assert "Not searched, since not all of it can be read as text: TO/2." in found[SEARCHED].says


def test_a_letter_with_a_picture_and_its_own_letters_is_searched() -> None:
    words = b"".join(b"1 0 0 1 40 %d Tm (%s) Tj " % (700 - 14 * at, b"We would like to see you about attendance.") for at in range(8))
    said = read(drawn(b"BT /F1 12 Tf " + words + b"ET" + PICTURE))
    assert (said.whole, said.pages[0].count("attendance")) == (True, 16)
    assert "Not searched" not in items(drawn(ASIDE, font=FONT))[SEARCHED].says


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 7 R e f u g e\nLane", True),
        ("17 Refuge Lane", False),
        ("page 1\n7 Refuge Lane", True),
        ("Z Z 9 8 1 A A", True),
        ("seven refuge lanes", False),
        ("the millions", False),
    ],
)
def test_a_mention_in_letters_alone(text: str, found: bool) -> None:
    pattern = search(("7 Refuge Lane, Hidden Haven, ZZ98 1AA", "The Mill"))
    assert pattern is not None
    assert bool(pattern.search(run_together(text))) is found


@pytest.mark.parametrize("written", ["{0:%d} / {0:%m} / {0:%Y}", "{0:%d}th of {0:%b} {0:%Y}", "{0:%Y}-{0:%m}-{0:%d}", "{0:%B} 0"])
def test_a_day_of_birth_letter_by_letter(written: str) -> None:
    pattern = births((BORN["sibling"],))
    assert pattern is not None
    text = " ".join(written.format(BORN["sibling"]))
    assert bool(pattern.search(run_together(text))) is ("%Y" in written)


def test_the_parents_own_home_letter_by_letter_is_fit() -> None:
    found = items(drawn(line(" ".join(sample.HOME))))
    assert (found[HIDE].met, found[SEARCHED].met) == (True, True)
