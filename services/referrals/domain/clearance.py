"""Whether an officer's DBS check and training are to date, by the company's policy: until when each counts, who is told when, and what is
said to somebody who is not let in."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from services.referrals.domain.officer import ITEMS, Extension, Item, Level, Officer, PutOff, StaffRole
from services.referrals.errors import BadPeriod, NotPossible

_IN_WORDS: Final[Mapping[Item, str]] = {
    "dbs": "DBS check",
    "data protection": "training in data protection",
    "information sharing": "training in information sharing",
    "safeguarding": "training in safeguarding",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """One dated version of what the company asks of its staff."""

    since: date
    dbs_months: int
    dbs_levels: frozenset[Level]
    training_months: Mapping[Item, int]
    told_days: tuple[int, ...]
    """Days before a date on which it is told of, the longest first."""
    extension_days: int
    required: Mapping[StaffRole, frozenset[Item]]

    def months(self, item: Item) -> int:
        return self.dbs_months if item == "dbs" else self.training_months[item]


class Due(BaseModel):
    """An item of a person: when it falls due, and until when it counts."""

    model_config = ConfigDict(frozen=True)

    item: Item
    due: date | None = Field(description="From this day on it is out of date; null when nothing of it was ever shown.")
    until: date | None = Field(description="The same, or the later day to which it was put off.")
    required: bool


def dues(officer: Officer, policy: Policy) -> tuple[Due, ...]:
    """Every item of a person."""
    wanted = policy.required.get(officer.role, frozenset())
    found = []
    for item in ITEMS:
        due = _due(officer, item, policy)
        found.append(Due(item=item, due=due, until=_put_off(officer, item, due), required=item in wanted))
    return tuple(found)


def lacking(officer: Officer, policy: Policy, today: date) -> tuple[Due, ...]:
    """What is required and out of date, or was never shown."""
    return tuple(one for one in dues(officer, policy) if one.required and (one.until is None or today >= one.until))


def out_of_date(officer: Officer, policy: Policy, today: date) -> tuple[Due, ...]:
    """What was shown once and has run out."""
    return tuple(one for one in lacking(officer, policy, today) if one.due is not None)


def refusal(officer: Officer, policy: Policy, today: date) -> str | None:
    """What is said to somebody who is not let in, and what to do; None for who is."""
    if officer.away and officer.away.why == "left":
        return "you have left: your cases and schools are with others"
    if officer.away and officer.away.why == "away":
        return "you are away, and others have your cases: ask the head of service to note that you are back (iewo officer back)"
    if gone := lacking(officer, policy, today):
        first = gone[0]
        words = f"your {_IN_WORDS[first.item]} {f'was due on {first.until}' if first.until else 'is not noted here'}"
        command = "dbs" if first.item == "dbs" else "training"
        more = f" ({len(gone)} items are to be renewed)" if len(gone) > 1 else ""
        return f"{words}{more}: show the new one to the head of service, who notes it (iewo officer {command} {officer.id})"
    if officer.away:
        return "your cases are with others since a check ran out: ask the head of service to note that you are back (iewo officer back)"
    return None


def unable(officer: Officer, policy: Policy, today: date) -> str | None:
    """Why somebody can be given no case and no task; None for who can."""
    if officer.role == "business support":
        return f"{officer.id} is business support, which works no cases"
    if officer.away and officer.away.why != "out of date":
        return f"{officer.id} is away or has left: name {officer.cover or 'somebody who is here'}"
    if officer.away or lacking(officer, policy, today):
        return f"{officer.id} is out of date: a check or training is to be noted first (iewo officer show {officer.id})"
    return None


def to_tell(officer: Officer, policy: Policy, today: date) -> tuple[tuple[Due, int], ...]:
    """What is to be told of now, each with the days before its date (of `told_days`) that have come. After days of silence the nearest
    of them alone: nobody wants three notices of one thing."""
    told = []
    for one in dues(officer, policy):
        if one.required and one.until is not None and one.until > today:
            passed = [days for days in policy.told_days if (one.until - today).days <= days]
            if passed:
                told.append((one, min(passed)))
    return tuple(told)


def extended(officer: Officer, item: Item, reason: PutOff, by: str, at: datetime, policy: Policy) -> Officer:
    """With one date put off. NotPossible for one that was put off before, is far away, is too long past, or was never there."""
    found = next(one for one in dues(officer, policy) if one.item == item)
    again = next((one for one in officer.extensions if (one.item, one.due) == (item, found.due)), None)
    if again and (again.reason, again.by) == (reason, by):
        return officer
    if found.due is None:
        raise NotPossible("nothing of it was ever shown, so there is no date to put off")
    if again:
        raise NotPossible(f"it was put off once already, to {again.until}")
    until = found.due + timedelta(days=policy.extension_days)
    if at.date() >= until:
        raise NotPossible(f"it ran out on {found.due}, and {policy.extension_days} days more have passed too")
    if (found.due - at.date()).days > max(policy.told_days):
        raise NotPossible(f"it is not due before {found.due}")
    made = Extension(item=item, due=found.due, until=until, reason=reason, by=by, at=at)
    return officer.model_copy(update={"extensions": (*officer.extensions, made)})


def check_seen(day: date, today: date) -> None:
    """BadPeriod for a day to come."""
    if day > today:
        raise BadPeriod("the day is after today: note it when it has happened")


def _due(officer: Officer, item: Item, policy: Policy) -> date | None:
    if item == "dbs":
        shown = [one.seen for one in officer.checks if one.level in policy.dbs_levels]
    else:
        shown = [one.done for one in officer.training if one.subject == item]
    return months_later(max(shown), policy.months(item)) if shown else None


def _put_off(officer: Officer, item: Item, due: date | None) -> date | None:
    return next((one.until for one in officer.extensions if (one.item, one.due) == (item, due)), due)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
