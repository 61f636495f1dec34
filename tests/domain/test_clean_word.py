"""What Word texts and PDFs carry beside what is seen of them: parts, relations, fields and links that lead somewhere else."""

import io
import zipfile
from html import escape

import pytest
from lxml import etree
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link

from services.referrals.domain.clean import clean
from tests.support import files
from tests.support.files import MARK

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def relations(*found: tuple[str, str, str, bool]) -> str:
    """Each: id, kind, target, whether it is external."""
    mode = {True: "External", False: "Internal"}
    inner = "".join(
        f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode[away]}"/>'
        for id_, kind, target, away in found
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def text(body: str) -> str:
    return (
        f'<w:document xmlns:w="{W}" xmlns:r="{OFFICE}" xmlns:a="urn:a" xmlns:o="urn:o" xmlns:v="urn:v"><w:body>{body}</w:body></w:document>'
    )


def cleaned(**parts: str | bytes) -> zipfile.ZipFile:
    once = clean(files.docx(**parts)).data
    assert clean(once).data == once
    return zipfile.ZipFile(io.BytesIO(once))


@pytest.mark.parametrize(
    "name",
    [
        "word/embeddings/oleObject1.bin", "word/activeX/activeX1.xml", "word/afchunk.htm", "word/people.xml", "DocProps/core2.xml",
        "docprops/App2.xml", "docProps\\core.xml", "word/../evil.xml", "word/media/../../evil.png", "word/glossary/document.xml",
        "word/fonts/font1.odttf", "anything.exe",
    ],
)  # fmt: skip
def test_a_part_that_no_page_shows_goes(name: str) -> None:
    override = f'<Override PartName="/{name}" ContentType="text/xml"/></Types>'
    types = files.DOCX_PARTS["[Content_Types].xml"].replace("</Types>", override)
    parts: dict[str, str | bytes] = {name: b"<x>" + MARK + b"</x>", "[Content_Types].xml": types}
    found = cleaned(**parts)
    assert name not in found.namelist()
    assert name.encode() not in found.read("[Content_Types].xml")


def test_what_a_page_shows_stays_in_whatever_letter_case() -> None:
    names = ["word/header1.xml", "word/theme/theme1.xml", "word/charts/chart1.xml", "word/media/Image 2.PNG", "word/Footnotes.XML"]
    parts: dict[str, str | bytes] = {name: files.png() if name.endswith("PNG") else f"<x xmlns='{W}'/>" for name in names}
    found = cleaned(**parts)
    assert set(names) <= set(found.namelist())
    assert MARK not in found.read("word/media/Image 2.PNG")


def test_relations_out_of_the_file_go_but_links_to_pages_and_mailboxes() -> None:
    rels = relations(
        ("r1", "image", "media/image1.jpg", False),
        ("r2", "image", "https://tracker.example/a.png", True),
        ("r3", "oleObject", "file:///C:/x.xls", True),
        ("r4", "hyperlink", "https://example.org/", True),
        ("r5", "hyperlink", "file://server.example/share", True),
        ("r6", "aFChunk", "afchunk.htm", False),
        ("r7", "hyperlink", "mailto:office@school.example", True),
        ("r8", "image", "../../secret.png", False),
    )
    body = text(
        '<a:blip r:embed="r1" r:link="r2"/><v:imagedata r:id="r1" src="https://tracker.example/b.png"/>'
        '<w:object><o:OLEObject r:id="r3"/></w:object>'
        '<w:hyperlink r:id="r4"/><w:hyperlink r:id="r5"><w:r><w:t>our share</w:t></w:r></w:hyperlink><w:altChunk r:id="r6"/>'
        '<w:hyperlink r:id="r7"/><a:blip r:embed="r8"/>'
    )
    found = cleaned(**{"word/document.xml": body, "word/_rels/document.xml.rels": rels, "word/afchunk.htm": "<script/>"})
    left = etree.fromstring(found.read("word/_rels/document.xml.rels"))
    assert [one.get("Id") for one in left] == ["r1", "r4", "r7"]
    document = etree.fromstring(found.read("word/document.xml"))
    named = [value for one in document.iter() for name, value in one.attrib.items() if str(name).startswith(f"{{{OFFICE}}}")]
    assert named == ["r1", "r1", "r4", "r7"]
    whole = b"".join(found.read(name) for name in found.namelist())
    for gone in (b"tracker", b"OLEObject", b"altChunk", b"server.example", b"secret"):
        assert gone not in whole
    assert b"our share" in whole


def field(code: str, shown: str) -> str:
    """Its code in two runs, as Word parts it."""
    half = len(code) // 2
    runs = "".join(
        f'<w:r><w:instrText xml:space="preserve">{escape(part)}</w:instrText></w:r>' for part in (code[:half], code[half:]) if part
    )
    marks = {mark: f'<w:r><w:fldChar w:fldCharType="{mark}"/></w:r>' for mark in ("begin", "separate", "end")}
    return f"{marks['begin']}{runs}{marks['separate']}<w:r><w:t>{shown}</w:t></w:r>{marks['end']}"


@pytest.mark.parametrize(
    ("code", "stays"),
    [
        (" PAGE ", True),
        (' TOC \\o "1-3" ', True),
        (' HYPERLINK "https://example.org/" ', True),
        (' HYPERLINK \\l "_Toc1" ', True),
        (' HYPERLINK "file://server.example/x" ', False),
        (' HYPERLINK \\l "a" "file://server.example/x" ', False),
        (' DDEAUTO c:\\\\x.exe "/k calc" ', False),
        (' dde excel "x" ', False),
        (' INCLUDEPICTURE "https://tracker.example/a.png" \\d ', False),
        (" ", False),
    ],
)
def test_a_field_that_fetches_or_starts_something_is_what_it_showed(code: str, stays: bool) -> None:
    simple = f"<w:fldSimple w:instr='{code}'><w:r><w:t>was shown</w:t></w:r></w:fldSimple>"
    for body in (field(code, "was shown"), simple):
        document = cleaned(**{"word/document.xml": text(f"<w:p>{body}</w:p>")}).read("word/document.xml")
        assert b"was shown" in document
        assert ((b"fldChar" in document) or (b"fldSimple" in document)) is stays
        assert (b"server.example" in document, b"tracker" in document) == (False, False)


def test_a_field_whose_kind_another_gives_is_none() -> None:
    inner = field(' QUOTE 68 68 69 "DDEAUTO" ', "DDEAUTO")
    outer = field(" PAGE calc", "was shown").replace("<w:r><w:instrText", inner + "<w:r><w:instrText", 1)
    document = cleaned(**{"word/document.xml": text(f"<w:p>{outer}</w:p>")}).read("word/document.xml")
    assert b"was shown" in document
    for gone in (b"DDEAUTO", b"QUOTE", b"PAGE", b"fldChar"):
        assert gone not in document


@pytest.mark.parametrize(
    ("to", "stays"),
    [("https://example.org/", True), ("mailto:a@example.org", True), ("javascript:alert(1)", False), ("file:///c:/x", False), ("x", False)],
)
def test_a_link_in_a_pdf_leads_to_a_page_or_a_mailbox(to: str, stays: bool) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(files.pdf()))
    writer.add_annotation(0, Link(rect=(1, 1, 2, 2), url=to))
    made = io.BytesIO()
    writer.write(made)
    reader = PdfReader(io.BytesIO(clean(made.getvalue()).data))
    links = [one.get_object() for one in reader.pages[0].annotations or ()]
    assert (to in [link["/A"]["/URI"] for link in links if "/A" in link]) is stays
