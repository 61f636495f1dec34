"""What a sent pack rests on, as fingerprints, and what of it has come to be another since: told once, and open until somebody answers.

A pack rests on the marks of its period, on who the parent is, on where parent and child live, and on the flags over them.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from services.sharing.domain.material import Material
from services.sharing.domain.work import By
from services.sharing.errors import NotPossibleNow
from shared.contracts.sharing import Rested
from shared.frozen import Exact
from shared.pack.register import MarkChange, ReliedOn

What = Rested
Answer = Literal["supersede", "withdraw", "stands"]
"""`stands`: what was asked for is asked for all the same."""
KINDS: tuple[What, ...] = get_args(What)


PAUSE: Final = timedelta(hours=1)
"""Between two looks at a pack of which nothing was heard: flags and what officers know of a parent come by no event, and the LA is told the
same day."""
LONGEST_PAUSE: Final = timedelta(days=28)
_SHARE: Final = 20


def pause(acted_on: bool, age: timedelta) -> timedelta:
    """Between two looks at a pack of this age, since it was sent, where nothing is heard. `acted_on`: the LA may still act on it, or it is
    to be sent. What is found of one that was paid, declined or decided is to be undone, and hurries nobody: a twentieth of its age."""
    return PAUSE if acted_on else max(PAUSE, min(LONGEST_PAUSE, age / _SHARE))


class Changed(Exact):
    """Of sessions which, with the mark when the pack was sent (`before`) and now (`after`); of all else the kind alone."""

    what: tuple[What, ...] = ()
    sessions: tuple[MarkChange, ...] = ()


class Answered(Exact):
    what: tuple[What, ...]
    sessions: tuple[MarkChange, ...] = ()
    answer: Answer
    why: str
    by: By
    relied_on: ReliedOn | None = None
    """Of `stands`, while the LA may act on the pack."""

    @property
    def changed(self) -> Changed:
        return Changed(what=self.what, sessions=self.sessions)


class Rests(Exact):
    """`seen`: the fingerprints of the last look. `open`: what has changed and nobody has answered, since `found_at`."""

    seen: dict[What, str]
    open: tuple[What, ...] = ()
    found_at: datetime | None = None
    edition: int = 0
    """Grows with each change that is found."""
    sessions: tuple[MarkChange, ...] = ()
    """Of the sessions that are open: the mark when the pack was sent, and at the last look."""
    differing: tuple[MarkChange, ...] = ()
    """All marks that were others at the last look than when it was sent, those among them that somebody has answered."""
    answered: tuple[Answered, ...] = ()

    @property
    def changed(self) -> Changed:
        return Changed(what=self.open, sessions=self.sessions)

    @property
    def told(self) -> tuple[What, ...]:
        """The kinds of which a change was ever found, answered or not."""
        found = {*self.open, *(kind for one in self.answered for kind in one.what)}
        return tuple(kind for kind in KINDS if kind in found)

    def looked(self, now: dict[What, str], at: datetime, differing: Sequence[MarkChange] = ()) -> "Rests":
        """Unchanged where nothing is another than at the last look. `differing`: the marks that are others now than when it was sent."""
        changed = [kind for kind in KINDS if now[kind] != self.seen[kind]]
        if not changed:
            return self
        still = tuple(kind for kind in KINDS if kind in changed or kind in self.open)
        told = {"seen": now, "open": still, "found_at": self.found_at or at, "edition": self.edition + 1}
        return self.model_copy(update=told | {"sessions": self._moved(differing), "differing": tuple(differing)})

    def _moved(self, differing: Sequence[MarkChange]) -> tuple[MarkChange, ...]:
        """The open sessions, with those that are others than at the last look; one that is again what was sent says so."""
        before, after = ({(one.date, one.session): one for one in told} for told in (self.differing, differing))
        found = {(one.date, one.session): one for one in self.sessions}
        for place in before.keys() | after.keys():
            then, now = before.get(place), after.get(place)
            if now is None and then is not None:
                found[place] = then.model_copy(update={"after": then.before, "submitted_on": None})
            elif now is not None and (then is None or then.after != now.after):
                found[place] = now
        return tuple(found[place] for place in sorted(found))

    def answering(self, answer: Answer, why: str, by: By, relied_on: ReliedOn | None = None) -> "Rests":
        """NotPossibleNow where nothing is open."""
        if not self.open:
            raise NotPossibleNow("nothing of this pack has changed since it was sent, or it was answered")
        line = Answered(what=self.open, sessions=self.sessions, answer=answer, why=why, by=by, relied_on=relied_on)
        return self.model_copy(update={"open": (), "sessions": (), "found_at": None, "answered": (*self.answered, line)})


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
