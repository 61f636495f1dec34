"""Which parts of a Word text stay, and which relations between them: those of what is seen on its pages, by name. All else goes.

Source: ECMA-376 part 1, 11.3 (parts of a text), 13 to 15 (charts, diagrams, pictures), part 2, 6.2 (names of parts) and 6.5 (relations).
"""

import posixpath
import re
from collections.abc import Collection
from typing import Final

from lxml import etree

from services.referrals.domain.clean.addresses import may_lead

_PART: Final = re.compile(
    r"\[content_types\]\.xml"
    r"|word/(?:document|styles|styleswitheffects|settings|websettings|fonttable|numbering|footnotes|endnotes"
    r"|comments(?:extended|ids|extensible)?|(?:header|footer)\d*"
    r"|theme/theme(?:override)?\d*|charts/(?:chart|chartex|style|colors)\d*|drawings/drawing\d*"
    r"|diagrams/(?:data|layout|quickstyle|colors|drawing)\d*)\.xml"
    r"|(?:word/)?media/[\w -]+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf)",
    re.ASCII,
)
_RELATIONS: Final = re.compile(r"(.*?)_rels/([^/]*)\.rels")
_TYPES: Final = frozenset({
    "officedocument", "styles", "styleswitheffects", "settings", "websettings", "fonttable", "numbering", "footnotes", "endnotes",
    "comments", "commentsextended", "commentsids", "commentsextensible", "header", "footer", "theme", "themeoverride", "image",
    "hyperlink", "chart", "chartex", "chartstyle", "chartcolorstyle", "chartusershapes", "diagramdata", "diagramlayout",
    "diagramquickstyle", "diagramcolors", "diagramdrawing",
})  # fmt: skip
"""Of relations, by the last word of their type."""


def stays(name: str) -> bool:
    """Whether a part of this name is one of a text. Names of parts are the same in whatever letter case."""
    folded = name.casefold()
    of = _RELATIONS.fullmatch(folded)
    return folded == "_rels/.rels" or _PART.fullmatch(of[1] + of[2] if of else folded) is not None


def relations_of(name: str) -> str:
    """The name of the part with the relations of another."""
    folder, _, last = name.rpartition("/")
    return f"{folder}{'/' if folder else ''}_rels/{last}.rels"


def relation_stays(relation: etree._Element, of: str, kept: Collection[str]) -> bool:
    """Whether it leads to a part that stays (`kept`: names in small letters), or is a link to a page or a mailbox. `of`: the name of the
    part with the relations."""
    kind = relation.get("Type", "").rpartition("/")[2].casefold()
    target = relation.get("Target", "")
    if relation.get("TargetMode", "").strip().casefold() not in ("", "internal"):
        return kind == "hyperlink" and may_lead(target)
    folder = posixpath.dirname(posixpath.dirname(of))
    return kind in _TYPES and posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").casefold() in kept
