"""Words that somebody typed, as they are shown: what names a confidential address of the family is the case's officer's alone.

One rule for everything that is shown of a case. Each text of an answer is looked at, whichever field it stands in, so a new field with
somebody's words in it needs no rule of its own.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, TypeVar

from pydantic import BaseModel

from services.referrals.api.family_access import own_case
from services.referrals.families.confidential import note_look, secrets, secrets_or_known
from services.referrals.families.family import Family, family, may_hide
from services.referrals.families.withholding import whole
from services.referrals.store import Store
from shared.auth import Caller
from shared.bus import Bus
from shared.mentions import search

AT_ONCE: Final = 8
"""Cases whose families are looked up at a time."""
BESIDE: Final = 100_000
"""Characters from which texts are looked through beside the loop: others are answered meanwhile."""
Shown = TypeVar("Shown")
View = TypeVar("View", bound=BaseModel)
Made = TypeVar("Made")
Mask = Callable[[str], str]


class Of(Protocol):
    """A child at a school."""

    @property
    def school(self) -> str: ...
    @property
    def child(self) -> str: ...


class At(NamedTuple):
    school: str
    child: str


def texts(value: object) -> Iterator[str]:
    """Every text of an answer, or of a part of one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        for _, one in value:
            yield from texts(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from texts(one)


def cleared(value: Shown, mask: Mask) -> Shown:
    """With each text masked; what no mask touches is the very same."""
    made: object = value
    if isinstance(value, str):
        made = mask(value)
    elif isinstance(value, BaseModel):
        changed = {name: new for name, one in value if (new := cleared(one, mask)) != one}
        made = value.model_copy(update=changed) if changed else value
    elif isinstance(value, Mapping):
        made = {key: cleared(one, mask) for key, one in value.items()}
    elif isinstance(value, (list, tuple)):
        made = type(value)([cleared(one, mask) for one in value])
    return made  # type: ignore[return-value]


async def looked_through(look: Callable[[], Made], said: Iterable[str]) -> Made:
    """What comes of a look through the texts, which takes as long as they are."""
    return await asyncio.to_thread(look) if sum(map(len, said)) > BESIDE else look()


async def masking(
    school: str, child: str, caller: Caller, store: Store, bus: Bus, said: Iterable[str], known: Family | None = None
) -> Mask | None:
    """What takes out of words about a child whatever is not the caller's to see; None where all of it is, and then a look at the addresses
    that the texts name (`said`) is noted. WorldAway where a roll hides an address and cannot be asked which: then nothing is shown to who
    may not see it. `known`: the child's family, where it was read already."""
    found = known or await family(store, school, child)
    if not found.hides:
        return None
    case = await own_case(caller, store, school, child)
    if case is None:
        return whole(await secrets(bus, found))
    text, by_parent = "\n".join(said), await secrets_or_known(bus, found)
    if named := await looked_through(lambda: _named(by_parent, text), (text,)):
        await note_look(store, case, named, caller.sub)
    return None


def _named(by_parent: Mapping[str, Iterable[str]], text: str) -> list[str]:
    """The parents whose confidential address the text names."""
    return [parent for parent, addresses in by_parent.items() if (one := search(addresses)) and one.are_in(text)]


@dataclass(frozen=True, slots=True)
class Words:
    """Built with the routes."""

    bus: Bus
    store: Store

    async def shown(self, view: View, of: Of, caller: Caller, known: Family | None = None) -> View:
        """An answer about one child as the caller may see it."""
        mask = await masking(of.school, of.child, caller, self.store, self.bus, texts(view), known)
        return await looked_through(lambda: cleared(view, mask), texts(view)) if mask else view

    async def each(
        self, views: Sequence[View], of: Sequence[Of], caller: Caller, hiding: Collection[tuple[str, str]] | None = None
    ) -> list[View]:
        """Lines about several children, each with whom it is of. `hiding`: what `may_hide` said of them, where it was asked already."""
        if hiding is None:
            hiding = await may_hide(self.store, {(one.school, one.child) for one in of})
        gate, said = asyncio.Semaphore(AT_ONCE), defaultdict[tuple[str, str], list[str]](list)
        for view, one in zip(views, of, strict=True):
            if (key := (one.school, one.child)) in hiding:
                said[key] += texts(view)

        async def mask_of(key: tuple[str, str]) -> Mask | None:
            async with gate:
                return await masking(*key, caller, self.store, self.bus, said[key])

        masks = dict(zip(said, await asyncio.gather(*map(mask_of, said)), strict=True))

        def shown() -> list[View]:
            found = (masks.get((one.school, one.child)) for one in of)
            return [cleared(view, mask) if mask else view for view, mask in zip(views, found, strict=True)]

        return await looked_through(shown, (text for all_of in said.values() for text in all_of))
