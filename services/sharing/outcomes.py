"""A file of a Local Authority's (LA's) words, taken in row by row: the same file twice, or the same word from two files, is one."""

from dataclasses import dataclass
from typing import Final

from services.sharing.domain.answers_table import Read, Refused
from services.sharing.domain.doubtful import declined_before, doubtful, to_another
from services.sharing.domain.heard import Source, Word, lacks_notice, standing
from services.sharing.domain.outcomes_file import Row, read
from services.sharing.domain.words import count
from services.sharing.domain.work import By
from services.sharing.errors import NoSuchPack, NotOfThisAuthority, NotPossibleNow, Unfit, WrongDay
from services.sharing.named import May, Named, SeveralPacks
from services.sharing.store import Store
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.mongo import Document

NONE: Final = "names no pack of this LA at your schools: compare it with `iewo packs list`, or give the pack's id in a column pack"
"""The same for a pack of another LA. The value is not told: it may be a name in the wrong column."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`heard`: rows that said something new. `known`: rows that said what was known. `struck`: what a file had said and somebody struck.
    `unread`: positions of columns not read. `doubtful`: rows that were taken in and name sessions that the certificate does not show as
    unauthorised, tell what became of a notice of which neither the file nor anything before it told, or what came of a pack that was
    declined, or name somebody else than the parent of the pack."""

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
        doubts: list[Refused] = []
        told: dict[str, tuple[Document, list[Row]]] = {}
        for row in file.rows:
            try:
                pack = await _meant(packs, row)
                document, new = await self.store.words.say(pack, Word(said=row.said, by=by, source=source), Cause.beginning(new_id()))
            except (NoSuchPack, NotOfThisAuthority):
                refused.append(_unnamed(file, row, NONE))
            except (NotPossibleNow, SeveralPacks) as error:
                refused.append(_unnamed(file, row, str(error)))
            except WrongDay as error:
                refused.append(file.refusal(row.line, "on", str(error)))
            except Unfit as error:
                refused.append(file.refusal(row.line, "says", str(error)))
            else:
                packs.note(row.said.references, pack)
                taken += 1
                heard += new
                gone += not new and all(one.said != row.said for one in standing(self.store.words.of(document)))
                doubts += self._doubts(file, row, document)
                told[pack] = (document, [*told.get(pack, (document, []))[1], row])
        doubts += (doubt for document, said in told.values() for doubt in self._without_notice(file, document, said))
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

    def _without_notice(self, file: Read[Row], document: Document, said: list[Row]) -> list[Refused]:
        words, hint = self.store.words.of(document), "no notice was told of: say `notice issued`, with its day, too"
        return [file.refusal(row.line, "says", hint) for row in said if lacks_notice(words, row.said.says)]

    def _doubts(self, file: Read[Row], row: Row, document: Document) -> list[Refused]:
        work = self.store.preparing.opened(document).work
        found = []
        if unsure := doubtful(row.said, work.certificate):
            says = f"{count(len(unsure), 'session')} not unauthorised in the certificate: ask the LA"
            found.append(file.refusal(row.line, "sessions", says))
        if declined := declined_before(self.store.words.of(document), row.said):
            found.append(file.refusal(row.line, "says", f"the LA declined the pack on {declined}: ask the LA which holds"))
        if to_another(row.said, work.against.name if work.against else None):
            found.append(file.refusal(row.line, "to", "the pack is against somebody of another name: ask the LA whose notice it is"))
        return found


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
