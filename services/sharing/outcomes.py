"""A file of a Local Authority's (LA's) words, taken in row by row: the same file twice, or the same word from two files, is one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.sharing.domain.answers_table import Read, Refused
from services.sharing.domain.doubtful import came_of_it_all_the_same, declined_before, doubtful, to_another
from services.sharing.domain.heard import Source, Word, lacks_notice, standing
from services.sharing.domain.outcomes_file import Row, read
from services.sharing.domain.words import count
from services.sharing.domain.work import By
from services.sharing.errors import AnotherName, NoSuchPack, NotOfThisAuthority, NotPossibleNow, Unfit, WrongDay
from services.sharing.named import May, Named, SeveralPacks
from services.sharing.store import Store
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.mongo import Document

NONE: Final = "names no pack of this LA at your schools: compare it with `iewo packs list`, or give the pack's id in a column pack"
"""The same for a pack of another LA. The value is not told: it may be a name in the wrong column."""
ANOTHER: Final = (
    "the pack is against somebody of another name: ask the LA whose it is; what is this parent's all the same, `iewo packs say`"
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """`heard`: rows that said something new. `known`: rows that said what was known. `struck`: what a file had said and somebody struck.
    `unread`: positions of columns not read. `doubtful`: rows that were taken in and name sessions that the certificate does not show as
    unauthorised, tell what became of a notice of which neither the file nor anything before it told, or that a pack was declined of which
    something came all the same."""

    rows: int
    heard: int
    known: int
    struck: int
    refused: tuple[Refused, ...]
    unread: tuple[int, ...]
    doubtful: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    store: Store

    async def take_in(self, authority: str, content: bytes, by: By, source: Source, may: May) -> Receipt:
        """Unfit for what is no such file."""
        file = read(content)
        refused = file.refused
        packs = Named(self.store, may, (authority,))
        heard = taken = gone = 0
        told: dict[str, tuple[Document, list[Row]]] = {}
        for row in file.rows:
            try:
                pack = await _meant(packs, row)
                await self._check_name(pack, row)
                document, new = await self.store.words.say(pack, Word(said=row.said, by=by, source=source), Cause.beginning(new_id()))
            except (NoSuchPack, NotOfThisAuthority):
                refused.append(_unnamed(file, row, NONE))
            except (NotPossibleNow, SeveralPacks) as error:
                refused.append(_unnamed(file, row, str(error)))
            except AnotherName:
                refused.append(file.refusal(row.line, "to", ANOTHER))
            except WrongDay as error:
                refused.append(file.refusal(row.line, "on", str(error)))
            except Unfit as error:
                refused.append(file.refusal(row.line, "says", str(error)))
            else:
                packs.note(row.said.references, pack)
                taken += 1
                heard += new
                gone += not new and all(one.said != row.said for one in standing(self.store.words.of(document)))
                told[pack] = (document, [*told.get(pack, (document, []))[1], row])
        doubts = [doubt for document, said in told.values() for doubt in self._doubts(file, document, said)]
        refused, doubts = (sorted(some, key=lambda one: one.line) for some in (refused, doubts))
        return Receipt(
            rows=taken + len(refused),
            heard=heard,
            known=taken - heard - gone,
            struck=gone,
            refused=tuple(refused),
            unread=tuple(file.unread),
            doubtful=tuple(doubts),
        )

    async def _check_name(self, pack: str, row: Row) -> None:
        """AnotherName for what is said of somebody else than the parent of the pack."""
        held = await self.store.preparing.get(pack) if row.said.to else None
        if held and held.work.against and to_another(row.said, held.work.against.name):
            raise AnotherName

    def _doubts(self, file: Read[Row], document: Document, said: list[Row]) -> Iterator[Refused]:
        """Of a pack's rows, once all of the file are taken in: in whichever order they came."""
        words, certificate = self.store.words.of(document), self.store.preparing.opened(document).work.certificate
        for row in said:
            if unsure := doubtful(row.said, certificate):
                hint = f"{count(len(unsure), 'session')} not unauthorised in the certificate: ask the LA"
                yield file.refusal(row.line, "sessions", hint)
            if lacks_notice(words, row.said.says):
                yield file.refusal(row.line, "says", "no notice was told of: say `notice issued`, with its day, too")
            if declined := declined_before(words, row.said):
                yield file.refusal(row.line, "says", f"the LA declined the pack on {declined}: ask the LA which holds")
            if came := came_of_it_all_the_same(words, row.said):
                yield file.refusal(row.line, "says", f"something came of the pack on {came}: ask the LA which holds")


def _unnamed(file: Read[Row], row: Row, why: str) -> Refused:
    """Told by the columns by which its pack was looked for."""
    return Refused(row.line, " and ".join(file.headings[column] for column in row.named_by), why)


async def _meant(packs: Named, row: Row) -> str:
    """By its id, by its request's or case's, or by the reference that the LA has given it. An id in a column of references is an id:
    whoever gave it as a reference of another pack was mistaken. NoSuchPack, SeveralPacks."""
    if row.pack:
        return await packs.by_id(row.pack)
    for said in row.said.references:
        for look in (packs.by_id, packs.by_reference):
            try:
                return await look(said)
            except NoSuchPack:
                continue
    raise NoSuchPack
