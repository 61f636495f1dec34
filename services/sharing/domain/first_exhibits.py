"""The exhibits of a first draft: the copies of the letters that its maker sent to this parent, as it is the maker who can produce them.

A copy that may not be served, or of which a person has to decide, is none of them: its maker adds it knowingly.
Source: Criminal Justice Act 1967 s.9(7); Criminal Procedure Rules 2020 r.16.3.
"""

from services.sharing.domain.material import Material
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.letter_search import search_letters
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.servable import Servable
from services.sharing.domain.same_person import same_name
from services.sharing.domain.statement import LARGEST
from shared.words import letters


def first_exhibits(maker: str, material: Material) -> tuple[str, ...]:
    """The documents, in the order of their days, as many as a pack carries. NoPack where nobody names the parent."""
    known, case = people(material), material.case
    confidential = Confidential(material, known)
    named = search_letters(material, known, confidential, Servable(material, known, confidential))
    sent = {entry.entry for entry in case.entries if letters(entry.officer) and same_name(entry.officer, maker)}
    sizes = {one.document: one.size for one in case.documents if one.sha256 and one.type}
    chosen, size = list[str](), 0
    for one in sorted(case.letters, key=lambda letter: letter.day):
        if one.document in sizes and one.document not in chosen and one.entry in sent and one.letter not in named:
            size += sizes[one.document]
            chosen += [one.document] if size <= LARGEST else []
    return tuple(chosen)
