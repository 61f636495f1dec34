"""Joined records are one child and have one proposal or case; parted, each has its own again.

A referral stays with the record on which it was opened. While another record is one child with that, concerns about the other join it, and
of two proposals the newer lapses into the older, or into the open case where there is one. Two open cases stay two: each tells an officer
of the other. When the records are parted, what a referral says of the other record goes back to that record.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from services.referrals.domain import lifecycle
from services.referrals.domain.concerns import Heard
from services.referrals.domain.referral import Concern, Referral

Groups = Mapping[str, frozenset[str]]
"""From a joined record to all records of the child. A record that is not in it is a child of its own."""


def joined_by(pairs: Iterable[frozenset[str]]) -> Groups:
    """The groups that pairs of joined records make."""
    joined: dict[str, frozenset[str]] = {}
    for pair in pairs:
        whole = pair.union(*(joined.get(child, frozenset()) for child in pair))
        joined |= dict.fromkeys(whole, whole)
    return joined


def group(groups: Groups, child: str) -> frozenset[str]:
    return groups.get(child, frozenset({child}))


def holder(live: Iterable[Referral], heard: Heard) -> Referral | None:
    """Which of the child's live referrals news is for: where the concern is known, else the record's own, else the first."""

    def place(one: Referral) -> tuple[bool, bool, bool, datetime, str]:
        return not one.knows(heard.rule, heard.year, heard.child), one.child != heard.child, *_rank(one)

    return min(live, key=place, default=None)


def home(live: Iterable[Referral], child: str) -> Referral | None:
    """Which of the child's live referrals something is for that a person says: the record's own, else the first."""
    return min(live, key=lambda one: (one.child != child, *_rank(one)), default=None)


def settled(found: Sequence[Referral], groups: Groups, at: datetime, new_id: Callable[[], str]) -> list[Referral]:
    """Those of the referrals that become others, and new ones (under `new_id`), when the records are grouped so."""
    after = {one.id: _of_group(one, group(groups, one.child), at) for one in found}
    for one in found:
        for stray in _strays(one, group(groups, one.child)):
            home = _first(after.values(), group(groups, one.about(stray)))
            again = _taken(home, one, [stray]) if home else _proposed(new_id(), one, stray, at)
            after[again.id] = again
    taking: set[str] = set()
    for records in {group(groups, one.child) for one in after.values() if one.live}:
        first = _first(after.values(), records)
        for other in [one for one in after.values() if one.state == "proposed" and one.child in records]:
            if first and other.id != first.id:
                first = after[first.id] = _merged(first, other)
                after[other.id] = _lapsed(other, at)
                taking.add(first.id)  # written even if it knew all that, so that nobody ends it at the same moment
    before = {one.id: one for one in found}
    return [one for one in after.values() if one != before.get(one.id) or one.id in taking]


def absorbed(case: Referral, proposals: Iterable[Referral], at: datetime) -> list[Referral]:
    """The case, which goes on, with all that was proposed meanwhile, and the proposals, lapsed into it."""
    after = []
    for one in proposals:
        case = _merged(case, one)
        after.append(_lapsed(one, at))
    return [case, *after]


def _rank(one: Referral) -> tuple[bool, datetime, str]:
    """Open cases first, then the older."""
    return one.state == "proposed", one.proposed_at, one.id


def _first(referrals: Iterable[Referral], records: frozenset[str]) -> Referral | None:
    return min((one for one in referrals if one.live and one.child in records), key=_rank, default=None)


def _strays(one: Referral, records: frozenset[str]) -> list[Concern]:
    """What it says of records that are not of its child, and stands; what has ended proposes nothing."""
    return [concern for concern in one.standing if one.live and one.about(concern) not in records]


def _of_group(one: Referral, records: frozenset[str], at: datetime) -> Referral:
    own = tuple(concern for concern in one.concerns if one.about(concern) in records)
    if own == one.concerns:
        return one
    left = one.model_copy(update={"concerns": own})
    return _lapsed(left, at) if one.state == "proposed" and not left.stands else left


def _lapsed(one: Referral, at: datetime) -> Referral:
    return one.model_copy(update={"state": lifecycle.lapse(one.state), "closed_at": at})


def _taken(home: Referral, other: Referral, concerns: Iterable[Concern]) -> Referral:
    """With another's concerns; of one that both know the later word counts."""
    known = {(concern.rule, concern.year, home.about(concern)): concern for concern in home.concerns}
    for concern in concerns:
        child = other.about(concern)
        mine = known.get((concern.rule, concern.year, child))
        if mine is None or mine.order < concern.order:
            known[concern.rule, concern.year, child] = concern.model_copy(update={"child": None if child == home.child else child})
    years = [concern.year for concern in known.values()]
    return home.model_copy(update={"concerns": tuple(known.values()), "year": max(home.year, *years)})


def _merged(home: Referral, other: Referral) -> Referral:
    """With all that another told that ends in it."""
    taken = _taken(home, other, other.concerns)
    raised = tuple(one for one in other.private.raised if one not in home.private.raised)
    return taken.with_private(raised=(*home.private.raised, *raised)) if raised else taken


def _proposed(id_: str, other: Referral, stray: Concern, at: datetime) -> Referral:
    own = stray.model_copy(update={"child": None})
    return Referral(
        id=id_, school=other.school, child=other.about(stray), year=stray.year, state="proposed", proposed_at=at, concerns=(own,)
    )
