"""Attached files: told apart by what stands in them, and without what they tell of their making."""

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from services.referrals.domain.clean import LARGEST, Unfit, clean, sniff
from tests.support import files
from tests.support.files import MARK

GOOD = {"jpeg": files.jpeg(), "png": files.png(), "pdf": files.pdf(), "docx": files.docx(), "eml": files.EMAIL}


@pytest.mark.parametrize("type_", GOOD)
def test_the_type_is_by_content_and_cleaning_again_changes_nothing(type_: str) -> None:
    once = clean(GOOD[type_])
    assert once.type == type_
    assert clean(GOOD[type_]) == once, "the same bytes for the same file"
    assert clean(once.data) == once


def test_the_samples_tell_of_their_making_in_so_many_places() -> None:
    """So that the searches below can fail."""
    assert files.jpeg().count(MARK) == 7
    assert files.png().count(MARK) == 5
    assert files.all_of_pdf(files.pdf()).count(MARK) > 10
    assert files.all_of_docx(files.docx()).count(MARK) == 13


def test_a_photograph_keeps_its_picture_its_colours_and_how_the_camera_was_held() -> None:
    before, after = files.jpeg(orientation=6), clean(files.jpeg(orientation=6)).data
    assert MARK not in after
    assert b"thumbnail" not in after
    assert b"ICC_PROFILE" in after
    tables = before.index(b"\xff\xdb")
    assert after.endswith(before[tables : -len(MARK)]), "tables and picture, byte for byte"
    exif = after[after.index(b"Exif\0\0") + 6 :]
    assert struct.unpack_from(">HHIHHI", exif, 10) == (0x0112, 3, 1, 6, 0, 0)
    assert b"Exif" not in clean(files.jpeg(orientation=1)).data


def test_a_picture_keeps_its_lines_and_its_size_on_paper() -> None:
    after = clean(files.png()).data
    assert MARK not in after
    names = [name for name in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"prVt") if name in after]
    assert names == []
    assert b"pHYs" in after
    assert after[after.index(b"IDAT") :] == files.png()[files.png().index(b"IDAT") : -len(MARK)]


def test_a_pdf_keeps_its_pages_and_links_and_nothing_else() -> None:
    after = clean(files.pdf(pages=3).replace(b"%PDF-1.3", b"%PDF-1.7")).data
    assert MARK not in files.all_of_pdf(after)
    assert after.startswith(b"%PDF-1.7")
    reader = PdfReader(io.BytesIO(after))
    assert [page.extract_text().strip() for page in reader.pages] == ["Page 1", "Page 2", "Page 3"]
    links = [one.get_object() for one in reader.pages[0].annotations or ()]
    assert [link["/A"]["/URI"] for link in links] == ["https://example.org/policy"]
    for gone in (b"JavaScript", b"EmbeddedFile", b"/Author", b"xpacket", b"PieceInfo"):
        assert gone not in files.all_of_pdf(after)


@pytest.mark.parametrize("before", [b"\n", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n", b"<script>" + MARK])
def test_what_stands_before_a_pdf_goes(before: bytes) -> None:
    after = clean(before + files.pdf())
    assert after.data.startswith(b"%PDF-1.3\n")
    assert clean(after.data) == after


def test_a_pdf_without_a_version_gets_one() -> None:
    assert clean(files.pdf().replace(b"%PDF-1.3", b"%PDF-x.y")).data.startswith(b"%PDF-1.7\n")


def test_a_pdf_under_an_owners_password_alone_is_taken_and_one_under_a_readers_is_not() -> None:
    assert MARK not in files.all_of_pdf(clean(files.pdf(password="")).data)
    with pytest.raises(Unfit, match="password"):
        clean(files.pdf(password="secret"))


def test_a_word_text_keeps_its_words_and_who_commented() -> None:
    after = clean(files.docx()).data
    whole = files.all_of_docx(after)
    assert MARK not in whole
    assert b"rsid" not in whole
    assert b"What the doctor wrote." in whole
    assert b"Dr Example" in whole
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert not [name for name in archive.namelist() if name.startswith(("docProps", "customXml"))]
        assert b"core.xml" not in archive.read("[Content_Types].xml") + archive.read("_rels/.rels")


def test_an_email_stays_as_it_came() -> None:
    assert clean(files.EMAIL).data == files.EMAIL


def _zip_bomb() -> bytes:
    return files.docx(**{f"word/media/{n}.bin": bytes(50_000_000) for n in range(5)})


HOSTILE: dict[str, Callable[[], bytes]] = {
    "an archive": lambda: _archive({"a.txt": "x"}),
    "a workbook": lambda: files.docx(**{"[Content_Types].xml": files.DOCX_PARTS["[Content_Types].xml"].replace("wordprocessing", "sheet")}),
    "macros": lambda: files.docx(
        **{"[Content_Types].xml": files.DOCX_PARTS["[Content_Types].xml"].replace("document.main", "macroEnabled")}
    ),
    "an archive that unpacks to 250 MB": _zip_bomb,
    "markup that unpacks to 40 MB": lambda: files.docx(**{"word/styles.xml": " " * 40_000_000}),
    "many parts": lambda: files.docx(**{f"word/{n}.bin": b"" for n in range(2_100)}),
    "entities": lambda: files.docx(**{"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    "entities in UTF-16": lambda: files.docx(
        **{"word/document.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16")}
    ),
    "markup that is none": lambda: files.docx(**{"word/document.xml": "<a>"}),
    "a wide PNG": lambda: files.png(100_000, 100_000, raw=b""),
    "a PNG that unpacks to more than it says": lambda: files.png(raw=bytes(50_000_000)),
    "a PNG that unpacks to less": lambda: files.png(raw=b"\0"),
    "a PNG cut off": lambda: files.png()[:-40],
    "a JPEG cut off": lambda: files.jpeg()[:-60],
    "a JPEG that claims 4 thousand million pixels": lambda: files.jpeg().replace(
        b"\xff\xc0\0\x0b\x08\0\1\0\1", b"\xff\xc0\0\x0b\x08\xff\xff\xff\xff"
    ),
    "a PDF of nothing": lambda: b"%PDF-1.7\n" + b"nothing" * 100,
    "a PDF cut off": lambda: files.pdf()[:400],
    "an old Word file": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "a page": lambda: b"<html><script>alert(1)</script></html>",
    "a programme": lambda: b"MZ" + bytes(512),
    "nothing": lambda: b"",
    "words": lambda: b"From: me\nwithout a date\n\nHello",
    "too much": lambda: files.large_jpeg(LARGEST + 1),
}


def _archive(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return buffer.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_taken_is_refused_with_a_sentence_and_soon(name: str) -> None:
    data = HOSTILE[name]()
    begun = time.monotonic()
    with pytest.raises(Unfit) as refused:
        clean(data)
    assert len(str(refused.value)) > 15
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("type_", ["jpeg", "png", "pdf", "docx"])
@given(data=st.data())
def test_whatever_is_changed_in_a_file_it_is_taken_or_refused_and_never_an_error(type_: str, data: st.DataObject) -> None:
    changed = bytearray(GOOD[type_])
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(changed)))
    for one in (bytes(changed), bytes(changed[:cut])):
        try:
            clean(one)
        except Unfit:
            continue


@given(width=st.integers(1, 40), height=st.integers(1, 40))
def test_an_interlaced_picture_is_measured_as_it_is_stored(width: int, height: int) -> None:
    """Adam7: its seven pictures, each line with a byte for its filter, counted here pixel by pixel."""
    pattern = ["16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777"]
    size = 0
    for number in "1234567":
        rows = [sum(pattern[y % 8][x % 8] == number for x in range(width)) for y in range(height)]
        size += sum(1 + 3 * pixels for pixels in rows if pixels)
    assert clean(files.png(width, height, raw=bytes(size), interlaced=1)).type == "png"
    with pytest.raises(Unfit):
        clean(files.png(width, height, raw=bytes(size + 1), interlaced=1))


def test_fill_bytes_and_restarts_in_a_photograph_stay_where_they_are() -> None:
    picture = files.jpeg(behind=b"")
    odd = picture[:-2] + b"\xff\xd0\x01\xff\x00\x02" + b"\xff\xff\xd9" + zlib.compress(MARK) + MARK
    after = clean(odd).data
    assert after.endswith(b"\xff\xd0\x01\xff\x00\x02\xff\xd9")
    assert sniff(after) == "jpeg"
