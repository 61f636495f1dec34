"""What a sent pack rests on, as fingerprints, and what of it has come to be another since: told once, and open until somebody answers.

A pack rests on the marks of its period, on who the parent is, on where parent and child live, and on the flags over them.
"""

import hashlib
import json
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from services.sharing.domain.material import Material
from services.sharing.domain.work import By
from services.sharing.errors import NotPossibleNow

What = Literal["sessions", "parent", "address", "flag"]
Answer = Literal["supersede", "withdraw", "stands"]
"""`stands`: what changed does not touch what was asked for."""
KINDS: tuple[What, ...] = get_args(What)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Answered(_Frozen):
    what: tuple[What, ...]
    answer: Answer
    why: str
    by: By


class Rests(_Frozen):
    """`seen`: the fingerprints of the last look. `open`: what has changed and nobody has answered, since `found_at`."""

    seen: dict[What, str]
    open: tuple[What, ...] = ()
    found_at: datetime | None = None
    edition: int = 0
    """Grows with each change that is found."""
    answered: tuple[Answered, ...] = ()

    def looked(self, now: dict[What, str], at: datetime) -> "Rests":
        """Unchanged where nothing is another than at the last look."""
        changed = [kind for kind in KINDS if now[kind] != self.seen[kind]]
        if not changed:
            return self
        still = tuple(kind for kind in KINDS if kind in changed or kind in self.open)
        told = {"seen": now, "open": still, "found_at": self.found_at or at, "edition": self.edition + 1}
        return self.model_copy(update=told)

    def answering(self, answer: Answer, why: str, by: By) -> "Rests":
        """NotPossibleNow where nothing is open."""
        if not self.open:
            raise NotPossibleNow("nothing of this pack has changed since it was sent, or it was answered")
        line = Answered(what=self.open, answer=answer, why=why, by=by)
        return self.model_copy(update={"open": (), "found_at": None, "answered": (*self.answered, line)})


def fingerprints(material: Material) -> dict[What, str]:
    """Of what the services say now; not of what was certified: what had changed by then was known when the pack was sent."""
    parent, person, wanted = material.case.parent, material.person, material.wanted
    marks = {
        f"{one.day} {one.session}": one.code
        for one in material.marks.sessions
        if wanted.first <= one.day <= wanted.last and not one.planned
    }
    # by name: the order of the roll is no change
    carers = sorted((_written(one.name), one.address or "", one.address_confidential) for one in person.carers)
    # what the pack names may have become confidential, at whichever school
    hidden = [sorted(map(_written, material.withheld.addresses))] if material.withheld.addresses else []
    told: dict[What, Any] = {
        "sessions": marks,
        "parent": parent and [parent.title, parent.name, parent.relationship, parent.responsibility],
        "address": [parent and (parent.address, parent.confidential, parent.lives_with), person.address, carers, *hidden],
        "flag": [sorted(material.case.flags), person.looked_after],
    }
    return {kind: hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest() for kind, said in told.items()}


def _written(said: str) -> str:
    """Letters and digits in one case: an accent more is a change."""
    return "".join(filter(str.isalnum, said.casefold()))
