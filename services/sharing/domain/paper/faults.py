"""Where a statement names what may not be served. It belongs to its maker, so it is never changed: its maker is told which paragraph."""

from collections.abc import Iterator

from services.sharing.domain.material import Material, Statement
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.exhibits import mark_of
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.refusals import NotServable
from services.sharing.domain.paper.servable import Servable


def faults(material: Material) -> tuple[str, ...]:
    """A sentence for each place; none for a statement that may be served. NoPack where nobody names the parent."""
    known = people(material)
    servable = Servable(material, known, Confidential(material, known))
    return tuple(_faults(material.statement, servable)) if material.statement else ()


def refuse(statement: Statement, servable: Servable) -> None:
    """Raises NotServable with the first of them."""
    for fault in _faults(statement, servable):
        raise NotServable(fault)


def _faults(statement: Statement, servable: Servable) -> Iterator[str]:
    places = (
        *((f"paragraph {number} of the statement", text) for number, text in enumerate(statement.paragraphs, 1)),
        *((f"the title of exhibit {mark_of(exhibit)}", exhibit.title) for exhibit in statement.exhibits),
        ("the name of the statement's maker", statement.name),
        ("the role of the statement's maker", statement.role),
    )
    for place, text in places:
        for what in dict.fromkeys(finding.what for finding in servable.findings(text)):
            yield f"{place} names {what} that may not be served"
