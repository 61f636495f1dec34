"""What an attached file is, by what stands in it, and the same file without what it tells of its making.

A file's name and the type that a sender claims are not asked. What remains is what the sender sees on paper or screen; what the file
carries beside that (where a photograph was taken, who edited a text and for how long, an earlier version, a programme) goes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from services.referrals.domain.clean import docx, eml, jpeg, pdf, png
from services.referrals.domain.clean.unfit import Unfit

__all__ = ["ENDINGS", "LARGEST", "MEDIA", "Cleaned", "Unfit", "clean", "sniff"]

LARGEST: Final = 20 * 1024 * 1024
"""Bytes of a file as it is sent."""

MEDIA: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "eml": "message/rfc822",
}
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "pdf": (".pdf",),
    "jpeg": (".jpg", ".jpeg"),
    "png": (".png",),
    "docx": (".docx",),
    "eml": (".eml",),
}

_CLEANERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "pdf": pdf.cleaned,
    "jpeg": jpeg.cleaned,
    "png": png.cleaned,
    "docx": docx.cleaned,
    "eml": eml.cleaned,
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    type: str
    """A key of `MEDIA`."""
    data: bytes


def sniff(data: bytes) -> str:
    """The type by the first bytes; Unfit for anything that is not taken."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(png.SIGNATURE):
        return "png"
    if data.startswith(b"PK\x03\x04"):
        return "docx"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if eml.looks_like_one(data):
        return "eml"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unfit("it is an old or a password-protected Office file: save it as .docx without a password, or as PDF")
    raise Unfit("it is none of: PDF, JPEG, PNG, Word (.docx), e-mail (.eml)")


def clean(data: bytes) -> Cleaned:
    """The file without its metadata; Unfit, with a sentence that says what to do, for one that is not taken."""
    if not data:
        raise Unfit("the file is empty")
    if len(data) > LARGEST:
        raise Unfit(f"a file is {LARGEST // 1024 // 1024} MB at most")
    type_ = sniff(data)
    return Cleaned(type_, _CLEANERS[type_](data))
