"""DOCX without its metadata: the same parts, written anew.

Properties (core, app, custom), the thumbnail, stored data, document variables, the template's place and the numbers of editing sessions go;
photographs in it lose their EXIF as they would by themselves. Names of who commented or changed what are content and stay. An archive that
unpacks to more than a text can be is refused, and so is one with programmes in it.

Source: ECMA-376 part 1, 11.3 and 17.15 (settings; rsid: 17.15.1.72), part 2 (packages).
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from services.referrals.domain.clean import jpeg, png
from services.referrals.domain.clean.unfit import Unfit

UNPACKED: Final = 200_000_000
"""Bytes of all parts together, counted as they are unpacked and not as the archive announces them."""
PARTS: Final = 2_000
MARKUP: Final = 30_000_000
"""Bytes of one part of markup: some 10,000 pages."""
_STEP: Final = 1_000_000

_TYPES: Final = "[Content_Types].xml"
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_GOES: Final = ("docProps/", "customXml/")
_SETTING_GOES: Final = frozenset({"rsids", "docVars", "attachedTemplate", "docId", "writeProtection"})
_UNREADABLE: Final = "the Word file cannot be read: save it again as .docx and send that"
_BOMB: Final = "the Word file unpacks to more than a text can be: save it with smaller pictures"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def cleaned(data: bytes) -> bytes:
    """Unfit for what cannot be read, is no text, has programmes in it or unpacks to too much. The same bytes for the same input."""
    try:
        parts = _unpacked(data)
        _check(parts)
        kept = {name: _part(name, body) for name, body in parts.items() if not _goes(name)}
    except Unfit:
        raise
    except Exception:  # whatever a damaged archive makes its readers stumble over
        raise Unfit(_UNREADABLE) from None
    return _packed(kept)


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        names = {entry.filename.casefold() for entry in entries}
        if len(entries) > PARTS:
            raise Unfit(_BOMB)
        if len(names) != len(entries):
            raise Unfit(_UNREADABLE)
        parts: dict[str, bytes] = {}
        left = UNPACKED
        for entry in entries:
            parts[entry.filename] = _read(archive, entry, left)
            left -= len(parts[entry.filename])
    return parts


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    most = min(most, MARKUP) if _is_markup(entry.filename) else most
    pieces, size = [], 0
    with archive.open(entry) as file:
        while piece := file.read(_STEP):
            size += len(piece)
            if size > most:
                raise Unfit(_BOMB)
            pieces.append(piece)
    return b"".join(pieces)


def _is_markup(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _check(parts: Mapping[str, bytes]) -> None:
    """By its own table of contents it is a Word text without programmes."""
    if _TYPES not in parts or "word/document.xml" not in parts:
        raise Unfit("it is an archive and no Word text (.docx): send the files in it one by one")
    types = {element.get("ContentType", "") for element in _parsed(parts[_TYPES])}
    if any("macroEnabled" in type_ or "vbaProject" in type_ for type_ in types):
        raise Unfit("the Word file has macros in it: save it as .docx without them")
    if _MAIN not in types:
        raise Unfit("it is no Word text (.docx): send it as PDF")


def _goes(name: str) -> bool:
    return name.startswith(_GOES)


def _part(name: str, body: bytes) -> bytes:
    if not _is_markup(name):
        return _picture(body)
    root = _parsed(body)
    if name == _TYPES:
        _drop(root, lambda element: _goes(element.get("PartName", "").lstrip("/")))
    elif name.endswith(".rels"):
        _drop(root, _leads_away)
    elif name.startswith("word/"):
        _clear(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def _picture(body: bytes) -> bytes:
    """Photographs as they would be taken by themselves; one that would not be is left as Word has it."""
    try:
        if body.startswith(b"\xff\xd8\xff"):
            return jpeg.cleaned(body)
        if body.startswith(png.SIGNATURE):
            return png.cleaned(body)
    except Unfit:
        pass
    return body


def _parsed(body: bytes) -> etree._Element:
    """Without anything that markup can ask of a parser: no document type, no entity, no network."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(body, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unfit(_UNREADABLE)
    return root


def _drop(root: etree._Element, goes: Callable[[etree._Element], bool]) -> None:
    for element in [element for element in root if goes(element)]:
        root.remove(element)


def _leads_away(relation: etree._Element) -> bool:
    """To a part that goes, or to the template, which may lie on somebody's own machine."""
    target = relation.get("Target", "").lstrip("/").removeprefix("../")
    return _goes(target) or relation.get("Type", "").endswith(("/attachedTemplate", "/metadata/thumbnail"))


def _clear(root: etree._Element) -> None:
    """Numbers of editing sessions, and the settings that tell of the file's making."""
    for element in list(root.iter(etree.Element)):
        for name in [name for name in element.attrib if _local(name).startswith("rsid")]:
            del element.attrib[name]
    _drop(root, lambda element: isinstance(element.tag, str) and _local(element.tag) in _SETTING_GOES)


def _local(name: str | bytes) -> str:
    return str(name).rpartition("}")[2]


def _packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
