"""Attached files as cameras, scanners and offices make them, with markers in all that they tell of their making."""

import io
import struct
import zipfile
import zlib
from base64 import b64decode

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

MARK = b"Quenby-marker"
"""Stands wherever metadata stands, and nowhere in what is to be seen."""

_BASELINE = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAAB"
    "AAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z"
)
"""One grey pixel."""


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def exif(orientation: int) -> bytes:
    """As a telephone writes it: how it was held, who made it, and a thumbnail behind."""
    entries = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(">HHII", 0x010F, 2, len(MARK), 38)
    return b"Exif\0\0" + struct.pack(">2sHIH", b"MM", 42, 8, 2) + entries + struct.pack(">I", 0) + MARK + b"\xff\xd8thumbnail\xff\xd9"


def jpeg(orientation: int = 6, *, behind: bytes = MARK) -> bytes:
    """A photograph with EXIF, XMP, IPTC, a colour profile, a comment, a JFXX thumbnail and something behind its end."""
    metadata = [
        segment(0xE0, b"JFXX\0\x10" + MARK),
        segment(0xE1, exif(orientation)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + MARK),
        segment(0xE2, b"ICC_PROFILE\0\1\1" + b"profile"),
        segment(0xE2, b"MPF\0" + MARK),
        segment(0xED, b"Photoshop 3.0\0" + MARK),
        segment(0xFE, MARK),
    ]
    return _BASELINE[:20] + b"".join(metadata) + _BASELINE[20:] + behind


def large_jpeg(size: int) -> bytes:
    """A picture of about so many bytes: what fills it stands where the picture's own bytes stand."""
    return _BASELINE[:-2] + b"\x37" * (size - len(_BASELINE)) + b"\xff\xd9"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 2, height: int = 2, *, raw: bytes | None = None, interlaced: int = 0) -> bytes:
    """A picture with text, a time, EXIF and something behind its end."""
    lines = raw if raw is not None else (b"\0" + b"\x40\x80\xc0" * width) * height
    metadata = [
        chunk(b"tEXt", b"Author\0" + MARK),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(MARK)),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + MARK),
        chunk(b"eXIf", MARK),
        chunk(b"tIME", bytes(7)),
        chunk(b"prVt", MARK),
        chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)),
    ]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlaced)
    body = b"".join(metadata) + chunk(b"IDAT", zlib.compress(lines))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"") + MARK


def pdf(pages: int = 1, *, password: str | None = None) -> bytes:
    """A scan with information, XMP, an embedded file, JavaScript, a link, media, an EXIF photograph, and an earlier version below it."""
    writer = PdfWriter()
    for number in range(pages):
        page = writer.add_blank_page(595, 842)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 72 720 Td (Page {number + 1}) Tj ET q 10 0 0 10 0 0 cm /Im Do Q".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject({
            NameObject("/XObject"): DictionaryObject({NameObject("/Im"): _picture(writer)}),
            NameObject("/Font"): DictionaryObject({NameObject("/F1"): _font()}),
        })  # fmt: skip
        page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/App"): TextStringObject(MARK.decode())})
        page[NameObject("/Metadata")] = _xmp(writer)
        page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): _script()})
    writer.add_metadata({"/Author": MARK.decode(), "/Producer": "scanner " + MARK.decode()})
    writer.xmp_metadata = None
    writer.root_object[NameObject("/Metadata")] = _xmp(writer)
    writer.add_attachment("hidden.txt", MARK)
    writer.root_object[NameObject("/OpenAction")] = _script()
    names = writer.root_object["/Names"].get_object()
    names[NameObject("/JavaScript")] = DictionaryObject({  # type: ignore[index]
        NameObject("/Names"): ArrayObject([TextStringObject("run"), _script()])
    })  # fmt: skip
    writer.add_annotation(0, Link(rect=(50, 50, 100, 100), url="https://example.org/policy"))
    media = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"),
        NameObject("/Subtype"): NameObject("/FileAttachment"),
        NameObject("/Rect"): ArrayObject(),
        NameObject("/Contents"): TextStringObject(MARK.decode()),
    })  # fmt: skip
    annotations = writer.pages[0].annotations
    assert annotations is not None
    annotations.append(writer._add_object(media))
    if password is not None:
        writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _xmp(writer: PdfWriter) -> object:
    stream = DecodedStreamObject()
    stream.set_data(b"<?xpacket?>" + MARK)
    return writer._add_object(stream)


def _font() -> DictionaryObject:
    named = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    return DictionaryObject({NameObject(key): NameObject(value) for key, value in named.items()})


def _script() -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(MARK.decode())})


def _picture(writer: PdfWriter) -> object:
    stream = DecodedStreamObject()
    stream.set_data(jpeg(behind=b""))
    for name, value in (("/Type", "/XObject"), ("/Subtype", "/Image"), ("/Filter", "/DCTDecode"), ("/ColorSpace", "/DeviceGray")):
        stream[NameObject(name)] = NameObject(value)
    return writer._add_object(stream)


def all_of_pdf(data: bytes) -> bytes:
    """Every object of a PDF, unpacked: what a search finds here, a reader finds in the file."""
    found = [data]
    reader = PdfReader(io.BytesIO(data))
    for number in range(1, int(str(reader.trailer["/Size"]))):
        object_ = reader.get_object(number)
        found.append(repr(object_).encode())
        if hasattr(object_, "get_data"):
            found += [object_.get_data(), bytes(object_._data)]  # type: ignore[union-attr]
    return b"\n".join(found)


DOCX_PARTS = {
    "[Content_Types].xml": """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="jpg" ContentType="image/jpeg"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>""",
    "_rels/.rels": """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
<Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
 Target="docProps/core.xml"/></Relationships>""",
    "word/document.xml": """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p w:rsidR="00AB12CD" w:rsidRDefault="00AB12CD"><w:r w:rsidRPr="00AB12CD"><w:t>What the doctor wrote.</w:t></w:r></w:p>
<!-- Quenby-marker --></w:body></w:document>""",
    "word/comments.xml": """<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:comment w:id="0" w:author="Dr Example"><w:p/></w:comment></w:comments>""",
    "word/settings.xml": """<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:attachedTemplate r:id="r1"/>
<w:rsids><w:rsidRoot w:val="00AB12CD"/></w:rsids><w:docVars><w:docVar w:name="x" w:val="Quenby-marker"/></w:docVars></w:settings>""",
    "word/_rels/settings.xml.rels": """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
 Target="file:///C:/Users/Quenby-marker/t.dotx" TargetMode="External"/></Relationships>""",
    "docProps/core.xml": "<x>Quenby-marker</x>",
    "docProps/app.xml": "<x>Quenby-marker</x>",
    "docProps/custom.xml": "<x>Quenby-marker</x>",
    "customXml/item1.xml": "<x>Quenby-marker</x>",
}


def docx(**changed: str | bytes) -> bytes:
    """A Word text with properties, editing sessions, a comment, a photograph, and its template's place. `changed` by part."""
    parts: dict[str, str | bytes] = {**DOCX_PARTS, "word/media/image1.jpg": jpeg(behind=b""), **changed}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def all_of_docx(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return data + b"\n".join(archive.read(name) for name in archive.namelist())


EMAIL = (
    b"Return-Path: <parent@example.org>\r\nReceived: from mx.example.org\r\n\tby mail.example.net; Mon, 2 Nov 2026 08:01:00 +0000\r\n"
    b"From: Parent <parent@example.org>\r\nTo: office@school.example\r\nDate: Mon, 2 Nov 2026 08:00:00 +0000\r\nSubject: Away today\r\n"
    b"\r\nShe is not well.\r\n"
)
