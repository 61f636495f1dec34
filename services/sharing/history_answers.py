"""What Local Authorities (LAs) answer about the notices to many parents: about whom each answer is, and what it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.sharing.domain.answer_differs import differs
from services.sharing.domain.history import Answered, History, Told
from services.sharing.domain.history_file import Known
from services.sharing.domain.material import Notice
from services.sharing.domain.work import By
from services.sharing.errors import NotPossibleNow, Unfit
from services.sharing.preparing import Preparation
from services.sharing.store.preparing import Held
from shared.contracts.enforcement import AskCaseParents, CaseParent, CaseParents
from shared.contracts.envelope import Cause
from shared.errors import NotKnownThere
from shared.identity import new_id


@dataclass(frozen=True, slots=True)
class Answer:
    """One LA's about one parent: every notice that it knows of, or none."""

    notices: Sequence[Known]
    on: date
    source: str
    authority: str


class About(NamedTuple):
    """Whose history it is: what a pack is about, as its case has it now. `parents`: the ids that the parent has, the record's first;
    `person`: one of them, whichever record a pack names."""

    pack: str
    school: str
    children: tuple[str, ...]
    parents: tuple[str, ...]
    person: str
    authority: str


class Noted(NamedTuple):
    """`new`: it said something that was not known. `differs`: how from what was noted before, in words."""

    new: bool
    differs: str | None


class Given(NamedTuple):
    """An answer, and about whom."""

    about: About
    answer: Answer


Came = Noted | NotPossibleNow | Unfit
"""NotPossibleNow where the LA was not asked; Unfit for an answer before its question, or yet to come."""


@dataclass(frozen=True, slots=True)
class HistoryAnswers:
    """For one caller. `reader`: the `sub` of the token."""

    preparation: Preparation
    by: By
    reader: str

    async def about(self, pack: str) -> About:
        """NotKnownThere where the case is not, or is closed to the reader."""
        [found] = await self.about_each([await self.preparation.held(pack)])
        if found is None:
            raise NotKnownThere("case")
        return found

    async def about_each(self, packs: Sequence[Held]) -> list[About | None]:
        """One question for all. None where the case is not, or is closed to the reader."""
        cases = tuple(dict.fromkeys(map(_asked, packs)))
        told = await self.preparation.bus.ask(AskCaseParents(cases=cases, reader=self.reader), CaseParents) if cases else None
        known = {(one.case, one.parent): one for one in told.parents} if told else {}
        return [_about(held, known.get(_asked(held))) for held in packs]

    async def answered(self, given: Given) -> Noted:
        """Raises what else may come of it."""
        [came] = await self.answered_each([given])
        if isinstance(came, Exception):
            raise came
        return came

    async def answered_each(self, some: Sequence[Given]) -> list[Came]:
        """What came of each; those about one child are noted in turn."""
        turns: dict[str, list[int]] = {}
        for place, one in enumerate(some):
            turns.setdefault(await self._asked_of(one), []).append(place)
        came: dict[int, Came] = {}

        def do(child: str, history: History) -> History:
            for place in turns[child]:
                history, came[place] = self._noted(history, child, some[place])
            return history

        schools = {child: some[places[0]].about.school for child, places in turns.items()}
        await self.preparation.store.histories.change_each(schools, do, Cause.beginning(new_id()))
        return [came[place] for place in range(len(some))]

    async def _asked_of(self, given: Given) -> str:
        """Of a child whose records were joined since, the record with which the question stands."""
        about, authority = given.about, given.answer.authority
        for child in about.children[1:] and about.children:
            held = await self.preparation.store.histories.of(child)
            if any(one.authority == authority and one.parent in about.parents for one in held.questions):
                return child
        return about.children[0]

    def _noted(self, before: History, child: str, given: Given) -> tuple[History, Came]:
        parents, answer = given.about.parents, given.answer
        if any(issued > answer.on for issued, _ in answer.notices) or answer.on > self.preparation.store.preparing.today():
            return before, Unfit("`on`: no answer is after today, and no notice issued after it")
        told = [self._told(one, child, given) for one in answer.notices]
        said = Answered.of(answer.authority, parents[0], answer.on, told, answer.source, self.by)
        try:
            after = before.answering_among_many(answer.authority, parents, answer.on, told).keeping(said, parents)
        except (NotPossibleNow, Unfit) as error:
            return before, error
        return after, Noted(after != before, differs(before, after, said, parents, told))

    def _told(self, known: Known, child: str, given: Given) -> Told:
        answer, parent = given.answer, given.about.parents[0]
        notice = Notice(authority=answer.authority, child=child, parent=parent, issued_on=known.issued_on, state=known.state)
        return Told(id=new_id(), notice=notice, source=answer.source, by=self.by)


def _asked(held: Held) -> tuple[str, str]:
    return held.pack.case, held.work.wanted.parent


def _about(held: Held, known: CaseParent | None) -> About | None:
    if known is None:
        return None
    children = tuple(dict.fromkeys((held.pack.child, known.child or held.pack.child)))
    parents = tuple(dict.fromkeys((*known.records, held.work.wanted.parent)))
    person = min(known.records, default=held.work.wanted.parent)
    return About(held.pack.pack, held.pack.school, children, parents, person, held.pack.authority)
