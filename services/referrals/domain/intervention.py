"""An intervention: what an officer did with a child or family, and what came of it."""

from datetime import date, datetime
from typing import Literal

from pydantic import ConfigDict, Field

from services.referrals.domain.kept import is_kept
from services.referrals.domain.kinds import Engagement, Practice, Seen
from services.referrals.errors import BadPeriod, KeyUsedTwice, NotAnEntry
from shared.contracts.referrals import ContactSaid
from shared.frozen import Frozen


class Present(Frozen):
    """Somebody who was there, in words; a parent or carer by its id too, where that is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: Literal["child", "parent", "professional", "other"]
    words: str = Field(min_length=1, max_length=200, examples=["mother"])
    parent: str | None = Field(None, max_length=100, examples=["6f1e2d3c4b5a69788796a5b4.1"])


class Done(Frozen):
    """What the officer writes down. All of it is private."""

    kind: str
    day: date = Field(serialization_alias="date")
    with_whom: str = ""
    people: tuple[Present, ...] = ()
    engagement: Engagement
    seen: Seen | None = None
    outcome: str
    notes: str = ""
    """What was said: it stays with the case and goes into no pack."""
    child_view: str = ""
    """The child's own view. A parent is shown it only after somebody has reviewed it."""
    agreed: str = ""
    reasons: tuple[str, ...] = ()
    """Why the child is away, from the company's list."""
    reasons_said: str = ""
    """The same in the family's or the child's own words."""
    contacts: tuple[ContactSaid, ...] = ()
    """How parents and the child are reached, confirmed or changed: the school's roll comes to know of it."""
    next_step: str = ""
    due: date | None = None

    @property
    def with_them(self) -> str:
        """Who was there, in words: what a chronology tells."""
        return ", ".join(filter(None, (self.with_whom, *(one.words for one in self.people))))


class Mark(Frozen):
    """Who did something to an entry, when and why."""

    by: str
    at: datetime
    reason: str = ""


class Edition(Frozen):
    """What an entry said before it was changed, and by whom and when it had been written so."""

    edition: int
    by: str
    at: datetime
    done: Done


class Intervention(Done):
    id: str
    case: str
    officer: str
    recorded_at: datetime
    practice: str
    """The version of the company's settings by which it was recorded."""
    starts_clock: bool
    for_others: bool
    """Whether a pack may tell of it."""
    edition: int = 1
    """Grows with each change. Entries are evidence: what stood before is kept."""
    edited: Mark | None = None
    visit: str | None = None
    """Shared by the entries that were made together: a clinic, a register check."""
    view_reviewed: Mark | None = None
    """Who has looked whether a parent may be shown the child's view as it stands now."""
    step_done: Mark | None = None
    struck: Mark | None = None
    moved: Mark | None = None
    """It was first written into another child's case."""

    @property
    def counts(self) -> bool:
        """In packs, statistics and the retention clock: not what was struck out."""
        return self.struck is None

    @property
    def open_step(self) -> date | None:
        """The day on which its next step is due, as long as that is to be done."""
        return self.due if self.counts and self.step_done is None else None


def recorded(done: Done, practice: Practice, *, id_: str, case: str, officer: str, at: datetime, visit: str | None = None) -> Intervention:
    """The entry, which keeps what its kind says today. NotAnEntry for what the company's settings do not know."""
    kind = practice.kind(done.kind)
    practice.check_seen(kind.name, done.seen)
    if unknown := [str(place) for place, reason in enumerate(done.reasons, 1) if reason not in practice.reasons]:
        raise NotAnEntry(f"reasons: number {', '.join(unknown)} is not on the list; some of: {', '.join(practice.reasons)}")
    if not done.with_them:
        raise NotAnEntry("with_whom: say who was there, in words or by `people`")
    said = {name: getattr(done, name) for name in Done.model_fields if name != "kind"}
    return Intervention(
        **said,
        kind=kind.name,
        id=id_,
        case=case,
        officer=officer,
        recorded_at=at,
        practice=practice.version,
        starts_clock=kind.starts_clock,
        for_others=kind.for_others,
        visit=visit,
    )


def check_day(day: date, today: date) -> None:
    """BadPeriod for a day to come and for one whose records are no longer kept."""
    if day > today:
        raise BadPeriod("`date` is after today: an intervention is recorded when it has happened")
    if not is_kept(day, today):
        raise BadPeriod("`date` is before last academic year, whose records are the oldest that are kept")


def same_again(earlier: Intervention, done: Done) -> Intervention:
    """The one recorded under this key; KeyUsedTwice when it is told differently now."""
    if earlier.model_dump(include=set(Done.model_fields)) != done.model_dump():
        raise KeyUsedTwice
    return earlier
