"""Leave of absence that a parent asked for, or took without asking, for one child of a family, and what the school decided.

A school grants leave only in exceptional circumstances and says how many days (School Attendance (Pupil Registration) (England)
Regulations 2024, SI 2024/208, reg. 11); what goes beyond is marked G (reg. 10). Children of one family have one leave, kept with each of
them by itself, so that it falls with that child.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from services.referrals.domain.flags import Word
from services.referrals.domain.kept import is_kept
from services.referrals.errors import BadPeriod, NotPossible
from shared.frozen import Exact

Decision = Literal["refused", "granted in part", "not asked for"]
State = Literal["recorded", "requested"]
"""Requested: a request to the Local Authority stands against each parent who is named."""
LONGEST: Final = 200
"""Days of one leave: more is no leave of absence, and the register shows another reason."""


class Told(Exact):
    """What is said of a leave, for all children of the family."""

    first: date
    last: date
    decision: Decision
    asked_on: date | None = Field(None, description="When the school was asked. Needed unless the decision is `not asked for`.")
    granted: tuple[date, ...] = Field((), max_length=LONGEST, description="With `granted in part`: the days that were granted.")
    decided_on: date | None = None
    told_on: date | None = Field(None, description="When the parent was told of the decision and that a notice may follow.")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if not 0 <= (self.last - self.first).days < LONGEST:
            raise ValueError(f"`last` is not before `first`, and a leave has {LONGEST} days at most")
        if (self.decision == "not asked for") != (self.asked_on is None):
            raise ValueError("`asked_on` is the day on which it was asked for: it goes with every decision but `not asked for`")
        if (self.decision == "granted in part") != bool(self.granted):
            raise ValueError("`granted` names the granted days: it goes with `granted in part`, and with no other decision")
        if any(not self.first <= day <= self.last for day in self.granted):
            raise ValueError("`granted` names days of the leave")
        return self


class Leave(Told):
    """One child's part of it."""

    leave: str
    school: str
    child: str
    parents: tuple[str, ...]
    """Places on the roll (`<child>.1`) of those against whom a measure is to be asked for."""
    asked_by: str | None
    records: dict[str, str] = {}
    """Whom each of `parents` meant when it was said: another may stand in the place tomorrow."""
    asker: str | None = None
    """The record of who asked."""
    told_to: tuple[str, ...] = ()
    """Places of those, among `parents`, who were told on `told_on`; empty: it is not recorded who."""
    said: Word
    earlier: tuple[Told, ...] = ()
    """What was said before it was corrected, the oldest first."""
    key: str | None = None
    """The caller's Idempotency-Key."""
    state: State = "recorded"

    @property
    def told(self) -> Told:
        return Told(**self.model_dump(include=set(Told.model_fields)))

    @property
    def whom_told(self) -> frozenset[str]:
        """As `whom`, of those who were told."""
        return frozenset(self.records.get(place, place) for place in self.told_to)

    @property
    def whom(self) -> frozenset[str]:
        """Records of those against whom a measure is to be asked for; the place of one who has none yet."""
        return frozenset(self.records.get(place, place) for place in self.parents)

    def naming(self, on_roll: Mapping[str, str]) -> "Leave":
        """With the records of those whom its places mean. `on_roll`: records by place, as the roll is now."""
        records = {place: on_roll[place] for place in self.parents if place in on_roll}
        return self.model_copy(update={"records": records, "asker": on_roll.get(self.asked_by or "")})

    def is_over_days_of(self, other: "Leave") -> bool:
        """Whether both are of one child and have a day in common."""
        return self.child == other.child and self.first <= other.last and other.first <= self.last

    @property
    def not_granted(self) -> frozenset[date]:
        return frozenset(date.fromordinal(day) for day in range(self.first.toordinal(), self.last.toordinal() + 1)) - set(self.granted)


def recorded(
    leave: str,
    school: str,
    children: Iterable[str],
    parents: Iterable[str],
    asked_by: Iterable[str],
    told: Told,
    said: Word,
    key: str | None,
    told_to: Iterable[str] = (),
) -> tuple[Leave, ...]:
    """A part for each child. Each has at least one parent of its own among `parents`: a place begins with the child's id. `told_to`: of
    these who were told, where that is known.

    NotPossible where one has none, a place is of another child, or the days are not in their order; BadPeriod for
    days whose registers are no longer kept.
    """
    named, askers, informed, parts = list(parents), list(asked_by), list(told_to), []
    children = list(dict.fromkeys(children))
    if strangers := [place for place in (*named, *askers) if place.rpartition(".")[0] not in children]:
        raise NotPossible(f"{', '.join(strangers)}: a parent is named by place on the roll, <child>.1, of one of the children")
    _check_days(told, said.at.date())
    for child in children:
        own = tuple(dict.fromkeys(place for place in named if place.rpartition(".")[0] == child))
        if not own:
            raise NotPossible(f"name at least one parent of {child}, as {child}.1")
        asker = next((place for place in askers if place.rpartition(".")[0] == child), None)
        who = _told_to(told, informed, child, own, named)
        part = Leave(**told.model_dump(), leave=leave, school=school, child=child, parents=own, asked_by=asker, said=said, key=key)
        parts.append(part.model_copy(update={"told_to": who}))
    return tuple(parts)


def _told_to(told: Told, informed: Collection[str], child: str, own: Collection[str], named: Collection[str]) -> tuple[str, ...]:
    """Those of the child's parents who were told. `named`: of all children of the leave."""
    if not informed:
        return ()
    if told.told_on is None:
        raise NotPossible("say with who was told on which day that was: `told_on`")
    if strangers := [place for place in informed if place not in named]:
        raise NotPossible(f"{', '.join(strangers)}: who was told is named by the same places as `parents`")
    found = tuple(place for place in own if place in informed)
    if not found:
        raise NotPossible(f"say which parent of {child} was told, or of no child")
    return found


def _of_others(places: Iterable[str], child: str) -> Iterator[str]:
    """Those that name parents of other children of the leave."""
    return (place for place in places if place.rpartition(".")[0] != child)


def corrected(
    leave: Leave,
    told: Told,
    parents: Iterable[str] | None,
    said: Word,
    on_roll: Mapping[str, str],
    told_to: Collection[str] | None = None,
) -> Leave:
    """With another word; what stood before is kept. `parents`: those of this child, by place; None leaves them. `told_to`: of these who
    were told; None leaves those who are still named. `on_roll`: records by place, as the roll is now.

    NotPossible for other days, or a parent fewer, once a request rests on it.
    """
    own = (
        leave.parents if parents is None else tuple(place for place in parents if place.rpartition(".")[0] == leave.child) or leave.parents
    )
    named = leave.records if parents is None else {place: on_roll[place] for place in own if place in on_roll}
    by = leave.model_copy(update={"parents": own, "records": named})
    kept = tuple(place for place in leave.told_to if place in own and told.told_on is not None)
    who = kept if told_to is None else _told_to(told, told_to, leave.child, own, {*own, *_of_others(told_to, leave.child)})
    if (told, own, by.whom, who) == (leave.told, leave.parents, leave.whom, leave.told_to):
        return leave
    _check_days(told, said.at.date())
    moved = (told.first, told.last) != (leave.first, leave.last) or not leave.whom <= by.whom
    if leave.state == "requested" and moved:
        raise NotPossible("a request rests on it: its days stay, and so do its parents; give the pack up and record another leave")
    state: State = leave.state if by.whom == leave.whom else "recorded"
    earlier = (*leave.earlier, leave.told)
    changed = {**told.model_dump(), "parents": own, "told_to": who, "records": by.records, "said": said, "earlier": earlier, "state": state}
    return leave.model_copy(update=changed)


def same_content(one: Leave, other: Leave) -> bool:
    """Whether two say the same, whoever said it when."""
    content = {"school", "child", "parents", "asked_by", "told_to", *Told.model_fields}
    return one.model_dump(include=content) == other.model_dump(include=content)


def _check_days(told: Told, today: date) -> None:
    known = [day for day in (told.asked_on, told.decided_on, told.told_on) if day]
    if known != sorted(known) or any(day > today for day in known):
        raise NotPossible("it is asked for, decided and told in this order, and none of it after today")
    if not is_kept(told.first, today):
        raise BadPeriod("`first` is before last academic year, whose registers are the oldest that are kept")
