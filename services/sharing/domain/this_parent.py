"""Who the parent of a request is among the names that records have for people, and what is on record as having been with them.

Source: Education Act 1996 s.444(1), s.576: the offence is each parent's own.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final, NamedTuple

from services.sharing.domain.material import Wanted
from shared.contracts.enforcement import CaseEvidence, EntryTold, Leave, ParentOfCase

NO_ENGAGEMENT: Final = "none"
"""Of an entry: nobody was reached, or came."""
REACHED: Final = frozenset({"good", "partial"})
"""Of an entry in which somebody was."""
NO_MATTER: Final = "not applicable"
"""Of an entry that is no contact, such as a letter that went on paper before there was this system."""


def ids_of_parent(wanted: Wanted, case: CaseEvidence) -> frozenset[str]:
    """By which the parent of the request is named, records that are confirmed as the same person's among them: a place on the roll is none,
    since another may stand there tomorrow."""
    return frozenset({wanted.parent, *((case.parent.parent, *case.parent.records) if case.parent else ())})


def was_with_parent(wanted: Wanted, case: CaseEvidence, entry: EntryTold) -> bool:
    """Whether it is on record that it was with this parent."""
    return not _ids_in_entries(wanted, case).isdisjoint(entry.parents)


def was_with_another(wanted: Wanted, case: CaseEvidence, entry: EntryTold) -> bool:
    """Whether it is on record that it was with another parent, beside this one or alone."""
    return not _ids_in_entries(wanted, case).issuperset(entry.parents)


def _ids_in_entries(wanted: Wanted, case: CaseEvidence) -> frozenset[str]:
    """An entry names a parent by the record, or by the place that the roll gave."""
    return ids_of_parent(wanted, case) | (ids_of_record(case.parent) if case.parent else frozenset())


def ids_of_record(record: ParentOfCase) -> frozenset[str]:
    """The record's own id, and the place on the roll, where the roll names the parent."""
    return frozenset(id_ for id_ in (record.parent, record.ref) if id_)


def was_told(wanted: Wanted, case: CaseEvidence, leave: Leave) -> bool | None:
    """Whether it was this parent who was told of the answer to a leave. None where it is not on record: one day stands for all parents of a
    leave and for who asked, and where these are several, and none is named as told, it does not say which of them was."""
    this, may_be = ids_of_parent(wanted, case), set(leave.told)
    if not leave.told_by_name and leave.asked_by:
        may_be.add(leave.asked_by)
    if not leave.told_on or not leave.told or (not leave.told_by_name and may_be & this and may_be - this):
        return None
    return bool(may_be & this)


class Gone(NamedTuple):
    """A letter to this parent: the day, and the day on which it came back."""

    day: date
    came_back: date | None = None


def letters_gone(wanted: Wanted, case: CaseEvidence, kinds: Collection[str]) -> Iterator[Gone]:
    """Those of these kinds: made here, or on record by hand as an entry of the kind, since paper went before there was this system."""
    yield from (Gone(one.day, one.came_back) for one in case.letters if one.records in kinds)
    yield from (Gone(one.day) for one in by_hand(wanted, case, kinds))


def by_hand(wanted: Wanted, case: CaseEvidence, kinds: Collection[str]) -> Iterator[EntryTold]:
    """Entries of such kinds with this parent that no letter of ours made."""
    ours = {letter.entry for letter in case.letters}
    return (one for one in case.entries if one.kind in kinds and one.entry not in ours and was_with_parent(wanted, case, one))
