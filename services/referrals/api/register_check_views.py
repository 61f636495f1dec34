"""What a register check shows, to an officer and to a school."""

from datetime import date, datetime
from typing import Final

from pydantic import BaseModel, Field

from services.referrals.api.proposals import Names, names
from services.referrals.domain.declining import Declining
from services.referrals.domain.lifecycle import State
from services.referrals.domain.priority import Priority, priority
from services.referrals.domain.referral import Figures, Referral
from services.referrals.domain.register_check import Check, Since, rules_of, since
from services.referrals.proposals.checking import Gathered
from shared.auth import Caller
from shared.contracts.standing import Rule

ACTS: Final = ("accept", "decline", "leave")


class CheckView(BaseModel):
    """`decisions` counts those that were sent; the rest those that were done."""

    check: str
    date: date
    by: str
    at: datetime
    decisions: int
    accepted: int
    declined: int
    left: int


class CheckForOfficers(CheckView):
    attendees: str
    notes: str


class Checks(BaseModel):
    checks: list[CheckForOfficers | CheckView]


class Earlier(BaseModel):
    """The child's latest referral before this one."""

    state: State
    ended_at: datetime | None
    declined: str | None = Field(description="What a decline meant, by the list of its day; to a school that of its own declines alone.")


class EarlierForOfficers(Earlier):
    referral: str
    by: str | None
    words: str | None
    closing: str | None = Field(description="Why the case was closed.")


class Line(BaseModel):
    referral: str
    child: str
    names: Names
    forename: str | None
    surname: str | None
    year_group: str | None
    rules: list[Rule]
    raised_by: list[str]
    priority: Priority
    since: datetime
    left_until: date | None
    changed: Since = Field(description="Since the proposal was last gone through in a check.")
    earlier: EarlierForOfficers | Earlier | None


class Eased(BaseModel):
    """A proposal that lapsed since the last check."""

    referral: str
    child: str
    rules: list[Rule] = Field(description="All of them have eased.")
    figures: Figures | None
    at: datetime | None


class RegisterCheck(BaseModel):
    school: str
    names_away: bool = Field(description="The attendance service does not answer now: names and today's figures are missing.")
    last: CheckForOfficers | CheckView | None
    open_cases: str = Field(examples=["11 of 10"], description="And how many the school has bought, where a number was agreed.")
    proposals: list[Line]
    eased: list[Eased]


def check_view(check: Check, caller: Caller) -> CheckView:
    """Who attended and what was noted is the officers'."""
    told = check.model_dump(exclude={"id", "school", "day", "attendees", "notes"})
    if caller.role == "school":
        return CheckView(check=check.id, date=check.day, **told)
    return CheckForOfficers(check=check.id, date=check.day, attendees=check.attendees, notes=check.notes, **told)


def line(one: Referral, found: Gathered, declining: Declining, caller: Caller) -> Line:
    person = found.people.get(one.child) if found.people else None
    rules, figures = list(rules_of(one)), found.figures.get(one.id) or one.private.figures
    before = found.earlier.get(one.id)
    return Line(
        referral=one.id,
        child=one.child,
        names=names(person, found.people),
        forename=person.forename if person else None,
        surname=person.surname if person else None,
        year_group=person.year_group if person else None,
        rules=rules,
        raised_by=[raising.role for raising in one.private.raised],
        priority=priority(rules, figures, raised=bool(one.private.raised)),
        since=one.proposed_at,
        left_until=one.private.left.until if one.private.left else None,
        changed=since(one, figures),
        earlier=_earlier(before, declining, caller) if before else None,
    )


def eased(one: Referral) -> Eased:
    rules = list(dict.fromkeys(concern.rule for concern in one.concerns))
    return Eased(referral=one.id, child=one.child, rules=rules, figures=one.private.figures, at=one.closed_at)


def _earlier(one: Referral, declining: Declining, caller: Caller) -> Earlier:
    decision, closing = one.private.decision, one.private.closing
    says = declining.said(decision.version, decision.reason) if one.state == "declined" and decision and decision.reason else None
    if caller.role == "school":
        own = decision is not None and decision.by_school
        return Earlier(state=one.state, ended_at=one.closed_at, declined=says if own else None)
    return EarlierForOfficers(
        state=one.state,
        ended_at=one.closed_at,
        declined=says,
        referral=one.id,
        by=last.by if (last := closing or decision) else None,
        words=decision.words if decision else None,
        closing=closing.reason if closing else None,
    )
