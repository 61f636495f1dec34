"""What Local Authorities (LAs) answer about the notices to many parents: by a list of packs, or a file that is taken in row by row."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from services.sharing.domain.answers_table import Refused
from services.sharing.domain.history import Told
from services.sharing.domain.history_file import Known, Row, read
from services.sharing.domain.material import Notice
from services.sharing.domain.work import By
from services.sharing.errors import NoSuchPack, NotPossibleNow, Unfit
from services.sharing.named import May, Named, SeveralPacks
from services.sharing.preparing import Preparation
from shared.contracts.envelope import Cause
from shared.identity import new_id

NONE: Final = "names no pack of your schools: compare it with `iewo packs list`"
BOTH: Final = "another row says otherwise of the same parent: say once whether there are notices, and what became of each"


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


class Heard(NamedTuple):
    """A row that was taken in. `new`: it said something that was not known."""

    line: int
    pack: str
    new: bool


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

    async def answered(self, about: About, answer: Answer) -> bool:
        """Whether it is news. NotPossibleNow where the LA was not asked; Unfit for an answer before its question, or yet to come."""
        authority, store = answer.authority or about.authority, self.preparation.store
        if any(issued > answer.on for issued, _ in answer.notices) or answer.on > store.preparing.today():
            raise Unfit("`on`: no answer is after today, and no notice issued after it")
        child = await self._asked_of(about, authority)
        told = [self._told(one, authority, child, about.parents[0], answer.source) for one in answer.notices]
        before = await store.histories.of(child)
        after = await store.histories.change(
            about.school,
            child,
            lambda held: held.answering_among_many(authority, about.parents, answer.on, told),
            Cause.beginning(new_id()),
        )
        return after != before

    async def take_in(self, content: bytes, may: May, on: date, source: str | None, authority: str | None) -> Receipt:
        """`on`, `source`, `authority`: of rows that do not say them. Unfit for what is no such file."""
        rows, refused, unread = read(content)
        packs = Named(self.preparation.store, may, unsent=True)
        meant: list[tuple[Row, About, Answer]] = []
        for row in rows:
            try:
                about = await self.about(await packs.by_id(row.pack))
            except NoSuchPack:
                refused.append(Refused(row.line, "pack", NONE))
            except SeveralPacks as error:
                refused.append(Refused(row.line, "pack", str(error)))
            else:
                if not row.source and not source:
                    refused.append(Refused(row.line, "source", "how the LA answered: an e-mail of which day, a letter"))
                    continue
                la = row.la or authority or about.authority
                meant.append((row, about, Answer(row.notices, row.on or on, row.source or source or "", la)))
        contradicted = _contradicted(meant)
        heard = [one for each in meant if (one := await self._heard(*each, contradicted, refused))]
        return Receipt(tuple(heard), tuple(sorted(refused, key=lambda one: one.line)), tuple(unread))

    async def _heard(
        self, row: Row, about: About, answer: Answer, contradicted: frozenset[tuple[str, str, str | None]], refused: list[Refused]
    ) -> Heard | None:
        if _whose(about, answer) in contradicted:
            refused.append(Refused(row.line, "answer", BOTH))
            return None
        try:
            return Heard(row.line, about.pack, await self.answered(about, answer))
        except NotPossibleNow as error:
            refused.append(Refused(row.line, "la" if row.la else "pack", str(error)))
        except Unfit as error:
            refused.append(Refused(row.line, "on", str(error)))
        return None

    async def _asked_of(self, about: About, authority: str) -> str:
        """Of a child whose records were joined since, the record with which the question stands."""
        for child in about.children:
            held = await self.preparation.store.histories.of(child)
            if any(one.authority == authority and one.parent in about.parents for one in held.questions):
                return child
        return about.children[0]

    def _told(self, known: Known, authority: str, child: str, parent: str, source: str) -> Told:
        notice = Notice(authority=authority, child=child, parent=parent, issued_on=known.issued_on, state=known.state)
        return Told(id=new_id(), notice=notice, source=source, by=self.by)


def _contradicted(meant: Sequence[tuple[Row, About, Answer]]) -> frozenset[tuple[str, str, str | None]]:
    """Of whom one row says that no notice is known, and another names one, or two say otherwise what became of a notice."""
    said: dict[tuple[str, str, str | None], set[Known | None]] = {}
    for _, about, answer in meant:
        said.setdefault(_whose(about, answer), set()).update(answer.notices or (None,))
    return frozenset(whose for whose, known in said.items() if not _agree(known))


def _agree(known: Set[Known | None]) -> bool:
    """None stands for an answer without a notice."""
    notices = [one for one in known if one]
    return not notices if None in known else len({one.issued_on for one in notices}) == len(notices)


def _whose(about: About, answer: Answer) -> tuple[str, str, str | None]:
    return about.children[-1], about.parents[0], answer.authority
