"""The statement, which is served, names no address, telephone or date of birth that may not be served. It is its maker's, so nobody else
takes anything out. Nor does it repeat an entry of the case that is for the authority alone.

Source: Criminal Justice Act 1967 s.9(2)(c): a copy is served on each of the other parties.
"""

from collections.abc import Iterator
from typing import Final

from services.sharing.domain.demands import Always
from services.sharing.domain.material import Material, Statement
from services.sharing.domain.paper.contacts import contacts, not_served
from services.sharing.domain.paper.faults import faults
from services.sharing.domain.readiness.view import Found, View
from shared.words import letters

_LEAST: Final = 20
"""Letters of an outcome that nobody writes by chance."""


def look(view: View, _: Always) -> Found | None:
    """Where there is no statement there is nothing to look at."""
    if view.material.statement is None:
        return None
    found = (*faults(view.material), *_repeated(view.material, view.material.statement))
    if not found:
        return Found(True, "The statement names nothing that may not be served.")
    more = f"; and {len(found) - 1} more" if len(found) > 1 else ""
    return Found(False, f"{found[0][0].upper()}{found[0][1:]}{more}.", "Let its maker take it out.")


def _repeated(material: Material, statement: Statement) -> Iterator[str]:
    """Word for word: in other words is for its maker to see. A word or two ("None.") says nothing of an entry."""
    withheld = {letters(one.outcome) for one in not_served(material) if len(letters(one.outcome)) >= _LEAST}
    told = {letters(one.outcome) for one in contacts(material).served}
    for number, text in enumerate(statement.paragraphs, 1):
        if any(outcome in letters(text) for outcome in withheld - told):
            yield f"paragraph {number} of the statement repeats an entry that is for the authority alone"
