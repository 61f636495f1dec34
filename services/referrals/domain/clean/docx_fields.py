"""Fields of a Word text that fetch or start something are replaced by what they showed when the text was saved. Those stay that number its
pages, lead within it, or lead to a page or a mailbox.

Source: ECMA-376 part 1, 17.16 (fields; 17.16.5 their kinds). DDE and DDEAUTO, which start a programme, stand in [MS-OI29500].
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

_STAYS: Final = frozenset({
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "REF", "NOTEREF", "STYLEREF", "SEQ", "TOC", "TC", "XE", "INDEX", "DATE",
    "TIME", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "SYMBOL", "LISTNUM",
})  # fmt: skip
_LINK: Final = re.compile(r'\s*HYPERLINK(?:\s+"(?:https?|mailto):[^"\\]+")?(?:\s+\\[lot]\s+"[^"]*"|\s+\\[hmn])*\s*', re.IGNORECASE)
_IN_RUNS: Final = frozenset({"fldChar", "instrText", "delInstrText", "t", "delText", "tab", "br"})
_NESTED: Final = "\0"
"""Stands in a field's code for another field: what that gives is not known, so it is no name of a kind."""


@dataclass(slots=True)
class _Field:
    parts: list[etree._Element] = field(default_factory=list)
    """All of it but what it shows."""
    code: list[str] = field(default_factory=list)
    shows: bool = False
    """Behind its code begins what it shows."""


def clear(root: etree._Element) -> None:
    for element in [*_of_runs(root)]:
        _remove(element)
    for element in [one for one in root.iter(etree.Element) if _local(one) == "fldSimple"]:
        if not _may_stay(_said(element, "instr")):
            _unwrap(element)


def _of_runs(root: etree._Element) -> Iterator[etree._Element]:
    """What goes of fields that begin, part and end in runs; they may stand within each other."""
    around: list[_Field] = []
    for element in [one for one in root.iter(etree.Element) if _local(one) in _IN_RUNS]:
        name, mark = _local(element), _said(element, "fldCharType")
        for one in around:
            if not one.shows or (mark in ("separate", "end") and one is around[-1]):
                one.parts.append(element)
        if mark == "begin":
            if around and not around[-1].shows:
                around[-1].code.append(_NESTED)
            around.append(_Field([element]))
        elif around and mark == "separate":
            around[-1].shows = True
        elif around and mark == "end":
            yield from _gone(around.pop())
        elif around and name == "instrText" and not around[-1].shows:
            around[-1].code.append(element.text or "")
    for one in around:  # without an end
        yield from one.parts


def _gone(one: _Field) -> list[etree._Element]:
    return [] if _may_stay("".join(one.code)) else one.parts


def _may_stay(code: str) -> bool:
    name = code.split(maxsplit=1)[:1]
    return bool(name and name[0].upper() in _STAYS) or _LINK.fullmatch(code) is not None


def _unwrap(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        for child in list(element):
            element.addprevious(child)
        parent.remove(element)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _said(element: etree._Element, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith(f"}}{name}")), "")


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
