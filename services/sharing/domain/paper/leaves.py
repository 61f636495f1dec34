"""The pages of a file made ready to stand on pages of a volume: each becomes one drawing, a form XObject in a unit square.

Source: ISO 32000-2 8.10 (form XObjects). What PDF/UA-1 (ISO 14289-1) would not have in a volume is not brought there: marks of another
tag tree go (7.1), and a file that does not carry its fonts (7.21.4.1), that has layers (7.10) or notes and fields on its pages (7.18),
stays a file beside the volume, and says why.
"""

import base64
import io
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import typst
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NullObject,
    StreamObject,
)

LEAF: Final = "/Leaf"
"""The name of the drawing in the resources of its page."""
UNREADABLE: Final = "its pages could not be read"
_MOST_PAGES: Final = 300
_LONGEST: Final = 14_400.0
"""Points of a side: ISO 32000-2 annex C.2."""
_MARKS: Final = frozenset({b"BMC", b"BDC", b"EMC", b"MP", b"DP"})
_SHOWS: Final = frozenset({b"Tj", b"TJ", b"'", b'"'})
_INVISIBLE: Final = 3
_OF_THE_TREE: Final = ("/StructParents", "/StructParent", "/OC", "/Metadata", "/PieceInfo", "/Properties")
_PROGRAMS: Final = frozenset({"/FontFile", "/FontFile2", "/FontFile3"})
_ORIENTATION: Final = re.compile(rb"Exif\0\0MM\0\*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0(.)", re.DOTALL)
_TURNED: Final = {1: 0, 3: 180, 6: 90, 8: 270}
PICTURES: Final = frozenset({"jpeg", "png"})
"""As a case's files say their type."""


class Leaves(NamedTuple):
    """`sizes`: width and height of each page in points, `texts`: what it says; none where they cannot be printed, for the reason `why`.

    `content`: a PDF with these pages alone, each drawn by `LEAF`. `size`: bytes of the file itself.
    """

    sizes: tuple[tuple[float, float], ...] = ()
    texts: tuple[str, ...] = ()
    content: bytes = b""
    why: str = ""
    size: int = 0


class _CannotBePrinted(Exception):
    """Says why, in words that go on after "since"."""


def leaves(content: bytes, type_: str) -> Leaves:
    """Of a PDF, a JPEG or a PNG. `type_`: as the case says it. The same bytes for the same file."""
    size = len(content)
    try:
        turned = 0
        if type_ in PICTURES:
            content, turned = _framed(content, type_), _held(content)
        elif not content.startswith(b"%PDF"):
            raise _CannotBePrinted("it is no PDF and no picture")
        return _leaves(PdfReader(io.BytesIO(content)), turned)._replace(size=size)
    except _CannotBePrinted as refused:
        return Leaves(why=str(refused), size=size)
    except Exception:  # whatever a damaged file makes of the reader
        return Leaves(why=UNREADABLE, size=size)


def _framed(picture: bytes, kind: str) -> bytes:
    """A PDF of one page as large as the picture, at most A4."""
    shown = '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}"><image width="{w}" height="{h}" href="{d}"/></svg>'
    width, height = _pixels(picture, kind)
    data = f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
    scale = min(595 / width, 842 / height, 1.0)
    page = f'#set page(width: {width * scale}pt, height: {height * scale}pt, margin: 0pt)\n#image("it.svg", width: 100%, height: 100%)'
    made: bytes = typst.compile(  # type: ignore[call-overload]  # several files, of which its types do not know
        {"main": page.encode(), "it.svg": shown.format(w=width, h=height, d=data).encode()}, ignore_system_fonts=True
    )
    return made


def _pixels(picture: bytes, kind: str) -> tuple[int, int]:
    """Width and height. Source: PNG 11.2.1 (IHDR); ITU-T T.81 B.2.2 (the frame header of a JPEG)."""
    if kind == "png":
        return int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    place = 2
    while picture[place] == 0xFF:
        marker, length = picture[place + 1], int.from_bytes(picture[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(picture[place + 7 : place + 9]), int.from_bytes(picture[place + 5 : place + 7])
        place += 2 + length
    raise _CannotBePrinted(UNREADABLE)


def _held(picture: bytes) -> int:
    """By how many degrees clockwise a photograph is shown, as files are kept here: EXIF with an orientation alone (EXIF 2.32 4.6)."""
    found = _ORIENTATION.search(picture, 0, 1000)
    said = found[1][0] if found else 1
    if said not in _TURNED:
        raise _CannotBePrinted("it is stored mirrored")
    return _TURNED[said]


def _leaves(reader: PdfReader, turned: int) -> Leaves:
    if "/OCProperties" in reader.root_object:
        raise _CannotBePrinted("it has layers that can be switched on and off")
    if not 0 < len(reader.pages) <= _MOST_PAGES:
        raise _CannotBePrinted(f"it has {len(reader.pages)} pages")
    writer, sizes, texts = PdfWriter(), [], []
    for page in reader.pages:
        texts.append(page.extract_text())
        drawing, size = _drawing(page, turned)
        sizes.append(size)
        blank = writer.add_blank_page(*size)
        blank[NameObject("/Resources")] = DictionaryObject(
            {
                NameObject("/XObject"): DictionaryObject({NameObject(LEAF): writer._add_object(drawing.clone(writer))}),
            }
        )
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return Leaves(tuple(sizes), tuple(texts), out.getvalue())


def _drawing(page: PageObject, turned: int) -> tuple[StreamObject, tuple[float, float]]:
    if any(_is_seen(one.get_object()) for one in page.get("/Annots") or ()):
        raise _CannotBePrinted("it has notes or fields on its pages")
    box = page.cropbox
    left, bottom, width, height = (float(side) for side in (box.left, box.bottom, box.width, box.height))
    if not (0 < width <= _LONGEST and 0 < height <= _LONGEST):
        raise _CannotBePrinted(UNREADABLE)
    turned = (page.rotation + turned) % 360
    resources = page.get("/Resources") or DictionaryObject()
    contents = page.get_contents()
    form = DecodedStreamObject()
    form.set_data(_cleared(contents, resources, page) if contents is not None else b"")
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): _numbers(left, bottom, left + width, bottom + height),
            NameObject("/Matrix"): _numbers(*_upright(turned, left, bottom, width, height)),
            NameObject("/Resources"): resources,
        }
    )
    if "/Group" in page:
        form[NameObject("/Group")] = page["/Group"]
    return form.flate_encode(), (height, width) if turned % 180 else (width, height)


def _upright(turned: int, left: float, bottom: float, width: float, height: float) -> tuple[float, ...]:
    """From the page to the unit square. `turned`: by how many degrees clockwise the page is shown (ISO 32000-2 7.7.3.3)."""
    across, up = (1 / width, -left / width), (1 / height, -bottom / height)
    return {
        0: (across[0], 0, 0, up[0], across[1], up[1]),
        90: (0, -across[0], up[0], 0, up[1], 1 - across[1]),
        180: (-across[0], 0, 0, -up[0], 1 - across[1], 1 - up[1]),
        270: (0, across[0], -up[0], 0, 1 - up[1], across[1]),
    }[turned]


def _is_seen(annotation: Any) -> bool:
    """A link is not: it is a place to press."""
    return isinstance(annotation, DictionaryObject) and annotation.get("/Subtype") not in ("/Link", "/Popup")


def _cleared(stream: Any, resources: DictionaryObject, pdf: Any) -> bytes:
    """What draws, without the marks of the file's own tags; the same of every form that it draws, in place."""
    drawn = stream if isinstance(stream, ContentStream) else ContentStream(stream, pdf)
    operations = drawn.operations
    if not _embedded(resources, set(_visible(operations))):
        raise _CannotBePrinted("it does not carry its fonts")
    drawn.operations = [one for one in operations if one[1] not in _MARKS]
    _take(resources)
    for one in (resources.get("/XObject") or {}).values():
        thing = one.get_object()
        if thing.get("/Subtype") == "/Form" and not thing.get("/Cleared"):
            _clear(thing, resources, pdf)
        _take(thing)
    return drawn.get_data()


def _clear(form: Any, outer: DictionaryObject, pdf: Any) -> None:
    form[NameObject("/Cleared")] = NameObject("/Yes")  # it may be drawn on many pages, or draw itself
    data = _cleared(ContentStream(form, pdf), form.get("/Resources") or outer, pdf)
    fresh = DecodedStreamObject()
    fresh.set_data(data)
    packed = fresh.flate_encode()
    form._data = packed._data
    form[NameObject("/Filter")] = packed["/Filter"]
    form.pop("/DecodeParms", None)


def _take(thing: DictionaryObject) -> None:
    for key in _OF_THE_TREE:
        thing.pop(key, None)


def _visible(operations: Any) -> Iterator[str]:
    """Names of the fonts in which something is seen: what a reader of scans lays under a picture is not."""
    font, mode = None, 0
    stack: list[tuple[Any, int]] = []
    for operands, operator in operations:
        if operator == b"q":
            stack.append((font, mode))
        elif operator == b"Q" and stack:
            font, mode = stack.pop()
        elif operator == b"Tf":
            font = operands[0]
        elif operator == b"Tr":
            mode = int(operands[0])
        elif operator in _SHOWS and mode != _INVISIBLE and font is not None:
            yield str(font)


def _embedded(resources: DictionaryObject, names: set[str]) -> bool:
    fonts = resources.get("/Font") or {}
    return all(_carries(fonts[name].get_object()) for name in names if name in fonts)


def _carries(font: Any) -> bool:
    if font.get("/Subtype") == "/Type3":
        return True
    whole = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    descriptor = whole.get("/FontDescriptor")
    return not isinstance(descriptor, (NullObject, type(None))) and not _PROGRAMS.isdisjoint(descriptor.get_object())


def _numbers(*values: float) -> ArrayObject:
    return ArrayObject(FloatObject(value) for value in values)
