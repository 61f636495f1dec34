"""What a PDF says, as far as it can be read: the text of its pages as it is stored and as it is laid out, and every other text in it
(annotations, values of forms, titles of its outline, what it says of itself). And whether all of it could be read: a scan, an attachment
or a font that does not tell its letters is for a person to look at.

Source: ISO 32000-2 7.11.4 (embedded files), 9.10 (text from fonts), 12.5 (annotations), 12.7 (forms), 14.3 (metadata).
"""

import io
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from pypdf import PageObject, PdfReader
from pypdf._codecs.adobe_glyphs import adobe_glyphs
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject, StreamObject, TextStringObject

_MOST_PAGES: Final = 300
_MOST_OBJECTS: Final = 200_000
_MOST_DRAWN: Final = 8_000_000
"""Bytes of what draws one page, unpacked: a full page of text has some 100,000."""
_MOST_TEXT: Final = 5_000_000
"""Characters."""
_SCANNED: Final = 200
"""Letters below which a page with a picture is taken for a scan: those of its number and of a stamp."""
_FONTS: Final = frozenset({"/Type1", "/MMType1", "/TrueType", "/Type0", "/Type3"})
_SIGNS: Final = frozenset({"/Symbol", "/ZapfDingbats"})
_BY_NUMBER: Final = re.compile(r"/(?:uni(?:[0-9A-F]{4})+|u[0-9A-F]{4,6}|\.notdef)")
_INLINE: Final = re.compile(rb"\bBI\b[^\0]{0,500}?\bID\b")
_MARKUP: Final = re.compile(r"<[^>]*>")
_GAPS: Final = re.compile(r"[^\S\n]{2,}")


class Read(NamedTuple):
    """`pages`: the text of each, "" of one that has none. `beside`: what stands elsewhere in the file. `whole`: nothing is left to look at
    but pages without text."""

    pages: tuple[str, ...]
    beside: str
    whole: bool


UNREAD: Final = Read((), "", False)


def read(content: bytes) -> Read:
    """`UNREAD` for what is no PDF, cannot be read, or is too much of anything."""
    if not content.startswith(b"%PDF"):
        return UNREAD
    try:
        return _read(PdfReader(io.BytesIO(content)))
    except Exception:  # whatever a damaged file makes of the reader: a person looks at it
        return UNREAD


def _read(reader: PdfReader) -> Read:
    if len(reader.pages) > _MOST_PAGES or any(len(_drawn(page)) > _MOST_DRAWN for page in reader.pages):
        return UNREAD
    pages = tuple(_text(page) for page in reader.pages)
    objects = list(_objects(reader.trailer))
    beside = "\n".join(text for one in objects for text in _said(one, reader.pages[0]))
    if sum(map(len, pages)) + len(beside) > _MOST_TEXT:
        return UNREAD
    scanned = any(_letters(text) < _SCANNED and _has_picture(page) for text, page in zip(pages, reader.pages, strict=True))
    return Read(pages, beside, not scanned and all(_legible(one) for one in objects if isinstance(one, DictionaryObject)))


def _text(page: PageObject) -> str:
    """As it is stored, and as it stands on the page: what is drawn in another order is read in its place."""
    stored = page.extract_text()
    laid_out = page.extract_text(extraction_mode="layout", layout_mode_strip_rotated=False) if stored.strip() else ""
    return f"{stored}\n{_GAPS.sub(' ', laid_out)}".strip()


def _objects(trailer: Any) -> Iterator[Any]:
    """Everything that the file leads to, once. ValueError for too much."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [trailer.get("/Info"), trailer.raw_get("/Root")]
    count = 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = one.get_object()
        if one is None or isinstance(one, NullObject):
            continue
        count += 1
        if count > _MOST_OBJECTS:
            raise ValueError
        yield one
        if isinstance(one, DictionaryObject):
            waiting += [one.raw_get(name) for name in one]
        elif isinstance(one, ArrayObject):
            waiting += list(one)


def _said(one: Any, page: PageObject) -> Iterator[str]:
    if isinstance(one, TextStringObject):
        yield str(one)
    elif isinstance(one, StreamObject):
        if one.get("/Subtype") == "/Form":  # how an annotation or a field looks
            yield page.extract_xform_text(one)  # type: ignore[arg-type]
        elif one.get("/Type") == "/Metadata":
            yield _MARKUP.sub(" ", one.get_data().decode(errors="replace"))


def _legible(one: DictionaryObject) -> bool:
    """No attachment, no form of another make, no medium to play; of a font, that it tells which letters it shows."""
    if "/EF" in one or "/XFA" in one or one.get("/Subtype") in ("/RichMedia", "/Movie", "/Screen", "/3D"):
        return False
    if one.get("/Type") != "/Font" or one.get("/Subtype") not in _FONTS or "/ToUnicode" in one:
        return True
    encoding, kind = one.get("/Encoding"), str(one["/Subtype"])
    if kind == "/Type0":
        return isinstance(encoding, str) and encoding.startswith("/Uni")
    if kind == "/Type3":
        return False
    if isinstance(encoding, DictionaryObject):
        return all(_known(name) for name in encoding.get("/Differences", ()) if isinstance(name, str))
    return encoding is not None or not _embedded(one) or one.get("/BaseFont") in _SIGNS


def _known(glyph: str) -> bool:
    return glyph.partition(".")[0] in adobe_glyphs or _BY_NUMBER.fullmatch(glyph) is not None


def _embedded(font: DictionaryObject) -> bool:
    descriptor = font.get("/FontDescriptor")
    return isinstance(descriptor, DictionaryObject) and not {"/FontFile", "/FontFile2", "/FontFile3"}.isdisjoint(descriptor)


def _letters(text: str) -> int:
    """Of one of its two readings."""
    return sum(map(str.isalpha, text)) // 2


def _has_picture(page: PageObject) -> bool:
    forms: list[Any] = [page]
    for form in forms:  # grows as it goes
        resources = form.get("/Resources") or {}
        for one in (resources.get("/XObject") or {}).values():
            thing = one.get_object()
            if thing.get("/Subtype") == "/Image":
                return True
            if all(thing is not known for known in forms):
                forms.append(thing)
        if len(forms) > _MOST_PAGES:
            return True
    return _INLINE.search(_drawn(page)) is not None


def _drawn(page: PageObject) -> bytes:
    contents = page.get_contents()
    return contents.get_data() if contents is not None else b""
