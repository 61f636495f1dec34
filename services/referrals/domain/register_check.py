"""The register check: officer and school go through all proposals of the school together, and see what changed since the last time.

What stood at a check is kept with each proposal that stayed one, so that it falls with the child's other records.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from services.referrals.domain.one_child import Groups, group
from services.referrals.domain.referral import Checked, Figures, Referral
from shared.contracts.standing import Rule


class Check(BaseModel):
    """A check that was held. Who attended and what was noted is private; the counts name nobody."""

    model_config = ConfigDict(frozen=True)

    id: str
    school: str
    day: date
    by: str
    at: datetime
    attendees: str = ""
    notes: str = ""
    decisions: int
    """That were sent; the rest counts what was done."""
    accepted: int = 0
    declined: int = 0
    left: int = 0


class Since(BaseModel):
    """What changed of a proposal since it was last gone through."""

    model_config = ConfigDict(frozen=True)

    new: bool
    """It was in no check yet."""
    raised: tuple[Rule, ...]
    eased: tuple[Rule, ...]
    then: Figures | None
    now: Figures | None


def check_id(school: str, by: str, key: str | None, day: date, attendees: str, notes: str) -> str:
    """The same key, or without one the same words of the same day by the same person, is the same check."""
    said = f"key\0{key}" if key else f"{day}\0{attendees}\0{notes}"
    return sha256(f"{school}\0{by}\0{said}".encode()).hexdigest()[:24]


def rules_of(referral: Referral) -> tuple[Rule, ...]:
    return tuple(dict.fromkeys(concern.rule for concern in referral.standing))


def since(referral: Referral, now: Figures | None) -> Since:
    """`now`: what the register says today; the figures of its latest concern where that is not known."""
    before, rules = referral.private.checked, rules_of(referral)
    known = before.rules if before else ()
    return Since(
        new=before is None,
        raised=tuple(rule for rule in rules if rule not in known),
        eased=tuple(rule for rule in known if rule not in rules),
        then=before.figures if before else None,
        now=now or referral.private.figures,
    )


def checked(referral: Referral, at: datetime, now: Figures | None) -> Referral:
    """A proposal with what stood when it was gone through; anything else, and what was gone through since, as it is."""
    before = referral.private.checked
    if referral.state != "proposed" or (before and before.at >= at):
        return referral
    return referral.with_private(checked=Checked(at=at, rules=rules_of(referral), figures=now or referral.private.figures))


def earlier_of(proposals: Iterable[Referral], others: Iterable[Referral], groups: Groups) -> Mapping[str, Referral]:
    """By proposal, the child's latest referral that was decided or ended before, under whichever of its records."""
    ended: dict[str, Referral] = {}
    for one in sorted((other for other in others if not other.live), key=_ended_at):
        ended |= dict.fromkeys(group(groups, one.child), one)
    return {proposal.id: ended[proposal.child] for proposal in proposals if proposal.child in ended}


def _ended_at(one: Referral) -> datetime:
    return one.closed_at or one.proposed_at
