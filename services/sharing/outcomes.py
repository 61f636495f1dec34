"""A file of a Local Authority's (LA's) words, taken in row by row: the same file twice, or the same word from two files, is one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.sharing.domain.doubtful import doubtful
from services.sharing.domain.heard import Source, Word, lacks_notice, standing
from services.sharing.domain.outcomes_file import Refused, Row, read
from services.sharing.domain.words import count
from services.sharing.domain.work import By
from services.sharing.errors import NoSuchPack, NotOfThisAuthority, NotPossibleNow, Unfit, WrongDay
from services.sharing.store import Store
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.mongo import Document

Find = Callable[[str], Awaitable[None]]
"""Raises NoSuchPack or NotOfThisAuthority for a pack that is not the caller's to speak of."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`heard`: rows that said something new. `known`: rows that said what was known. `struck`: what a file had said and somebody struck.
    `unread`: positions of columns not read. `doubtful`: rows that were taken in and name sessions that the certificate does not show as
    unauthorised, or tell what became of a notice of which neither the file nor anything before it told."""

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

    async def take_in(self, authority: str, content: bytes, by: By, source: Source, may: Find) -> Receipt:
        """Unfit for what is no such file."""
        rows, refused, unread = read(content)
        packs = _Packs(self.store, authority, may)
        heard = taken = gone = 0
        doubts: list[Refused] = []
        told: dict[str, tuple[Document, list[Row]]] = {}
        for row in rows:
            try:
                pack = await packs.of(row)
                document, new = await self.store.words.say(pack, Word(said=row.said, by=by, source=source), Cause.beginning(new_id()))
            except (NoSuchPack, NotOfThisAuthority):
                refused.append(Refused(row.line, "pack" if row.pack else "reference", "no pack of this LA that you may speak of"))
            except NotPossibleNow as error:
                refused.append(Refused(row.line, "pack", str(error)))
            except WrongDay as error:
                refused.append(Refused(row.line, "on", str(error)))
            except Unfit as error:
                refused.append(Refused(row.line, "says", str(error)))
            else:
                packs.note(row, pack)
                taken += 1
                heard += new
                gone += not new and all(one.said != row.said for one in standing(self.store.words.of(document)))
                doubts += self._doubts(row, document)
                told[pack] = (document, [*told.get(pack, (document, []))[1], row])
        doubts += (doubt for document, said in told.values() for doubt in self._without_notice(document, said))
        refused, doubts = (sorted(some, key=lambda one: one.line) for some in (refused, doubts))
        return Receipt(
            rows=taken + len(refused),
            heard=heard,
            known=taken - heard - gone,
            struck=gone,
            refused=tuple(refused),
            unread=tuple(unread),
            doubtful=tuple(doubts),
        )

    def _without_notice(self, document: Document, said: list[Row]) -> list[Refused]:
        words, hint = self.store.words.of(document), "no notice was told of: say `notice issued`, with its day, too"
        return [Refused(row.line, "says", hint) for row in said if lacks_notice(words, row.said.says)]

    def _doubts(self, row: Row, document: Document) -> list[Refused]:
        unsure = doubtful(row.said, self.store.preparing.opened(document).work.certificate) if row.said.sessions else ()
        says = f"{count(len(unsure), 'session')} not unauthorised in the certificate: ask the LA"
        return [Refused(row.line, "sessions", says)] if unsure else []


class _Packs:
    """Those of which a file speaks, each looked for once."""

    def __init__(self, store: Store, authority: str, may: Find) -> None:
        self._store = store
        self._authority = authority
        self._may = may
        self._named: dict[str, str | None] = {}
        self._referred: dict[str, set[str]] | None = None

    async def of(self, row: Row) -> str:
        """By its id, by its request's, or by the reference that the LA has given it. NoSuchPack, NotOfThisAuthority."""
        named = row.pack or await self._by_reference(row.said.reference or row.said.case_reference or "")
        if named not in self._named:
            self._named[named] = await self._found(named)
        pack = self._named[named]
        if pack is None:
            raise NoSuchPack
        return pack

    def note(self, row: Row, pack: str) -> None:
        """A later row may go by the reference that this one has given."""
        if self._referred is not None:
            for reference in row.said.references:
                self._referred.setdefault(reference, set()).add(pack)

    async def _by_reference(self, reference: str) -> str:
        if self._referred is None:
            self._referred = await self._store.words.references(self._authority)
        packs = self._referred.get(reference, set())
        if len(packs) != 1:  # of two packs by one reference neither
            raise NoSuchPack
        return next(iter(packs))

    async def _found(self, named: str) -> str | None:
        """None for one of which the caller may not speak."""
        pack = named if await self._store.preparing.get(named) else await self._store.words.sent_of_request(named)
        if pack is None:
            return None
        try:
            await self._may(pack)
        except (NoSuchPack, NotOfThisAuthority):
            return None
        document = await self._store.preparing.get(pack)
        return pack if document is not None and document.pack.authority == self._authority else None
