"""The records of an XML document, one after the other, each a small tree: never the whole document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.formats.xml_stream import LONGEST_TEXT, in_pieces, stream
from services.attendance.domain.text import File

ELEMENTS: Final = 5_000
"""Elements of one record; a child with eleven years of history and four contacts has some hundreds."""

TEXT: Final = 1_000_000
"""Characters of one record, as they are kept."""

Paths = Mapping[str, tuple[tuple[str, ...], ...]]
"""By the document's root, the paths below it at which its records stand."""


@dataclass(slots=True)
class Element:
    """`text` as it stands, of an element that holds no other; `ordinal`: which of its kind a record is, from 1."""

    tag: str
    text: str = ""
    children: list[Element] = field(default_factory=list)
    ordinal: int = 0

    def all(self, tag: str) -> list[Element]:
        return [child for child in self.children if child.tag == tag]

    def first(self, *tags: str) -> Element | None:
        """The first child of the first of these tags that there is."""
        return next((child for tag in tags for child in self.children if child.tag == tag), None)

    def said(self, *tags: str) -> str:
        """The first text that is not blank among children of these tags, without surrounding space."""
        return next((text for tag in tags for child in self.children if child.tag == tag and (text := child.text.strip())), "")


def root_of(data: File) -> str:
    """The tag of the document's root. Raises FileRefused."""
    reader = _Records({})
    for _ in stream(in_pieces(data), reader):
        if reader.path:
            break
    return reader.root


def records(data: File, paths: Paths) -> Iterator[Element]:
    """Raises FileRefused for a document that is not well-formed, and for a record of more than `ELEMENTS` or `TEXT`."""
    reader = _Records(paths)
    for _ in stream(in_pieces(data), reader):
        yield from reader.found
        reader.found.clear()


class _Records:
    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._open: list[Element] = []
        self._texts: list[str] = []
        self._elements = self._text = 0
        self._counts: dict[str, int] = {}
        self.root = ""
        self.path: list[str] = []
        self.found: list[Element] = []

    def start(self, tag: str, _: dict[str, str]) -> None:
        self.root = self.root or tag
        self.path.append(tag)
        if not self._open and tuple(self.path[1:]) not in self._paths.get(self.root, ()):
            return
        element = Element(tag)
        self._count(element)
        if self._open:
            self._open[-1].children.append(element)
        self._open.append(element)
        self._texts.clear()

    def _count(self, element: Element) -> None:
        if not self._open:
            self._elements = self._text = 0
            self._counts[element.tag] = element.ordinal = self._counts.get(element.tag, 0) + 1
        self._elements += 1
        if self._elements > ELEMENTS:
            raise FileRefused(f"its XML has a record of more than {ELEMENTS:,} elements")

    def text(self, text: str) -> None:
        if self._open:
            self._texts.append(text)
            self._text += len(text)
            if self._text > TEXT:
                raise FileRefused(f"its XML has a record of more than {TEXT:,} characters")

    def end(self, _: str) -> None:
        self.path.pop()
        if not self._open:
            return
        element = self._open.pop()
        if not element.children:
            element.text = "".join(self._texts)[:LONGEST_TEXT]
        self._texts.clear()
        if not self._open:
            self.found.append(element)
