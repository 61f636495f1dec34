"""XML as a stream of tags and texts: no tree, no document type, no entities but XML's own five, no network, bounded depth.

A document type is refused as soon as it begins, before any declaration in it is read: everything that an XML bomb is made of
stands in one. What the parser itself bounds (names, texts of 10 MB) stays bounded.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

from lxml import etree

from services.attendance.domain.errors import FileRefused
from services.attendance.domain.text import File

PIECE: Final = 1 << 16
"""Bytes parsed at once."""

DEPTH: Final = 40
"""Elements within elements; what schools have goes to a dozen."""

QUIET: Final = 16
"""Pieces (1 MB) in which nothing begins, goes on or ends: a tag that never does, which the parser would keep whole."""

LONGEST_TEXT: Final = 40_000
"""Characters of one text that are kept: a cell of a workbook has 32,767 at most."""


class Reader(Protocol):
    """What is told of the document, in its order. Tags come without their namespaces; the text between two tags may come in pieces."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def text(self, text: str) -> None: ...
    def end(self, tag: str) -> None: ...


class _Target:
    """As lxml calls it. An error is kept for `stream`, since the parser goes on for a while."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._depth = 0
        self.quiet = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.quiet = 0
        self._depth += 1
        if self._depth > DEPTH:
            raise FileRefused(f"its XML is more than {DEPTH} elements deep")
        self._reader.start(local(tag), attributes)

    def data(self, text: str) -> None:
        self.quiet = 0
        self._reader.text(text)

    def end(self, tag: str) -> None:
        self.quiet = 0
        self._depth -= 1
        self._reader.end(local(tag))

    def doctype(self, *_: object) -> None:
        raise FileRefused("its XML has a document type (DOCTYPE), which no export needs: save it without one")

    def close(self) -> None:
        pass


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def stream(pieces: Iterable[bytes], reader: Reader) -> Iterator[None]:
    """Tells a reader the document, and gives way after every piece. Raises FileRefused for what is not well-formed."""
    target: Any = _Target(reader)
    parser = etree.XMLParser(
        target=target,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for piece in pieces:
            parser.feed(piece)
            target.quiet += 1
            if target.quiet > QUIET:
                raise FileRefused("its XML has a tag or a comment of more than 1 MB")
            yield
        parser.close()
        yield
    except (etree.LxmlError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", None)
        # from None: the parser's message repeats what stands in the file
        raise FileRefused("its XML is not well-formed" + (f" (line {line})" if line else "")) from None


def in_pieces(data: File) -> Iterator[bytes]:
    for start in range(0, len(data), PIECE):
        yield bytes(data[start : start + PIECE])
