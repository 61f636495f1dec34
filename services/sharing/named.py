"""Which pack somebody means who names it by its id, its request's, its case's, or a reference of the Local Authority (LA)."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from services.sharing.domain.heard import referred
from services.sharing.domain.words import count
from services.sharing.errors import NoSuchPack, NotOfThisAuthority, Unfit
from services.sharing.store import Store
from services.sharing.store.preparing import Held

May = Callable[[Held], Awaitable[None]]
"""Raises NoSuchPack or NotOfThisAuthority for a pack that is not the caller's to speak of."""


class SeveralPacks(Unfit):
    """It names more than one pack."""


@dataclass(slots=True)
class Named:
    """For one request or one file: each is looked for once. `authorities`: the LAs among whose packs is looked; None: all."""

    store: Store
    may: May
    authorities: tuple[str, ...] | None = None
    unsent: bool = False
    """Whether editions are meant that were not sent, too."""
    _packs: dict[str, str | None] = field(default_factory=dict)
    _referred: dict[str, set[str]] | None = None

    async def by_id(self, name: str) -> str:
        """Of a case and of a request the latest edition that was sent (`unsent`: or was not). NoSuchPack; SeveralPacks of a case with packs
        of two requests."""
        if name not in self._packs:
            found = await self._held([name]) or await self._held(await self.store.words.editions_of(name, unsent=self.unsent))
            held = await self._one(found)
            self._packs[name] = held.pack.pack if held else None
        return self._known(self._packs[name])

    async def each(self, names: Sequence[str]) -> list[Held | NoSuchPack | SeveralPacks]:
        """As `by_id` of each, which may be many: one question for those that are ids of packs, and two for all others."""
        found = {one.pack.pack: [one] for one in await self.store.preparing.some(names)}
        editions = await self.store.words.editions_of_each([name for name in names if name not in found], unsent=self.unsent)
        some = await self.store.preparing.some([pack for packs in editions.values() for pack in packs])
        held = {one.pack.pack: one for one in some}
        found |= {name: [held[pack] for pack in packs if pack in held] for name, packs in editions.items()}
        told: list[Held | NoSuchPack | SeveralPacks] = []
        for name in names:
            try:
                told.append(await self._one(found[name]) or NoSuchPack())
            except SeveralPacks as error:
                told.append(error)
        return told

    async def by_reference(self, reference: str) -> str:
        """By one that the LA has given with an earlier word, however it is written. NoSuchPack; SeveralPacks where it is of several."""
        if self._referred is None:
            self._referred = {}
            for authority in self.authorities or [one.code for one in await self.store.authorities.all()]:
                for given, theirs in (await self.store.words.references(authority)).items():
                    self._referred.setdefault(given, set()).update(theirs)
        held = await self._one(await self._held(self._referred.get(referred(reference), set())))
        return self._known(held.pack.pack if held else None)

    def note(self, references: Iterable[str], pack: str) -> None:
        """What is named next may go by these references."""
        if self._referred is not None:
            for reference in references:
                self._referred.setdefault(referred(reference), set()).add(pack)

    async def _held(self, packs: Iterable[str]) -> list[Held]:
        found = [await self.store.preparing.get(pack) for pack in packs]
        return [held for held in found if held]

    async def _one(self, packs: Sequence[Held]) -> Held | None:
        """None where there is none of which the caller may speak. Editions of one request are one, the latest that was sent."""
        latest: dict[str, Held] = {}
        for one in sorted(packs, key=lambda held: (held.pack.edition, held.pack.pack)):
            if self.authorities is None or one.pack.authority in self.authorities:
                latest.pop(one.pack.request, None)
                latest[one.pack.request] = one
        theirs = [one for one in latest.values() if await self._allowed(one)]
        if theirs and len(latest) > 1:
            which = f": {', '.join(one.pack.pack for one in theirs)}" if len(theirs) == len(latest) else ""
            raise SeveralPacks(f"{count(len(latest), 'pack')} go by this{which}; name the one that is meant by its pack id")
        return theirs[0] if theirs else None

    async def _allowed(self, pack: Held) -> bool:
        try:
            await self.may(pack)
        except (NoSuchPack, NotOfThisAuthority):
            return False
        return True

    def _known(self, pack: str | None) -> str:
        if pack is None:
            raise NoSuchPack
        return pack
