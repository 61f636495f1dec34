"""Since when a parent knew of the absence, by what is on record, and which sessions that leaves to a prosecution for knowing it.

Source: Education Act 1996 s.444(1A): "the parent knows that his child is failing to attend regularly at the school and fails to cause him
to do so". What shows it is a letter that did not come back, or an entry in which the parent was reached. Whether a session up to that day
may be relied on is the reading of the profile, `sessions_before_the_parent_knew`; where no day is on record, none can be told apart, and
the rule `parent knew` is lacking.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from services.sharing.domain.material import Wanted
from services.sharing.domain.offence import AGGRAVATED, offence
from services.sharing.domain.profile import Profile
from services.sharing.domain.this_parent import NO_MATTER, REACHED, by_hand
from shared.contracts.enforcement import CaseEvidence


class Told(NamedTuple):
    """On which day, and by what: a letter to this parent (formal warning). It is what records show: that it told of the
    absence follows from the kind alone, so nothing that is printed says that the parent was told."""

    day: date
    by: str


def first_told(wanted: Wanted, case: CaseEvidence, profile: Profile) -> Told | None:
    """The earliest on record. None where there is nothing, and of an offence for which nobody has to have known."""
    return min(_told(wanted, case, profile), default=None) if offence(wanted, profile) == AGGRAVATED else None


def relied_on_after(wanted: Wanted, case: CaseEvidence, profile: Profile) -> date | None:
    """The day up to which, itself included, no session is relied on; None where all are."""
    told = first_told(wanted, case, profile)
    return told.day if told and profile.readings.sessions_before_the_parent_knew == "not relied on" else None


def _told(wanted: Wanted, case: CaseEvidence, profile: Profile) -> Iterator[Told]:
    rules = profile.rules(wanted.measure, wanted.ground)
    kinds, on_paper = rules.parent_knew.kinds, {*rules.warning_letter.kinds, *rules.notice_to_improve.kinds}
    for letter in case.letters:
        if letter.came_back is None and (letter.records in kinds or letter.kind in kinds):
            yield Told(letter.day, f"a letter to this parent ({letter.kind})")
    for entry in by_hand(wanted, case, kinds):  # the entry of a letter of ours says nothing of whether it came back
        if entry.engagement in REACHED:
            yield Told(entry.day, f"a contact with this parent ({entry.kind})")
        elif entry.engagement == NO_MATTER and entry.kind in on_paper:
            yield Told(entry.day, f"a letter to this parent, recorded by hand ({entry.kind})")
