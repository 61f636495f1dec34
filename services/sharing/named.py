"""Which pack somebody means who names it by its id, its request's, its case's, or a reference of the Local Authority (LA)."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from services.sharing.domain.heard import referred
from services.sharing.domain.words import count
from services.sharing.errors import NoSuchPack, NotOfThisAuthority, Unfit
from services.sharing.store import Store

May = Callable[[str], Awaitable[None]]
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
            found = {name} if await self.store.preparing.get(name) else set(await self.store.words.editions_of(name, unsent=self.unsent))
            self._packs[name] = await self._one(found)
        return self._known(self._packs[name])

    async def by_reference(self, reference: str) -> str:
        """By one that the LA has given with an earlier word, however it is written. NoSuchPack; SeveralPacks where it is of several."""
        if self._referred is None:
            self._referred = {}
            for authority in self.authorities or [one.code for one in await self.store.authorities.all()]:
                for given, theirs in (await self.store.words.references(authority)).items():
                    self._referred.setdefault(given, set()).update(theirs)
        return self._known(await self._one(self._referred.get(referred(reference), set())))

    def note(self, references: Iterable[str], pack: str) -> None:
        """What is named next may go by these references."""
        if self._referred is not None:
            for reference in references:
                self._referred.setdefault(referred(reference), set()).add(pack)

    async def _one(self, packs: set[str]) -> str | None:
        """None where there is none of which the caller may speak. Editions of one request are one, the latest that was sent."""
        latest: dict[str, tuple[int, str]] = {}
        for pack in packs:
            held = await self.store.preparing.get(pack)
            if held and (self.authorities is None or held.pack.authority in self.authorities):
                latest[held.pack.request] = max(latest.get(held.pack.request, (0, "")), (held.pack.edition, pack))
        theirs = [pack for _, pack in sorted(latest.values()) if await self._allowed(pack)]
        if theirs and len(latest) > 1:
            which = f": {', '.join(theirs)}" if len(theirs) == len(latest) else ""
            raise SeveralPacks(f"{count(len(latest), 'pack')} go by this{which}; name the one that is meant by its pack id")
        return theirs[0] if theirs else None

    async def _allowed(self, pack: str) -> bool:
        try:
            await self.may(pack)
        except (NoSuchPack, NotOfThisAuthority):
            return False
        return True

    def _known(self, pack: str | None) -> str:
        if pack is None:
            raise NoSuchPack
        return pack
