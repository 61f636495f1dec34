"""Copies of letters to this parent, which stand in the volume that is served: they name nobody else and nobody else's particulars, and a
person has read each.

What tells of the child's needs, or of a neighbour whom no record knows, no search recognises, and letters are served as they went.

Source: as for exhibits (Criminal Justice Act 1967 s.9(3)(c): copies are served); UK GDPR Art. 5(1)(c) of what is told of others and of
needs. A copy with a confidential address, or with what is on record of others, is never served: Art. 5(1)(c) and (f).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from services.sharing.domain.demands import Demand
from services.sharing.domain.paper.letter_search import search_letters
from services.sharing.domain.paper.servable import NEVER_SERVED
from services.sharing.domain.readiness.read_by_a_person import to_be_read
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, listed, on
from shared.contracts.enforcement import LetterSent

_LEFT_OUT: Final = "{}: its copy is not served; give as the reason that it is left out, and how the authority may see it."
_DECIDE: Final = "Give as the reason why its copy may be served, or strike the copy out of the case: the letter stays listed without it."
_NOTHING: Final = "The copies of letters name no particulars but the family's and ours."
_READ: Final = (
    "Read each copy before it is served (`iewo packs preview PACK volume-b.pdf`): what tells of the child's needs, or of others whom no "
    "record knows, is not for this parent's volume. Whoever has read them says so, and what was seen, as the reason for going on."
)


def look(view: View, _: Demand) -> Found | None:
    """Where no copy is held there is nothing to look at."""
    letters = sorted(view.material.case.letters, key=lambda one: one.day)
    if not any(one.document or one.shows_hidden for one in letters):
        return None
    found = search_letters(view.material, view.known, view.confidential, view.servable)
    copies = [one for one in letters if one.document and NEVER_SERVED.isdisjoint(found.get(one.letter, ()))]
    says = [_named(letters, found) if found else _NOTHING, _to_be_read(copies) if copies else ""]
    return Found(False, " ".join(filter(None, says)), " ".join(filter(None, (*_todo(found), _READ if copies else ""))))


def _named(letters: Sequence[LetterSent], found: Mapping[str, Sequence[str]]) -> str:
    named = [f"the {one.records} of {on(one.day)} names {listed(found[one.letter])}" for one in letters if one.letter in found]
    return f"T{listed(named)[1:]}."


def _to_be_read(copies: Sequence[LetterSent]) -> str:
    texts = [(one.letter, one.document, one.text) for one in copies]
    return to_be_read([one.day for one in copies], count(len(copies), "copy", "copies"), texts)


def _todo(found: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    named = tuple(dict.fromkeys(hit for hits in found.values() for hit in hits))
    never = tuple(hit for hit in named if hit in NEVER_SERVED)
    return _LEFT_OUT.format(f"Of {listed(never)}") if never else "", _DECIDE if len(named) > len(never) else ""
