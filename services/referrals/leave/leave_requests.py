"""Requests for leave in term time, for a school's whole list at once: one question to its register, two writes for all the cases."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.referrals.domain.leave import Leave
from services.referrals.domain.leave_requests import Asker, Ground, Outcome, Standing, Step, asked, case_id, ground, refused, standing
from services.referrals.domain.lifecycle import State
from services.referrals.domain.notice import HEADS
from services.referrals.errors import StillChanging
from services.referrals.families.family import follow_all
from services.referrals.families.left_out import left_out_by_record
from services.referrals.families.on_roll import places
from services.referrals.store import Store
from services.referrals.store.held import Held
from shared.bus import Bus
from shared.contracts.envelope import Cause, Draft
from shared.contracts.marks import MOST, AskMarks, ChildPeriod, Marks
from shared.contracts.referrals import CaseOpened, EnforcementRequested, Measure
from shared.errors import Conflict
from shared.mongo import Document
from shared.tries import tries

CARRYING: Final[tuple[State, ...]] = ("enforcement requested", "with the LA")
"""States of a case whose requests the LA has not had its last word on."""


@dataclass(frozen=True, slots=True)
class LeaveRequests:
    bus: Bus
    store: Store

    async def request(self, school: str, parts: Sequence[Leave], measure: Measure, who: Asker, cause: Cause) -> list[Outcome]:
        """What came of each child and parent, in the order of `parts`. Asked again, nothing is made twice. WorldAway while the register
        cannot be asked."""
        grounds = await self._grounds(school, parts)
        told = {case_id(one): refused(one, found.lacking) for one, found in zip(parts, grounds, strict=True) if found.lacking}
        fit = {case_id(one): (one, found) for one, found in zip(parts, grounds, strict=True) if not found.lacking}
        await follow_all(self.bus, self.store, school, [one.child for one, _ in fit.values()], cause)
        steps = await self._made(school, fit, measure, who, cause)
        told |= {id_: step.outcomes for id_, step in steps.items()}
        fresh = [one for one in parts if one.state == "recorded"]
        # before it is noted: what a crash left untold is asked for again, whoever asks
        schools_own = {one.request for step in steps.values() for one in step.case.private.requests if one.by_school}
        await self._tell(school, schools_own & {one.request for some in fresh for one in told[case_id(some)]})
        done = [one for one in fresh if all(outcome.outcome != "not made" for outcome in told[case_id(one)])]
        await self.store.leaves.requested(done, cause)
        return [outcome for one in parts for outcome in told[case_id(one)]]

    async def _tell(self, school: str, made: Collection[str]) -> None:
        """Whoever checks the school's packs, once of the same requests; nobody when nothing is new."""
        if not made:
            return
        officers = [one.id for one in await self.store.officers.all() if one.role == "officer" and school in one.schools]
        link, once = f"/v1/schools/{school}/leave?state=requested", f"leave requested {' '.join(sorted(made))}"
        await self.store.notices.tell(officers or HEADS, "leave requested by the school", school, link, once=once)

    async def _grounds(self, school: str, parts: Sequence[Leave]) -> list[Ground]:
        today, grounds = self.store.today(), list[Ground]()
        for begin in range(0, len(parts), MOST):
            some = parts[begin : begin + MOST]
            periods = tuple(ChildPeriod(child=one.child, first=one.first, last=one.last) for one in some)
            answer = await self.bus.ask(AskMarks(school=school, periods=periods), Marks)
            grounds += [
                ground(one, said.marks, today, said.counted, answer.threshold) for one, said in zip(some, answer.periods, strict=True)
            ]
        return grounds

    async def _made(self, school: str, fit: dict[str, tuple[Leave, Ground]], measure: Measure, who: Asker, cause: Cause) -> dict[str, Step]:
        """By case; all are looked at again when somebody else wrote one of them meanwhile, or asked over a leave of the same days: who asks
        writes every leave over them too, read before the requests that stand."""
        parts = [leave for leave, _ in fit.values()]
        async for _ in tries():
            over = await self.store.leaves.over(school, parts)
            found = await self.store.referrals.some(fit)
            others = standing(await self.store.referrals.of_children(school, {one.child for one in parts}, CARRYING))
            steps: dict[str, Step] = {}
            for id_ in sorted(fit):
                steps[id_] = await self._step(*fit[id_], found.get(id_), measure, who, others)
                others += standing([steps[id_].case])
            try:
                await self._write([step for step in steps.values() if step.new], found, over, cause)
            except Conflict:
                continue
            return steps
        raise StillChanging

    async def _step(self, leave: Leave, found: Ground, held: Held | None, measure: Measure, who: Asker, others: Sequence[Standing]) -> Step:
        case = held.referral if held else None
        out = await left_out_by_record(self.store, case) if case else {}
        held_parents = await self.store.parents.of_child(leave.school, leave.child)
        records = {place: parent.id for place, parent in places(held_parents, leave.child).items()}
        return asked(leave, case, found, measure, who, self.store.now(), records, out, others)

    async def _write(self, steps: Sequence[Step], found: dict[str, Held], over: Iterable[Document], cause: Cause) -> None:
        if not steps:
            return
        children = {step.case.child for step in steps}
        beside = [document for document in over if not children.isdisjoint(document["children"])]
        drafts = {step.case.id: _drafts(step, step.case.id in found) for step in steps}
        await self.store.referrals.put_all([step.case for step in steps], found, drafts, beside, cause)


def _drafts(step: Step, known: bool) -> list[Draft]:
    case = step.case
    about = {"case": case.id, "school": case.school, "child": case.child}
    opened = [] if known else [Draft(CaseOpened, **about, order=case.order)]
    return [*opened, *(Draft(EnforcementRequested, **about, request=one.request) for one in step.new)]


def wanted(parts: Iterable[Leave], leaves: Collection[str] | None) -> list[Leave]:
    """Those of some leaves, the oldest first; by default all that are not requested yet."""
    some = [one for one in parts if (one.state == "recorded" if leaves is None else one.leave in leaves)]
    return sorted(some, key=lambda one: (one.first, one.leave, one.child))
