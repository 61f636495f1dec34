"""A file of a Local Authority's (LA's) words, taken in row by row: the same file twice, or the same word from two files, is one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.sharing.domain.doubtful import doubtful
from services.sharing.domain.heard import Source, Word
from services.sharing.domain.outcomes_file import Refused, Row, read
from services.sharing.domain.words import count
from services.sharing.domain.work import By
from services.sharing.errors import NoSuchPack, NotOfThisAuthority, NotPossibleNow, Unfit
from services.sharing.store import Store
from shared.contracts.envelope import Cause
from shared.identity import new_id

Find = Callable[[str], Awaitable[None]]
"""Raises NoSuchPack or NotOfThisAuthority for a pack that is not the caller's to speak of."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`heard`: rows that said something new. `known`: rows that said what was known. `unread`: positions of columns not read. `doubtful`:
    rows that were taken in and name sessions that the certificate does not show as unauthorised."""

    rows: int
    heard: int
    known: int
    refused: tuple[Refused, ...]
    unread: tuple[int, ...]
    doubtful: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    store: Store

    async def take_in(self, authority: str, content: bytes, by: By, source: Source, may: Find) -> Receipt:
        """Unfit for what is no such file."""
        rows, refused, unread = read(content)
        own = await self.store.words.references(authority) if any(row.pack is None for row in rows) else {}
        heard = 0
        taken = 0
        doubts: list[Refused] = []
        for row in rows:
            try:
                new, unsure = await self._say(authority, row, own, Word(said=row.said, by=by, source=source), may)
                heard += new
                taken += 1
                if unsure:
                    doubts.append(
                        Refused(row.line, "sessions", f"{count(unsure, 'session')} not unauthorised in the certificate: ask the LA")
                    )
            except (NoSuchPack, NotOfThisAuthority):
                refused.append(Refused(row.line, "pack" if row.pack else "reference", "no pack of this LA that you may speak of"))
            except NotPossibleNow as error:
                refused.append(Refused(row.line, "pack", str(error)))
            except Unfit as error:
                refused.append(Refused(row.line, "says", str(error)))
        return Receipt(
            taken + len(refused), heard, taken - heard, tuple(sorted(refused, key=lambda one: one.line)), tuple(unread), tuple(doubts)
        )

    async def _say(self, authority: str, row: Row, own: dict[str, str], word: Word, may: Find) -> tuple[bool, int]:
        """Whether it is new, and how many of its sessions are doubtful."""
        pack = await self._pack(row, own)
        await may(pack)
        document = await self.store.preparing.get(pack)
        if document is None or document.pack.authority != authority:
            raise NotOfThisAuthority
        _, new = await self.store.words.say(pack, word, Cause.beginning(new_id()))
        return new, len(doubtful(word.said, document.work.certificate))

    async def _pack(self, row: Row, own: dict[str, str]) -> str:
        """By its id, by its request's, or by the reference that the LA has given it before."""
        if row.pack is None:
            found = own.get(row.said.reference or "")
            if found is None:
                raise NoSuchPack
            return found
        if await self.store.preparing.get(row.pack):
            return row.pack
        latest = await self.store.words.sent_of_request(row.pack)
        if latest is None:
            raise NoSuchPack
        return latest
