"""What Local Authorities (LAs) answer about the notices to many parents: by a list of packs, or a file that is taken in row by row."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, TypeVar

from services.sharing.domain.answer_differs import differs
from services.sharing.domain.answers_table import Read, Refused, Wrong
from services.sharing.domain.history import Answered, History, Told
from services.sharing.domain.history_file import Known, Row, read
from services.sharing.domain.material import Notice
from services.sharing.domain.work import By
from services.sharing.errors import NoSuchPack, NotPossibleNow, Unfit
from services.sharing.named import May, Named, SeveralPacks
from services.sharing.preparing import Preparation
from shared.contracts.envelope import Cause
from shared.errors import NotKnownThere
from shared.identity import new_id

AT_ONCE: Final = 8
"""Packs of a file that are looked for side by side, and children whose answers are noted so: each waits for the bus and the store."""
NONE: Final = "names no pack of your schools: compare it with `iewo packs list`"
BOTH: Final = "another row says otherwise of the same parent: say once whether there are notices, and what became of each"


Given = TypeVar("Given", bound="Row | Meant")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Answer:
    """One LA's about one parent: every notice that it knows of, or none. `authority`: None: the LA of the pack."""

    notices: Sequence[Known]
    on: date
    source: str
    authority: str | None = None


class About(NamedTuple):
    """Whose history it is: what a pack is about, as its case has it now. `parents`: the ids that the parent has."""

    pack: str
    school: str
    children: tuple[str, ...]
    parents: tuple[str, ...]
    authority: str


Whose = tuple[str, str, str | None]
"""Child, parent, and the LA that answers."""


class Meant(NamedTuple):
    """A row, about whom it is, and what it says."""

    line: int
    row: Row
    about: About
    answer: Answer

    @property
    def whose(self) -> Whose:
        return self.about.children[-1], self.about.parents[0], self.answer.authority


class Noted(NamedTuple):
    """`new`: it said something that was not known. `differs`: how from what was noted before, in words."""

    new: bool
    differs: str | None


class Heard(NamedTuple):
    """A row that was taken in."""

    line: int
    pack: str
    noted: Noted


class Receipt(NamedTuple):
    heard: tuple[Heard, ...]
    refused: tuple[Refused, ...]
    unread: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HistoryAnswers:
    """For one caller. `reader`: the `sub` of the token."""

    preparation: Preparation
    by: By
    reader: str

    async def about(self, pack: str) -> About:
        """NotKnownThere where the case is not, or is closed to the reader."""
        held = await self.preparation.held(pack)
        wanted = held.work.wanted
        found = await self.preparation.gathering.evidence(held.pack.case, wanted.parent, self.reader)
        parents = (found.parent.parent, *found.parent.records) if found.parent else ()
        children = tuple(dict.fromkeys((held.pack.child, found.child)))
        return About(pack, held.pack.school, children, (*parents, wanted.parent), held.pack.authority)

    async def answered(self, about: About, answer: Answer) -> Noted:
        """NotPossibleNow where the LA was not asked; Unfit for an answer before its question, or yet to come."""
        authority, store = answer.authority or about.authority, self.preparation.store
        if any(issued > answer.on for issued, _ in answer.notices) or answer.on > store.preparing.today():
            raise Unfit("`on`: no answer is after today, and no notice issued after it")
        child = await self._asked_of(about, authority)
        told = [self._told(one, authority, child, about.parents[0], answer.source) for one in answer.notices]
        said = Answered.of(authority, about.parents[0], answer.on, told, answer.source, self.by)

        def do(held: History) -> History:
            return held.answering_among_many(authority, about.parents, answer.on, told).keeping(said, about.parents)

        before, after = await store.histories.change(about.school, child, do, Cause.beginning(new_id()))
        return Noted(after != before, differs(before, after, said, about.parents, told))

    async def take_in(self, content: bytes, may: May, on: date, source: str | None, authority: str | None) -> Receipt:
        """`on`, `source`, `authority`: of rows that do not say them. Unfit for what is no such file."""
        file, packs = read(content), Named(self.preparation.store, may, unsent=True)
        known: dict[str, About] = {}

        async def mean(row: Row) -> Meant:
            about = known.get(row.pack) or await self._found(packs, row.pack)
            known[row.pack] = about
            how = row.source or source
            if not how:
                raise Wrong("source", "how the LA answered: an e-mail of which day, a letter")
            return Meant(row.line, row, about, Answer(row.notices, row.on or on, how, row.la or authority or about.authority))

        meant = await _each(file, file.rows, lambda row: row.pack, mean)
        contradicted = _contradicted(meant)

        async def hear(one: Meant) -> Heard:
            if one.whose in contradicted:
                raise Wrong("answer", BOTH)
            return Heard(one.line, one.about.pack, await self._noted(one))

        heard = await _each(file, meant, lambda one: one.about.children[-1], hear)
        return Receipt(tuple(heard), tuple(sorted(file.refused, key=lambda one: one.line)), tuple(file.unread))

    async def _found(self, packs: Named, name: str) -> About:
        try:
            return await self.about(await packs.by_id(name))
        except (NoSuchPack, NotKnownThere):  # none, or its case is closed to the caller: both alike
            raise Wrong("pack", NONE) from None
        except SeveralPacks as error:
            raise Wrong("pack", str(error)) from None

    async def _noted(self, one: Meant) -> Noted:
        try:
            return await self.answered(one.about, one.answer)
        except NotPossibleNow as error:
            raise Wrong("la" if one.row.la else "pack", str(error)) from None
        except Unfit as error:
            raise Wrong("on", str(error)) from None

    async def _asked_of(self, about: About, authority: str) -> str:
        """Of a child whose records were joined since, the record with which the question stands."""
        for child in about.children[1:] and about.children:
            held = await self.preparation.store.histories.of(child)
            if any(one.authority == authority and one.parent in about.parents for one in held.questions):
                return child
        return about.children[0]

    def _told(self, known: Known, authority: str, child: str, parent: str, source: str) -> Told:
        notice = Notice(authority=authority, child=child, parent=parent, issued_on=known.issued_on, state=known.state)
        return Told(id=new_id(), notice=notice, source=source, by=self.by)


async def _each(file: Read[Row], some: Iterable[Given], of: Callable[[Given], str], do: Callable[[Given], Awaitable[Made]]) -> list[Made]:
    """What `do` makes of each; those of which it raises Wrong are refused. Those `of` the same go in turn, others side by side."""
    room, made = asyncio.Semaphore(AT_ONCE), list[Made]()
    alike: dict[str, list[Given]] = {}
    for one in some:
        alike.setdefault(of(one), []).append(one)

    async def in_turn(those: Sequence[Given]) -> None:
        async with room:
            for one in those:
                try:
                    made.append(await do(one))
                except Wrong as wrong:
                    file.refused.append(file.refusal(one.line, wrong.field, wrong.reason))

    await asyncio.gather(*map(in_turn, alike.values()))
    return made


def _contradicted(meant: Sequence[Meant]) -> frozenset[Whose]:
    """Of whom one row says that no notice is known, and another names one, or two say otherwise what became of a notice."""
    said: dict[Whose, set[Known | None]] = {}
    for one in meant:
        said.setdefault(one.whose, set()).update(one.answer.notices or (None,))
    return frozenset(whose for whose, known in said.items() if not _agree(known))


def _agree(known: Set[Known | None]) -> bool:
    """None stands for an answer without a notice."""
    notices = [one for one in known if one]
    return not notices if None in known else len({one.issued_on for one in notices}) == len(notices)
