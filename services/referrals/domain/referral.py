"""A referral: one record from the proposal to the closed case, with what of it is private."""

from datetime import date, datetime
from typing import Final, Literal

from pydantic import ConfigDict

from services.referrals.domain import lifecycle
from services.referrals.domain.history import Entry
from services.referrals.domain.lifecycle import State
from services.referrals.domain.raising import Raising
from shared.contracts.referrals import Measure, Offence
from shared.contracts.standing import Rule
from shared.frozen import Exact

Path = Literal["casework", "leave in term time"]
"""Which way a case goes: most are worked by an officer, those of leave in term time go straight to the Local Authority."""
CASEWORK: Final[Path] = "casework"
OF_LEAVE: Final[Path] = "leave in term time"


class Concern(Exact):
    """One rule that the child met or meets. `order` is the latest raising or easing of it that counted."""

    rule: Rule
    year: int
    order: int
    since: datetime
    eased: bool = False
    child: str | None = None
    """The record of which it was told, where that is another record of the joined child than the referral's own."""


class Figures(Exact):
    """Sessions of the academic year to date, when the latest concern was taken in."""

    year: int
    possible: int
    absent: int
    unauthorised: int
    late: int
    """L: before the register closed."""
    late_after_closing: int = 0
    """U: after the register closed; among the unauthorised."""


class Decision(Exact):
    """Who accepted, declined or closed, when and why."""

    by: str
    at: datetime
    reason: str | None = None
    """Of a proposal declined a code; of a case closed what the person wrote."""
    words: str | None = None
    version: str | None = None
    """Of the list of codes by which it was decided."""
    by_school: bool = False
    """Whether the school itself decided: it is told its own reasons, and no officer's."""


class Left(Exact):
    """A proposal that somebody looked at and left for now. It is no state: the proposal waits as before."""

    by: str
    at: datetime
    until: date
    why: str | None = None


class Checked(Exact):
    """What stood when a proposal was last gone through in a register check."""

    at: datetime
    rules: tuple[Rule, ...]
    figures: Figures | None


class Request(Exact):
    """An enforcement request: one child, one parent. What an earlier version kept beside is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    request: str
    """`<case>.<number>`"""
    parent: str
    """The parent's record: a place on the roll moves with the name."""
    place: str | None = None
    """On the roll, of what was asked for by the place that a leave names: asked again, it means who was meant then."""
    measure: Measure
    offence: Offence | None = None
    """Of a prosecution, where whoever asked has said one."""
    reason: str
    first: date
    last: date
    requested_by: str
    requested_at: datetime
    by_school: bool = False
    """Whether the school itself asked, by whoever of its staff."""
    period_said: bool = True
    """Whether whoever asked said a period: else a pack has that of the sessions relied on."""
    key: str | None = None
    """The caller's Idempotency-Key."""


class PackDays(Exact):
    """The last days, by ISO date, on which something can be done with one of the case's packs that is in preparation."""

    pack: str
    edition: int
    request_by: str | None
    """On which the Local Authority takes the request."""
    earliest_by: str | None
    """On which it can lay an information for the earliest session."""


class PackHeard(Exact):
    """What was last heard of one of the case's packs."""

    pack: str
    word: int = 0
    """The number of the LA's latest word; none yet."""
    says: str = "sent"
    """That word, or `superseded` by another pack, whatever is said of it then."""


class LeftOut(Exact):
    """That no measure is asked for against a parent."""

    by: str
    at: datetime
    why: str


class Private(Exact):
    """What stands in the sealed part."""

    figures: Figures | None = None
    decision: Decision | None = None
    left: Left | None = None
    checked: Checked | None = None
    raised: tuple[Raising, ...] = ()
    """By hand, the first first. One that nobody raised is proposed by its concerns alone."""
    closing: Decision | None = None
    requests: tuple[Request, ...] = ()
    left_out: dict[str, LeftOut] = {}
    """By record of the parent."""
    heard: tuple[PackHeard, ...] = ()
    """Of each pack that was sent or answered."""
    done: tuple[str, ...] = ()
    """Packs of a case of leave over which the Local Authority has said its last word."""
    history: tuple[Entry, ...] = ()
    """Sealed apart from the rest: lists are shown without it, and then it is empty here."""


class Referral(Exact):
    """The whole of it. A case has the id of the proposal that it was."""

    id: str
    school: str
    child: str
    year: int
    """The latest academic year of its concerns."""
    state: State
    proposed_at: datetime
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    order: int = 0
    """How often the case was opened or closed: odd while it is open, whatever is delivered late."""
    officer: str | None = None
    """The id of the officer to whom the case is allocated."""
    covers: str | None = None
    """The officer for whom that one covers, and to whom the case goes back."""
    leave: str | None = None
    """Of a case that was opened for leave in term time: the record of that leave. Nobody works it: it carries its requests to the LA."""
    concerns: tuple[Concern, ...] = ()
    packs: tuple[PackDays, ...] = ()
    private: Private = Private()

    @property
    def path(self) -> Path:
        return CASEWORK if self.leave is None else OF_LEAVE

    @property
    def live(self) -> bool:
        """Whether what is heard of the child joins it."""
        return self.state in lifecycle.LIVE and self.path == CASEWORK

    @property
    def act_by(self) -> str | None:
        """The first day (ISO) that ends something that can be done with a pack."""
        return min((day for one in self.packs for day in (one.request_by, one.earliest_by) if day), default=None)

    @property
    def begun_at(self) -> datetime | None:
        """When the case was opened, or reopened since: of a case that was read with its history. None of what never was a case."""
        return max((one.at for one in self.private.history if one.act == "reopen"), default=self.opened_at)

    @property
    def standing(self) -> tuple[Concern, ...]:
        """Concerns that have not eased."""
        return tuple(concern for concern in self.concerns if not concern.eased)

    @property
    def records(self) -> frozenset[str]:
        """All records of which it says something."""
        return frozenset({self.child, *map(self.about, self.concerns)})

    def about(self, concern: Concern) -> str:
        """The record that a concern is about."""
        return concern.child or self.child

    def knows(self, rule: Rule, year: int, child: str) -> Concern | None:
        """The concern of that record, standing or eased."""
        return next((one for one in self.concerns if (one.rule, one.year, self.about(one)) == (rule, year, child)), None)

    @property
    def stands(self) -> bool:
        """Whether there is still a reason for it: a concern, or a person who asked."""
        return bool(self.standing or self.private.raised)

    def with_private(self, **changes: object) -> "Referral":
        return self.model_copy(update={"private": self.private.model_copy(update=changes)})

    def noted(
        self,
        act: str,
        by: str,
        at: datetime,
        *,
        state: State | None = None,
        why: str | None = None,
        words: str | None = None,
        whom: str | None = None,
    ) -> "Referral":
        """With one more entry in its history, in its new state where the act moves it."""
        entry = Entry(at=at, by=by, act=act, before=self.state, state=state or self.state, why=why, words=words, whom=whom)
        moved = self.model_copy(update={"state": entry.state})
        return moved.with_private(history=(*self.private.history, entry))
