"""What people have done on a pack before it is sent: sealed with it, and printed only where the pack says so.

`revision` grows with each thing that somebody did, so whoever acts can say on what they looked. Whatever is changed takes the check, the
approval and the head teacher's signature away: they were of something else.
"""

from datetime import date, datetime
from typing import Any, Literal, Self

from services.sharing.domain.life import State, after
from services.sharing.domain.material import Certificate, Override, Signature, Statement, Wanted
from services.sharing.domain.same_person import same_login, same_name
from services.sharing.errors import LookAgain, Unfit
from shared.frozen import Exact


class By(Exact):
    """Who does something, when. `name` and `role` are as they are printed."""

    person: str
    """The `sub` of the token."""
    name: str
    role: str
    at: datetime

    def signature(self) -> Signature:
        return Signature(name=self.name, role=self.role, on=self.at.date())


class HandedOver(Exact):
    """How a pack came to a Local Authority that receives by hand."""

    way: str
    recipient: str
    on: date
    reference: str | None = None


class Done(Exact):
    """A line of the pack's own history."""

    act: str
    by: By
    state: State
    why: str | None = None


class Scan(Exact):
    """A document of the case that shows one signature on paper, and no other: `of` says of what, `sha256` which file."""

    document: str
    of: str
    sha256: str = ""


class Against(Exact):
    """The parent whom people have looked at: the record, and the name that is printed."""

    record: str
    name: str


class Work(Exact):
    wanted: Wanted
    against: Against | None = None
    """None until the pack was looked at first."""
    rests_on: dict[str, str] | None = None
    """What was checked, as fingerprints (rests.py). None before the check."""
    asks_for: tuple[tuple[date, Literal["AM", "PM"]], ...] = ()
    """The sessions on which it rests, as it was checked. No other pack against this parent takes them while this one stays checked."""
    overtaken: tuple[str, ...] = ()
    """What of it has become another since, so that check and approval are of something else; until it is checked anew."""
    state: State = "draft"
    revision: int = 0
    statement: Statement | None = None
    kept: tuple[Statement, ...] = ()
    """Every edition of a statement that a later one differs from, and signed copies: what was once signed is never lost."""
    overrides: tuple[Override, ...] = ()
    checked: By | None = None
    approved: By | None = None
    certificate: Certificate | None = None
    scans: tuple[Scan, ...] = ()
    handed_over: HandedOver | None = None
    history: tuple[Done, ...] = ()

    @property
    def answered_for_by(self) -> tuple[str, ...]:
        """Ids of who has checked and approved it."""
        return tuple(one.person for one in (self.checked, self.approved) if one)

    @property
    def checked_by_witness(self) -> bool:
        """Whether who checked it makes the statement too, by login or by name. Nobody is told so before it is checked."""
        checked, witness = self.checked, self.statement
        if checked is None or witness is None:
            return False
        return same_login(checked.person, witness.maker) or same_name(checked.name, witness.name)

    def looked_at(self, revision: int | None, by: By) -> None:
        """LookAgain when something has been changed since, which makes a pack a draft; check and approval are of what was looked at. What
        they have let pass themselves since then nobody has to look at again."""
        if revision is None:
            return
        since = self.history[max(0, len(self.history) - self.revision + revision) :]
        changed = (one for one in since if one.state == "draft" and (one.act, one.by.person) != ("override", by.person))
        if revision > self.revision or any(changed):
            raise LookAgain(f"the pack is at revision {self.revision}")

    def scanned(self, signature: Signature, of: str) -> tuple[Scan, ...]:
        """The scans with that of this signature. Unfit for one that was brought for another."""
        if signature.document is None:
            return self.scans
        known = next((one for one in self.scans if one.document == signature.document or one.sha256 == signature.sha256), None)
        if known and known.of != of:
            raise Unfit(f"{signature.document} was brought for another signature: scan the one that was given for this")
        return self.scans if known else (*self.scans, Scan(document=signature.document, of=of, sha256=signature.sha256 or ""))

    def changed(self, act: str, by: By, why: str | None = None, **fields: Any) -> Self:
        """Something of the pack is another now. NotPossibleNow once it has left the company."""
        state = after("edit", self.state)
        return self._done(
            act, by, why, state, {"checked": None, "approved": None, "certificate": None, "rests_on": None, "asks_for": (), **fields}
        )

    def overtaken_by(self, kind: str, act: str, by: By, why: str | None = None, **fields: Any) -> Self:
        """As `changed`, through nobody's act: a pack that was checked says so until it is checked anew."""
        return self.changed(act, by, why, **{"overtaken": (kind,) if self.checked else self.overtaken, **fields})

    def noted(self, act: str, by: By, state: State | None = None, why: str | None = None, **fields: Any) -> Self:
        """Something was done that changes nothing which others have looked at."""
        return self._done(act, by, why, state or self.state, fields)

    def _done(self, act: str, by: By, why: str | None, state: State, fields: dict[str, Any]) -> Self:
        line = Done(act=act, by=by, state=state, why=why)
        told = {"state": state, "revision": self.revision + 1, "history": (*self.history, line)}
        return self.model_copy(update=fields | told)
