"""The letters to this parent, and which of their copies stand in the volume that is served: what was sent, page for page."""

from collections.abc import Iterator
from typing import Final

from services.sharing.domain.demands import Rules
from services.sharing.domain.material import Material
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.exhibits import mark_of
from services.sharing.domain.paper.letter_search import LET_PASS_BY, search_letters
from services.sharing.domain.paper.people import People
from services.sharing.domain.paper.servable import NEVER_SERVED, Servable
from services.sharing.domain.this_parent import by_hand
from shared.pack.to_be_served import Letter

ANY: Final = "letter"
"""The kind of entry of a letter that is no warning and no notice."""


def letters(material: Material, known: People, confidential: Confidential, servable: Servable, rules: Rules) -> tuple[Letter, ...]:
    """In the order of their days. A copy that names what may not be served is left out: what is on record of others, and a confidential
    address, always; what may be somebody's particulars, or a name, until somebody says why it may be served."""
    found = search_letters(material, known, confidential, servable)
    sha256 = {one.document: one.sha256 for one in material.case.documents}
    let_pass = any(item.rule == LET_PASS_BY and item.override for item in material.items)
    sent = []
    for one in material.case.letters:
        hits, copy = found.get(one.letter, ()), sha256.get(one.document or "")
        barred = not NEVER_SERVED.isdisjoint(hits) or (bool(hits) and not let_pass)
        held = Letter(
            date=one.day,
            kind=one.records,
            subject=one.subject,
            way=one.way,
            came_back=one.came_back,
            copy_held="not served" if barred or (one.document and not copy) else "in this volume" if copy else "none",
            sha256=None if barred else copy,
        )
        sent.append(held)
    return tuple(sorted((*sent, *_by_hand(material, rules)), key=lambda letter: letter.date))


def _by_hand(material: Material, rules: Rules) -> Iterator[Letter]:
    """Letters that were not made here: somebody recorded that one went. Its copy is what somebody said to be its copy, and no other;
    its pages are in the volume as an exhibit alone, since an exhibit is searched."""
    exhibits = {one.document: mark_of(one) for one in (material.statement.exhibits if material.statement else ())}
    kinds = {ANY, *rules.warning_letter.kinds, *rules.notice_to_improve.kinds}
    for one in by_hand(material.wanted, material.case, kinds):
        copies = [document.document for document in material.case.documents if document.copy_of == one.entry]
        yield Letter(
            date=one.day,
            kind=one.kind,
            way=f"recorded by {one.officer}",
            came_back=None,
            copy_held="held" if copies else "not tied",
            exhibit=next((exhibits[copy] for copy in copies if copy in exhibits), None),
        )
