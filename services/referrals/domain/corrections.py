"""What is done to an entry after it was recorded: changed, struck out, moved to another child's case, its view reviewed, its step done.

Entries are evidence. A change makes a new edition and the one before is kept; what is struck out or moved keeps who, when and why. Done
again, each changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.referrals.domain.intervention import Done, Edition, Intervention, Mark, recorded
from services.referrals.domain.kinds import Practice
from services.referrals.errors import ChangedMeanwhile, NotPossible

_WORDLESS: Final = {
    "with_whom": "",
    "people": (),
    "seen": None,
    "outcome": "",
    "notes": "",
    "child_view": "",
    "agreed": "",
    "reasons": (),
    "reasons_said": "",
    "contacts": (),
    "next_step": "",
    "due": None,
}


def said(entry: Intervention) -> Done:
    """What the entry says."""
    return Done(**{name: getattr(entry, name) for name in Done.model_fields})


def as_it_stood(entry: Intervention) -> Edition:
    """The edition to be kept when the entry is changed."""
    written = entry.edited or Mark(by=entry.officer, at=entry.recorded_at)
    return Edition(edition=entry.edition, by=written.by, at=written.at, done=said(entry))


def as_of(entry: Intervention, earlier: Sequence[Edition], at: datetime) -> Done | None:
    """What the entry said at a time in the past; None where it was not there yet, and of what was struck out since."""
    there = entry.moved.at if entry.moved else entry.recorded_at
    if entry.struck or there > at:
        return None
    return next((one.done for one in reversed([*earlier, as_it_stood(entry)]) if one.at <= at), None)


def edited(entry: Intervention, done: Done, practice: Practice, edition: int, by: Mark) -> Intervention:
    """The next edition. `edition`: the one that was read and is to be changed; ChangedMeanwhile when there is a later one."""
    if entry.struck:
        raise NotPossible("it is struck out; record it anew")
    if said(entry) == done:
        return entry
    if entry.edition != edition:
        raise ChangedMeanwhile(f"it is edition {entry.edition} now")
    anew = recorded(done, practice, id_=entry.id, case=entry.case, officer=entry.officer, at=entry.recorded_at, visit=entry.visit)
    return anew.model_copy(
        update={
            "edition": entry.edition + 1,
            "edited": by,
            "view_reviewed": entry.view_reviewed if entry.child_view == done.child_view else None,
            "step_done": entry.step_done if (entry.next_step, entry.due) == (done.next_step, done.due) else None,
            "moved": entry.moved,
        }
    )


def struck_out(entry: Intervention, by: Mark) -> Intervention:
    """The fact that is kept of an entry made in error: its kind and day, who wrote it, who struck it out, when and why."""
    if entry.struck:
        return entry
    return entry.model_copy(update={**_WORDLESS, "edition": entry.edition + 1, "struck": by, "view_reviewed": None, "step_done": None})


def moved(entry: Intervention, case: str, by: Mark) -> Intervention:
    """The entry in the case of the child whom it is about."""
    if entry.struck:
        raise NotPossible("it is struck out")
    if entry.case == case:
        return entry
    return entry.model_copy(update={"case": case, "edition": entry.edition + 1, "moved": by})


def reviewed(entry: Intervention, by: str, at: datetime) -> Intervention:
    """A parent may be shown the child's view. The first review stands until the view is changed."""
    if entry.struck or not entry.child_view:
        raise NotPossible("the entry has no view of the child")
    return entry if entry.view_reviewed else entry.model_copy(update={"view_reviewed": Mark(by=by, at=at)})


def step_done(entry: Intervention, by: str, at: datetime) -> Intervention:
    if entry.due is None or entry.struck:
        raise NotPossible("the entry has no next step that is due")
    return entry if entry.step_done else entry.model_copy(update={"step_done": Mark(by=by, at=at)})
