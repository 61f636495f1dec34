"""Exhibits by their maker's initials and a number: TO/1, in the file exhibit-TO-1.pdf."""

import re
from collections.abc import Iterable

from services.sharing.domain.material import Exhibit, ExhibitText, Material
from services.sharing.domain.paper.leaves import PICTURES
from shared.pack.to_be_served import Exhibit as Shown


def mark_of(exhibit: Exhibit) -> str:
    return f"{exhibit.initials}/{exhibit.number}"


def file_of(exhibit: Exhibit) -> str:
    """The name of its file in the pack: letters and digits of the initials alone, whatever else a name may have."""
    initials = re.sub(r"[^A-Za-z0-9]", "", exhibit.initials)[:20] or "X"
    return f"exhibit-{initials}-{exhibit.number}.{exhibit.type}"


def shown(exhibit: Exhibit, material: Material) -> Shown:
    """With what the case says of the document, as far as it is still there."""
    document = next((one for one in material.case.documents if one.document == exhibit.document), None)
    return Shown(
        mark=mark_of(exhibit),
        title=exhibit.title,
        file=file_of(exhibit),
        type=exhibit.type,
        sha256=exhibit.sha256,
        pages=pages_of(exhibit, material.exhibit_texts),
        dated=document.day if document else None,
        brought_by=document.author if document else None,
    )


def pages_of(exhibit: Exhibit, texts: Iterable[ExhibitText]) -> int | None:
    """None of what could not be read."""
    if exhibit.type in PICTURES:
        return 1
    return next((len(one.pages) for one in texts if one.document == exhibit.document), 0) or None
