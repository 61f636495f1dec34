"""Which pages of letters and exhibits stand in volume B, and what is said of those that do not.

A letter that is an exhibit too stands once, behind the exhibit's cover.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from services.sharing.domain.paper.binding import MOST, Leaf, place
from services.sharing.domain.paper.leaves import UNREADABLE, Leaves
from shared import printable
from shared.pack.to_be_served import ToBeServed

ROOM: Final = 5_500_000
"""Bytes of exhibits, as files and again as pages, and of letters: a pack is one message of 7 MB at most, with both volumes and scans."""
_LARGE: Final = "together the exhibits are too large to go twice"
_NONE: Final = Leaves(why=UNREADABLE)
_LONGEST: Final = 6_000
"""Characters of a page that are told to who cannot see it."""


class Bundle(NamedTuple):
    """`pages` in their order. `shown`: what the template is told of each file, by its SHA-256. `places`: what it draws, by file name."""

    pages: tuple[Leaf, ...]
    shown: dict[str, dict[str, Any]]

    @property
    def places(self) -> dict[str, bytes]:
        return {_name(number): place(number, *leaf.of.sizes[leaf.page]) for number, leaf in enumerate(self.pages)}


def bundle(served: ToBeServed, leaves: Mapping[str, Leaves]) -> Bundle:
    """`leaves`: of each file, by its SHA-256."""
    exhibits = [one.sha256 for one in (served.statement.exhibits if served.statement else ())]
    letters = [one.sha256 for one in served.letters if one.sha256]
    room = ROOM - sum(leaves.get(one, _NONE).size for one in exhibits) - sum(len(leaves.get(one, _NONE).content) for one in letters)
    pages, shown = list[Leaf](), dict[str, dict[str, Any]]()
    for sha256 in dict.fromkeys((*letters, *exhibits)):
        found = leaves.get(sha256, _NONE)
        if sha256 not in letters:
            found, room = (found, room - len(found.content)) if len(found.content) <= room else (Leaves(why=_LARGE), room)
        if len(pages) + len(found.sizes) > MOST:
            found = Leaves(why=_LARGE)
        shown[sha256] = {"why": found.why, "pages": [_page(len(pages) + at, found, at) for at in range(len(found.sizes))]}
        pages += [Leaf(found, at) for at in range(len(found.sizes))]
    return Bundle(tuple(pages), shown)


def _page(number: int, of: Leaves, at: int) -> dict[str, Any]:
    width, height = of.sizes[at]
    told: dict[str, Any] = printable.everything({"says": " ".join(of.texts[at].split())[:_LONGEST]})
    return {"name": _name(number), "width": width, "height": height, **told}


def _name(number: int) -> str:
    return f"leaf-{number}.svg"
