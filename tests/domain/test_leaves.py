"""Pages of letters and exhibits in a volume: drawn as they are, tagged, and left out with a reason where they cannot be."""

import base64
import hashlib
import io
import re
from datetime import date
from typing import Any

import pytest
import typst
from pypdf import PdfReader
from pypdf.generic import ContentStream

from services.referrals.domain.clean import jpeg, sniff
from services.sharing.domain.material import Signature
from services.sharing.domain.paper import bundle, printing
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.leaves import UNREADABLE, Leaves, leaves
from services.sharing.leaf_pages import leaves_apart
from shared.contracts.enforcement import LetterSent, ServableDocument
from shared.pack.document import Pack
from tests.domain import paper_sample as sample
from tests.support import files
from tests.support.drawn_pdf import drawn, line

PDF, PNG, JPEG = "pdf", "png", "jpeg"
"""As `clean.sniff` says them, and so the case's files."""
SHORT = sample.register(number=5)


def tagged(*pages: str) -> bytes:
    made = typst.compile(
        ('#set document(title: "A letter")\n' + "#pagebreak()\n".join(f"= {text}\n\n" for text in pages)).encode(), pdf_standards=["ua-1"]
    )
    assert isinstance(made, bytes)
    return made


WARNING, SECOND = tagged("Your warning of November", "Its second page"), tagged("Your letter of January")
PHOTO = typst.compile(b"#set page(width: 9cm, height: 5cm)\n= A notice board", format="png")


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def document(id_: str, content: bytes, type_: str = PDF) -> ServableDocument:
    return ServableDocument(
        document=id_,
        kind="letter",
        day=date(2026, 11, 16),
        what="It",
        author="T. Okafor",
        type=type_,
        size=len(content),
        sha256=sha(content),
    )


def letter(id_: str, day: date, **changes: Any) -> LetterSent:
    told = {
        "letter": id_,
        "kind": "warning",
        "records": "formal warning",
        "day": day,
        "way": "post",
        "document": id_,
        "text": "Dear Mr Tregear",
    }
    return LetterSent(**told | changes)


def pack(exhibits: tuple[Any, ...] = (), **changes: Any) -> Pack:
    letters = (letter("l2", date(2027, 1, 5), records="letter"), letter("l1", date(2026, 11, 16)))
    case = sample.case(letters=letters, documents=(document("l1", WARNING), document("l2", SECOND), document("x1", PHOTO, PNG)))
    small = {"marks": SHORT, "this_year": SHORT, "last_year": None, "certificate": None, "case": case}
    return assemble(sample.material(**small | {"statement": sample.statement(exhibits=exhibits)} | changes), sample.PROFILE)


HELD = {sha(content): leaves(content, kind) for content, kind in ((WARNING, PDF), (SECOND, PDF), (PHOTO, PNG))}


def texts(volume: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(volume), strict=True).pages]


def test_a_letter_stands_in_the_volume_page_for_page_and_is_listed_with_its_first() -> None:
    pages = texts(printing.volume_b(pack(statement=None), None, HELD))
    found = [
        next(number for number, text in enumerate(pages, 1) if words in text) for words in ("of November", "second page", "of January")
    ]
    assert found == [len(pages) - 2, len(pages) - 1, len(pages)], "in the order of their days"
    listed = next(text for text in pages if "Letters to this parent Date" in text)
    assert re.findall(r"page (\d+)", listed.partition("Letters to this parent")[2])[:2] == [str(found[0]), str(found[2])]
    assert "Formal warning of 16 November 2026, page 2 of 2" in pages[found[1] - 1]
    assert all(f"B – page {number} of {len(pages)}" in pages[number - 1] and "5f2c1a90b7d4" in pages[number - 1] for number in found)


def test_a_letter_is_listed_by_its_subject_alone_where_that_begins_with_its_kind() -> None:
    told = (letter("l1", date(2026, 11, 16), subject="Formal warning: Merryn Tregear"), letter("l2", date(2027, 1, 5), subject="A plan"))
    listed = " ".join(texts(printing.volume_b(pack(case=sample.case(letters=told)), None, HELD)))
    assert "Formal warning: Merryn Tregear" in listed
    assert "Formal warning: Formal warning" not in listed
    assert "Formal warning: A plan" in listed


def test_the_same_pages_give_the_same_bytes_behind_what_was_laid_out() -> None:
    exhibit = sample.exhibit(document="x1", sha256=sha(PHOTO), type=PNG)
    again = {sha(content): leaves(content, kind) for content, kind in ((WARNING, PDF), (SECOND, PDF), (PHOTO, PNG))}
    assert again == HELD
    assert printing.volume_b(pack((exhibit,)), None, HELD) == printing.volume_b(pack((exhibit,)), None, again)


def test_a_page_is_a_tagged_figure_that_says_what_it_shows_and_brings_no_tags_of_its_own() -> None:
    reader: Any = PdfReader(io.BytesIO(printing.volume_b(pack(statement=None), None, HELD)))
    assert reader.root_object["/MarkInfo"]["/Marked"]
    page = reader.pages[-1]
    drawing = [(operands, operator) for operands, operator in ContentStream(page.get_contents(), reader).operations]
    alt = [operands[1]["/Alt"] for operands, operator in drawing if operator == b"BDC" and "/Alt" in operands[1]]
    assert alt == ["letter of 5 January 2027, page 1 of 1: Your letter of January"]
    forms = [one.get_object() for one in page["/Resources"]["/XObject"].values() if one.get_object()["/Subtype"] == "/Form"]
    assert len(forms) == 1
    assert not {b"BDC", b"BMC", b"EMC"} & {operator for _, operator in ContentStream(forms[0], reader).operations}
    assert not {"/StructParents", "/StructParent"} & forms[0].keys()
    assert all("/FontFile3" in _descriptor(font) for font in forms[0]["/Resources"]["/Font"].values())


def _descriptor(font: Any) -> Any:
    return font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()


def test_a_letter_that_is_an_exhibit_stands_once_behind_its_cover() -> None:
    exhibit = sample.exhibit(document="l1", sha256=sha(WARNING))
    pages = texts(printing.volume_b(pack((exhibit,)), None, HELD))
    assert sum("of November" in text for text in pages) == 1
    cover = next(
        number for number, text in enumerate(pages) if "This is the exhibit marked TO/1 referred to in the statement of T. Okafor" in text
    )
    assert "of November" in pages[cover + 1]
    assert all(
        words in pages[cover]
        for words in (
            "Witness: T. Okafor, signed by T. Okafor on 15 February 2027",
            "Brought to the case by T. Okafor",
            f"from page {cover + 2}",
        )
    )
    listed = next(text for text in pages if "Letters to this parent Date" in text)
    assert f"exhibit TO/1, page {cover + 2}" in listed


@pytest.mark.parametrize("way", ["in the system", "on paper", None])
def test_the_witness_line_of_a_sheet_is_signed_with_the_statement_where_that_is_signed_here(way: str | None) -> None:
    signed = Signature(name="T. Okafor", role="Education Welfare Officer", on=date(2027, 2, 15), way=way) if way else None
    exhibit = sample.exhibit(document="x1", sha256=sha(PHOTO), type=PNG)
    made = pack(statement=sample.statement(exhibits=(exhibit,), signed=signed))
    cover = texts(printing.volume_b(made, None, HELD))[-2]
    assert ("signed by T. Okafor on 15 February 2027" in cover) == (way == "in the system")
    assert ("Witness: T. Okafor Date" in cover) == (way != "in the system"), "a line to sign on"


def test_a_picture_stands_behind_its_cover() -> None:
    exhibit = sample.exhibit(document="x1", sha256=sha(PHOTO), type=PNG)
    assert exhibit.type == sniff(PHOTO), "the word that the case's files have for it"
    reader = PdfReader(io.BytesIO(printing.volume_b(pack((exhibit,)), None, HELD)))
    assert "Pages 1 Date" in texts(printing.volume_b(pack((exhibit,)), None, HELD))[-2]
    assert reader.pages[-1].mediabox.width > reader.pages[-1].mediabox.height, "it is wider than high"
    assert (HELD[sha(PHOTO)].sizes[0][0] / HELD[sha(PHOTO)].sizes[0][1]) == pytest.approx(9 / 5, rel=0.01)


@pytest.mark.parametrize(
    ("content", "type_", "why"),
    [
        (b"PK", "docx", "it is no PDF and no picture"),
        (b"%PDF-1.7 broken", PDF, UNREADABLE),
        (b"\x89PNG broken", PNG, UNREADABLE),
        (drawn(line("Seen in a font that is not there")), PDF, "it does not carry its fonts"),
        (drawn(b"", catalog=b"/OCProperties<</OCGs[]/D<<>>>>"), PDF, "it has layers that can be switched on and off"),
        (drawn(b"", page=b"/Annots[<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]>>]"), PDF, "it has notes or fields on its pages"),
    ],
)
def test_what_cannot_be_printed_says_why_on_its_cover(content: bytes, type_: str, why: str) -> None:
    made = leaves(content, type_)
    assert (made.sizes, made.content, made.why) == ((), b"", why)
    exhibit = sample.exhibit(sha256=sha(content), type=type_)
    cover = texts(printing.volume_b(pack((exhibit,)), None, HELD | {sha(content): made}))[-1]
    assert f"this sheet alone, since {why}: the file goes with the volume" in cover


def test_what_a_scanner_reads_under_its_picture_needs_no_font() -> None:
    unseen = leaves(drawn(b"3 Tr q " + line("Read under the picture") + b" Q"), PDF)
    assert len(unseen.sizes) == 1
    assert leaves(drawn(b"q 3 Tr Q " + line("Seen")), PDF).why == "it does not carry its fonts"


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_that_is_turned_or_cut_stands_upright_and_whole(turned: int) -> None:
    """The mark in the corner that is shown top left stands there in the unit square."""
    corner = {0: (100, 690), 90: (100, 200), 180: (390, 200), 270: (390, 690)}[turned]  # of the box 100..400, 200..700
    page = drawn(b"", page=b"/CropBox[100 200 400 700]/Rotate %d" % turned)
    made = leaves(page, PDF)
    assert made.sizes == (((500.0, 300.0) if turned % 180 else (300.0, 500.0)),)
    reader: Any = PdfReader(io.BytesIO(made.content))
    form = reader.pages[0]["/Resources"]["/XObject"]["/Leaf"].get_object()
    a, b, c, d, e, f = (float(value) for value in form["/Matrix"])
    shown = [(a * x + c * y + e, b * x + d * y + f) for x, y in (corner, (corner[0] + 10, corner[1] + 10))]
    assert min(x for x, _ in shown) == pytest.approx(0, abs=0.001)
    assert max(y for _, y in shown) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(("orientation", "why"), [(1, ""), (3, ""), (6, ""), (8, ""), (2, "it is stored mirrored")])
def test_a_photograph_stands_as_it_was_held(orientation: int, why: str) -> None:
    """Of what a case keeps of a photograph. A picture is drawn as it is stored, so that turning is ours."""
    kept, flat = (jpeg.cleaned(files.jpeg(one)) for one in (orientation, 1))
    page = [typst.compile(_framed(picture), format="png") for picture in (kept, flat)]  # type: ignore[call-overload]
    assert page[0] == page[1]
    made = leaves(kept, JPEG)
    assert made.why == why
    if not why:
        drawing: Any = PdfReader(io.BytesIO(made.content)).pages[0]["/Resources"]
        matrix = [round(float(value), 3) for value in drawing["/XObject"]["/Leaf"].get_object()["/Matrix"][:4]]
        signs = {1: (1, 0, 0, 1), 3: (-1, 0, 0, -1), 6: (0, -1, 1, 0), 8: (0, 1, -1, 0)}[orientation]
        assert [(value > 0) - (value < 0) for value in matrix] == list(signs)


def _framed(picture: bytes) -> dict[str, bytes]:
    data = base64.b64encode(picture).decode()
    image = f'<image width="30" height="30" href="data:image/jpeg;base64,{data}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30">{image}</svg>'
    return {"main": b'#set page(width: 30pt, height: 30pt, margin: 0pt)\n#image("it.svg")', "it.svg": svg.encode()}


def test_exhibits_that_would_make_the_pack_too_large_go_as_files_alone() -> None:
    large = [sample.exhibit(number, document=f"d{number}", sha256=f"{number}" * 64) for number in (1, 2)]
    page = HELD[sha(SECOND)]
    told = {one.sha256: page._replace(size=bundle.ROOM // 3, content=b"x" * (bundle.ROOM // 3 - 20_000)) for one in large}
    held = bundle.bundle(pack(tuple(large)).to_be_served, HELD | told)
    assert [len(held.shown[one.sha256]["pages"]) for one in large] == [1, 0]
    assert held.shown[large[1].sha256]["why"] == "together the exhibits are too large to go twice"
    assert len(held.pages) == 2 + 1 + 1


async def test_others_files_are_read_by_a_process_of_their_own() -> None:
    assert await leaves_apart(WARNING, PDF) == leaves(WARNING, PDF)
    assert await leaves_apart(PHOTO, PNG) == leaves(PHOTO, PNG)
    assert await leaves_apart(b"%PDF-1.7", PDF) == Leaves(why=UNREADABLE, size=8)
