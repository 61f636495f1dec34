"""What makes somebody a parent of the child, as far as it is on record: only a parent commits the offence.

Source: Education Act 1996 s.576(1): a parent (of whom it means the natural ones, as the Department's guidance has it), anyone who has
parental responsibility, and anyone who has care of the child; s.576(3), the Children Act 1989, of responsibility.
"""

from collections.abc import Iterator
from typing import Final

from services.sharing.domain.paper.people import Known

_OF_BIRTH: Final = frozenset({"mother", "father", "mum", "dad", "parent"})
_SAME: Final = frozenset({"birth", "natural", "biological", "adoptive"})
"""Words before it with which it stays one. A stepmother is no parent by being one."""


def parenthood(known: Known) -> tuple[str, ...]:
    """What follows "Jory Tregear", each by itself enough: `is the father of the child`. Empty where none is on record."""
    return tuple(_grounds(known))


def _grounds(known: Known) -> Iterator[str]:
    record = known.record
    relationship = ((record.relationship if record else None) or (known.carer.relationship if known.carer else None) or "").casefold()
    *before, last = relationship.replace("-", " ").split() or [""]
    if last in _OF_BIRTH and _SAME.issuperset(before):
        yield f"is the {last} of the child"
    if record and record.responsibility == "yes":
        yield "has parental responsibility"
    if record and record.lives_with == "yes":
        yield "is somebody with whom the child lives"
