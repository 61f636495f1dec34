"""PDF without its metadata: written anew from what its pages show.

Out go the document's information and XMP (of the document, its pages and its pictures), embedded files, JavaScript and every other action
but a link to a place, a page or a mailbox, media, thumbnails, programmes' private data, form data in XFA, and all that no page leads to any
more: a former version under an incremental save among it. EXIF in a scanned page goes as it does from a JPEG of its own. A digital
signature does not survive; what is signed is shown by the page, and the paper stays with who holds it.

Source: ISO 32000-2 7.5.6 (incremental updates), 7.11.4 (embedded files), 12.6.4 (actions), 14.3 (metadata), 14.5 (private data).
"""

import io
import re
from typing import Any, Final

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from services.referrals.domain.clean import jpeg
from services.referrals.domain.clean.addresses import may_lead
from services.referrals.domain.clean.unfit import Unfit

_GOES: Final = frozenset({
    "/Metadata", "/PieceInfo", "/LastModified", "/AA", "/AF", "/EF", "/RF", "/JS", "/JavaScript", "/EmbeddedFiles", "/XFA", "/Thumb",
    "/OpenAction", "/Collection", "/Perms", "/Legal", "/DSS", "/Requirements", "/SpiderInfo", "/Renditions", "/RichMediaContent",
})  # fmt: skip
"""Keys that go from whatever they stand in."""
_MEDIA: Final = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
"""Annotations that carry something to open or play."""
_LINKS: Final = frozenset({"/GoTo", "/URI", "/Named"})
"""Actions that stay."""
_VERSION: Final = re.compile(rb"%PDF-[0-9]\.[0-9]")
_UNREADABLE: Final = "the PDF cannot be read: print it to a new PDF, or scan it again, and send that"


def cleaned(data: bytes) -> bytes:
    """Unfit for what cannot be read, needs a password or has no page. The same bytes for the same input."""
    try:
        return _written_anew(data)
    except Unfit:
        raise
    except Exception:  # whatever a damaged file makes the reader stumble over
        raise Unfit(_UNREADABLE) from None


def _written_anew(data: bytes) -> bytes:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unfit("the PDF needs a password: save it without one and send that")
    writer = PdfWriter(clone_from=reader)
    if not writer.pages:
        raise Unfit("the PDF has no page")
    for object_ in list(writer._objects):
        _clear(object_)
    writer.metadata = None
    # what is no longer led to is still there, and goes by copying what is
    pruned = PdfWriter()
    pruned.clone_reader_document_root(PdfReader(_saved(writer)))
    pruned.metadata = None
    pruned.pdf_header = _header(data)
    return _saved(pruned).getvalue()


def _header(data: bytes) -> str:
    """The version alone: what stands before it in the file is not of the document."""
    found = _VERSION.search(data, 0, 1024)
    return found[0].decode() if found else "%PDF-1.7"


def _saved(writer: PdfWriter) -> io.BytesIO:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer


def _clear(object_: Any) -> None:
    """Takes what goes out of an object and of what stands in it directly."""
    if isinstance(object_, StreamObject) and object_.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        _clear_picture(object_)
    if isinstance(object_, DictionaryObject):
        for key in [key for key in object_ if key in _GOES or _is_action_that_goes(object_, key)]:
            del object_[key]
        if "/Annots" in object_ and isinstance(found := object_["/Annots"].get_object(), ArrayObject):
            object_[NameObject("/Annots")] = ArrayObject(one for one in found if not _is_media(one))
        for value in object_.values():
            _clear(value)
    elif isinstance(object_, ArrayObject):
        for value in object_:
            _clear(value)


def _is_action_that_goes(object_: DictionaryObject, key: str) -> bool:
    """A (action of a link or outline) and Next (the action behind it), unless they lead to a place or an address."""
    if key not in ("/A", "/Next", "/PA"):
        return False
    action = object_[key].get_object()
    kind, to = (action.get("/S"), action.get("/URI")) if isinstance(action, DictionaryObject) else (None, None)
    if key == "/Next" and kind is None and not isinstance(action, ArrayObject):
        return False  # the next entry of an outline
    return kind not in _LINKS or (kind == "/URI" and not may_lead(to))


def _is_media(annotation: Any) -> bool:
    found = annotation.get_object()
    return isinstance(found, DictionaryObject) and found.get("/Subtype") in _MEDIA


def _clear_picture(stream: StreamObject) -> None:
    try:
        stream._data = jpeg.cleaned(stream._data)
    except Unfit:
        return  # a viewer may still show what we would not take by itself
