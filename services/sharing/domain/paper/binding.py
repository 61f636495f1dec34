"""Pages of letters and exhibits in a volume: it is laid out with a picture of one point in the place of each, and then these are exchanged.

Written as an update behind the file (ISO 32000-2 7.5.6), so that the volume stays byte for byte what was laid out, tags and all.
"""

import base64
import io
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pypdf import PdfReader, PdfWriter
from pypdf.generic import IndirectObject, NullObject, PdfObject, StreamObject

from services.sharing.domain.paper.leaves import LEAF, Leaves

_OURS: Final = 0xA7
"""The first of three colours of a point that stands for a page; the others are its number."""
MOST: Final = 0x10000


class Leaf(NamedTuple):
    """A page of one of the files: from 0."""

    of: Leaves
    page: int


def place(number: int, width: float, height: float) -> bytes:
    """What the template draws in the place of a page: an SVG in the page's proportions."""
    png = _png(bytes((_OURS, number >> 8, number & 0xFF)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><image width="{width}" height="{height}" '
        f'preserveAspectRatio="none" href="data:image/png;base64,{base64.b64encode(png).decode()}"/></svg>'
    ).encode()


def bound(volume: bytes, pages: Sequence[Leaf]) -> bytes:
    """The volume with the pages in their places, in the order of their numbers."""
    if not pages:
        return volume
    reader = PdfReader(io.BytesIO(volume))
    places = dict(_places(reader))
    first = int(reader.trailer["/Size"])  # type: ignore[call-overload]
    writer = PdfWriter()
    writer._objects += [NullObject()] * (first - 1 - len(writer._objects))  # what is cloned is numbered from the volume's last on
    files = {id(leaf.of): PdfReader(io.BytesIO(leaf.of.content)) for leaf in pages}
    written: dict[int, PdfObject] = {}
    for number, leaf in enumerate(pages):
        found = files[id(leaf.of)].pages[leaf.page]["/Resources"]["/XObject"][LEAF]  # type: ignore[index]
        drawing = found.get_object().clone(writer)
        written[places[number]] = drawing
    own = {one.indirect_reference.idnum for one in written.values() if one.indirect_reference}
    added = {at: one for at, one in enumerate(writer._objects, 1) if at >= first and at not in own and one is not None}
    return volume + _update(volume, reader, {**written, **added}, len(writer._objects) + 1)


def _places(reader: PdfReader) -> Iterator[tuple[int, int]]:
    """Of each point that stands for a page its number, and that of the object that draws it."""
    for page in reader.pages:
        found: Mapping[str, Any] = (page.get("/Resources") or {}).get("/XObject") or {}
        for name in found:
            one, thing = found.raw_get(name), found[name].get_object()  # type: ignore[attr-defined]
            if isinstance(one, IndirectObject) and isinstance(thing, StreamObject) and thing.get("/Subtype") == "/Image":
                point = thing.get_data() if thing["/Width"] == thing["/Height"] == 1 else b""  # type: ignore[comparison-overlap]
                if len(point) == 3 and point[0] == _OURS:
                    yield int.from_bytes(point[1:]), one.idnum


def _update(volume: bytes, reader: PdfReader, objects: Mapping[int, PdfObject], size: int) -> bytes:
    """The objects with a table of where they stand, which leads on to the volume's own."""
    out, begins = io.BytesIO(), dict[int, int]()
    out.write(b"\n")
    for number in sorted(objects):
        begins[number] = len(volume) + out.tell()
        out.write(b"%d 0 obj\n" % number)
        objects[number].write_to_stream(out)
        out.write(b"\nendobj\n")
    table = len(volume) + out.tell()
    out.write(b"xref\n0 1\n0000000000 65535 f \n")
    for number in sorted(begins):
        out.write(b"%d 1\n%010d 00000 n \n" % (number, begins[number]))
    out.write(b"trailer\n<<")
    for key in ("/Root", "/Info", "/ID"):
        if key in reader.trailer:
            out.write(key.encode() + b" ")
            reader.trailer.raw_get(key).write_to_stream(out)
    out.write(b"/Size %d/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, reader._startxref, table))
    return out.getvalue()


def _png(colour: bytes) -> bytes:
    """One point. Source: PNG (ISO/IEC 15948) 11.2."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" + colour)) + chunk(b"IEND", b"")
