"""What a file would do: the receipt that it would get and the concerns that it would raise and ease. Nothing is stored."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from services.attendance.domain.check_feed import marks_of
from services.attendance.domain.check_marks import CheckedMarks
from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.judging import Turn
from services.attendance.domain.receipts import Receipt
from services.attendance.domain.register_page import writer
from services.attendance.domain.said import said_by
from services.attendance.domain.text import File
from services.attendance.feeds.intake import Intake
from services.attendance.store.register import Register
from services.attendance.store.schools import KnownSchool
from shared.academic_year import of, of_session


class ByRule(BaseModel):
    """Children over whom a concern would be raised, and others over whom it would ease."""

    rule: RuleName
    raised: int
    proposing: int = Field(description="Of the children over whom it would be raised: for whom it proposes a referral.")
    eased: int


class WouldRaise(BaseModel):
    """A child, by the file's own key, and the concerns that would be raised and propose: one proposal, unless one is open or a case is."""

    upn: str = Field(description="The UPN; where the file has none, # and the pupil id.")
    rules: tuple[RuleName, ...]


class Rehearsed(Receipt):
    """The receipt that the file would get, and what it would change. No feed, no number: it is not kept."""

    state: Literal["rehearsed"] = "rehearsed"
    school: str
    waits: bool = Field(False, description="Whether, as a whole roll, it would wait for a person's yes.")
    concerns: tuple[ByRule, ...] | None = Field(
        description="Concerns, not proposals: whether a proposal is open already, referrals knows. Null of a file without marks: what a "
        "roll turns is not worked out beforehand."
    )
    children: tuple[WouldRaise, ...] | None = Field(None, description="For the school itself; null for anybody else.")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    intake: Intake
    register: Register

    async def of(self, urn: str, school: KnownSchool, data: File, roll_year: int | None, *, whole: bool, named: bool) -> Rehearsed:
        """`named`: with the children. FileRefused like the push itself."""
        year = roll_year if roll_year is not None else of_session(self.intake.settings.today())
        checked = await self.intake.check(urn, school, data)
        await self.intake.parts(checked, year)
        ending, as_whole = await self.intake.wholes.take(urn, year, checked) if whole else (None, None)
        account = checked.account
        told = await self.intake.telling.told(urn, account.kind)
        marks = marks_of(checked)
        turns, upns = await self._turns(urn, marks) if marks else ([], {})
        return Rehearsed(
            **account.receipt(told.knows).model_dump() | ({"whole": True, **ending._asdict()} if ending else {}),
            school=urn,
            waits=bool(as_whole and as_whole.waits),
            concerns=_by_rule(turns) if marks else None,
            children=_by_child(turns, upns) if named else None,
        )

    async def _turns(self, urn: str, checked: CheckedMarks) -> tuple[list[Turn], dict[str, str]]:
        """What would turn, and each child's key. A child that is new has its key for an id as long as this lasts."""
        today = self.intake.settings.today()
        ids: dict[str, str] = {}
        for year in (of(today) - 1, of(today)):
            ids |= await self.intake.rolls.children(urn, year)
        whose = {year: ids | {key: key for key in batch.keys if key not in ids} for year, batch in checked.batches.items()}
        years = {year: said_by(batch, whose[year]) for year, batch in checked.batches.items()}
        by = writer(await self.intake.schools.last_number(urn) + 1, 0)
        upns = {child: upn for upn, child in ids.items()}
        upns |= {whose[year][key]: key for year, batch in checked.batches.items() for key in reversed(batch.keys)}
        return await self.register.rehearse(urn, years, by, today), upns


def _by_rule(turns: Iterable[Turn]) -> tuple[ByRule, ...]:
    seen = list(turns)
    counts = Counter((turn.rule, turn.raised) for turn in seen)
    proposing = Counter(turn.rule for turn in seen if turn.raised and turn.proposes)
    return tuple(
        ByRule(rule=rule, raised=counts[rule, True], proposing=proposing[rule], eased=counts[rule, False])
        for rule in sorted({turn.rule for turn in seen})
    )


def _by_child(turns: Iterable[Turn], upns: Mapping[str, str]) -> tuple[WouldRaise, ...]:
    found: defaultdict[str, list[RuleName]] = defaultdict(list)
    for turn in turns:
        if turn.raised and turn.proposes:
            found[upns[turn.child]].append(turn.rule)
    return tuple(WouldRaise(upn=upn, rules=tuple(rules)) for upn, rules in sorted(found.items()))
