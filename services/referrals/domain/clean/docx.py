"""DOCX without its metadata: the same parts, written anew.

Of its parts, and the relations between them, those stay, by name, that its pages show (docx_parts.py): so properties, the thumbnail,
stored data, the list of people, embedded files and fonts, controls, pages of HTML and building blocks go, and whatever lies outside the
file but links to pages and mailboxes. So do document variables, the template's place, a mail merge's source, the numbers of editing
sessions, and fields that fetch or start something (docx_fields.py). JPEG and PNG pictures lose their metadata as they would by themselves;
GIF, BMP, TIFF, EMF and WMF stay as they are, with what they tell of their making. Names of who commented or changed what are content and
stay. An archive that unpacks to more than a text can be is refused, and so is one with programmes in it.

Source: ECMA-376 part 1, 11.3 and 17.15 (settings; rsid: 17.15.1.72), part 2 (packages).
"""

import io
import zipfile
from collections.abc import Callable, Collection, Mapping
from typing import Final

from lxml import etree

from services.referrals.domain.clean import docx_fields, jpeg, png
from services.referrals.domain.clean.docx_parts import relation_stays, relations_of, stays
from services.referrals.domain.clean.unfit import Unfit

UNPACKED: Final = 200_000_000
"""Bytes of all parts together, counted as they are unpacked and not as the archive announces them."""
PARTS: Final = 2_000
MARKUP: Final = 30_000_000
"""Bytes of one part of markup: some 10,000 pages."""
_STEP: Final = 1_000_000

_TYPES: Final = "[Content_Types].xml"
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SETTING_GOES: Final = frozenset({"rsids", "docVars", "attachedTemplate", "docId", "writeProtection", "mailMerge"})
_LEADS_OUT: Final = frozenset({"src", "href", "althref"})
"""Of old drawings (VML), which fetch a picture from there."""
_EMPTIED: Final = frozenset({"hyperlink", "blip"})
"""Elements that stay when what they named is gone: the words of a link, and a picture that is here as well as elsewhere."""
_UNREADABLE: Final = "the Word file cannot be read: save it again as .docx and send that"
_BOMB: Final = "the Word file unpacks to more than a text can be: save it with smaller pictures"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def cleaned(data: bytes) -> bytes:
    """Unfit for what cannot be read, is no text, has programmes in it or unpacks to too much. The same bytes for the same input."""
    try:
        parts = _unpacked(data)
        _check(parts)
        names = [name for name in parts if stays(name)]
        folded = frozenset(name.casefold() for name in names)
        kept = {name: _part(name, parts[name], parts, folded) for name in names}
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
    return name.casefold().endswith((".xml", ".rels"))


def _check(parts: Mapping[str, bytes]) -> None:
    """By its own table of contents it is a Word text without programmes."""
    if _TYPES not in parts or "word/document.xml" not in parts:
        raise Unfit("it is an archive and no Word text (.docx): send the files in it one by one")
    types = {element.get("ContentType", "") for element in _parsed(parts[_TYPES])}
    if any("macroEnabled" in type_ or "vbaProject" in type_ for type_ in types):
        raise Unfit("the Word file has macros in it: save it as .docx without them")
    if _MAIN not in types:
        raise Unfit("it is no Word text (.docx): send it as PDF")


def _part(name: str, body: bytes, parts: Mapping[str, bytes], kept: Collection[str]) -> bytes:
    if not _is_markup(name):
        return _picture(body)
    root = _parsed(body)
    if name == _TYPES:
        _drop(root, lambda element: element.get("PartName", "").lstrip("/").casefold() not in {"", *kept})
    elif name.casefold().endswith(".rels"):
        _drop(root, lambda relation: not relation_stays(relation, name, kept))
    else:
        _clear(root)
        docx_fields.clear(root)
        _loosen(root, _relations(relations_of(name), parts, kept))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def _relations(name: str, parts: Mapping[str, bytes], kept: Collection[str]) -> frozenset[str]:
    """Ids of a part's relations that stay."""
    body = next((body for one, body in parts.items() if one.casefold() == name.casefold()), None)
    found = _parsed(body) if body is not None else ()
    return frozenset(relation.get("Id", "") for relation in found if relation_stays(relation, name, kept))


def _loosen(root: etree._Element, relations: Collection[str]) -> None:
    """What named a relation that went goes with it, or Word would call the text damaged."""
    for element in list(root.iter(etree.Element)):
        for name, value in list(element.attrib.items()):
            if _local(name) in _LEADS_OUT:
                del element.attrib[name]
            elif _namespace(name).endswith("/relationships") and value not in relations:
                del element.attrib[name]
                parent = element.getparent()
                if parent is not None and _local(element.tag) not in _EMPTIED:
                    parent.remove(element)


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


def _clear(root: etree._Element) -> None:
    """Numbers of editing sessions, and the settings that tell of the file's making."""
    for element in list(root.iter(etree.Element)):
        for name in [name for name in element.attrib if _local(name).startswith("rsid")]:
            del element.attrib[name]
    _drop(root, lambda element: isinstance(element.tag, str) and _local(element.tag) in _SETTING_GOES)


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def _namespace(name: object) -> str:
    return str(name).rpartition("}")[0]


def _packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
