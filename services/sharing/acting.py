"""What people do about packs, one pack or a hundred: each act has its one way here, whichever route asks for it.

A list is carried out pack by pack. What is refused of one keeps none of the others back, and a list that is sent again does nothing twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, NamedTuple, TypeVar

from services.sharing.domain import acts, certificate
from services.sharing.domain.certificate import ToSign, check_signatory, to_sign
from services.sharing.domain.knowledge import relied_on_after
from services.sharing.domain.material import Override
from services.sharing.domain.sessions import asked_for
from services.sharing.domain.signing import in_the_system, on_paper
from services.sharing.domain.standing import lacking
from services.sharing.domain.waiting import why as why_waiting
from services.sharing.domain.weight import check_weight
from services.sharing.domain.work import By, HandedOver, Work
from services.sharing.errors import NotPossibleNow
from services.sharing.making import Making
from services.sharing.preparing import Look, Preparation, to_check
from services.sharing.sending import Sending
from services.sharing.store.preparing import Held
from shared.contracts.envelope import Cause
from shared.errors import Conflict, Disposed, NotKnownThere, Permanent, Transient, WorldAway
from shared.logging import logger

AT_ONCE: Final = 4
"""Packs of a list that are worked at side by side: each asks two services some ten questions, and nobody else is to wait for a list."""
AWAY: Final = "a part of the system does not answer; send it again"
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Signing:
    """A head teacher's signature. `check`: of the certificate that was looked at; `on` and `document`: of a signature on paper."""

    check: str
    name: str
    role: str
    on: date | None = None
    document: str | None = None


class Approved(NamedTuple):
    """`let_pass`: what was lacking, and why it goes on nevertheless: the approval is of that too."""

    held: Held
    let_pass: tuple[Override, ...]


@dataclass(frozen=True, slots=True)
class Acting:
    """Built in the composition root."""

    preparation: Preparation
    making: Making
    sending: Sending

    async def override(self, pack: str, by: By, rule: str, why: str, cause: Cause, revision: int | None = None) -> Held:
        def do(look: Look) -> Work:
            return acts.overridden(look.held.work, by, rule, why, look.material.items, look.material.authority_code, revision)

        return await self.preparation.act(pack, do, cause)

    async def let_pass(self, pack: str, by: By, rule: str, why: str, cause: Cause, revision: int) -> Held:
        """As one of many: one in which it is not lacking, or is let pass already, stays as it is."""

        def do(look: Look) -> Work:
            return acts.let_pass(look.held.work, by, rule, why, look.material.items, look.material.authority_code, revision)

        return await self.preparation.act(pack, do, cause)

    async def check(self, pack: str, by: By, cause: Cause, revision: int | None = None) -> Held:
        """HeldUp while something is lacking that has to be there by now; PackNotMade when the pack cannot be laid out, PackTooLarge
        where the bus would not carry it."""

        by_another = self.preparation.settings.checked_by_another

        async def laid_out(look: Look) -> None:
            await self._weigh(look, {})

        def do(look: Look) -> Work:
            material, profile = look.material, look.gathered.profile
            sessions = asked_for(material.wanted, material.marks, profile, relied_on_after(material.wanted, material.case, profile))
            prints = to_check(look.gathered)
            return acts.checked(look.held.work, by, material.items, prints, sessions, revision, by_another=by_another)

        return await self.preparation.act(pack, do, cause, laid_out, takes_sessions=True)

    async def approve(self, pack: str, by: By, cause: Cause, revision: int | None = None) -> Approved:
        let_pass: list[Override] = []

        def do(look: Look) -> Work:
            let_pass[:] = [item.override for item in look.material.items if item.override]
            return acts.approved(look.held.work, by, look.material.items, revision)

        return Approved(await self.preparation.act(pack, do, cause), tuple(let_pass))

    async def to_sign(self, pack: str, cause: Cause) -> tuple[Look, ToSign]:
        """What the head teacher is shown, as it is now."""
        look = await self.preparation.look(pack, cause)
        return look, shown(look)

    async def sign(self, pack: str, by: By, given: Signing, cause: Cause) -> Held:
        """Freezes the marks. LookAgain when marks, declaration or parent are others than those of `given.check`; PackTooLarge where the bus
        would not carry the pack with the scan that is brought."""
        today = self.preparation.settings.today()

        def do(look: Look) -> Work:
            check_signatory(given.role, look.gathered.profile.signatories)
            signature = in_the_system(given.name, given.role, today)
            if given.document and given.on:
                signature = on_paper(given.name, given.role, given.on, given.document, look.material.case)
            material = look.material
            return certificate.signed(
                look.held.work,
                by,
                shown(look),
                material.marks,
                material.items,
                check=given.check,
                signature=signature,
                today=today,
                relied_on_after=relied_on_after(material.wanted, material.case, look.gathered.profile),
            )

        async def carried(look: Look) -> None:
            if given.document:
                size = next(one.size for one in look.material.case.documents if one.document == given.document)
                await self._weigh(look, {f"scan {given.document}": size})

        return await self.preparation.act(pack, do, cause, carried, takes_sessions=True)

    async def send(self, pack: str, by: By, how: HandedOver | None, cause: Cause, revision: int | None = None) -> Held:
        """A signed pack, now. `how`: of an LA that receives by hand, how it came there. One that was sent stays so. NotPossibleNow, with
        what it waits for."""
        held = await self.preparation.held(pack)
        if held.work.state not in ("draft", "checked", "approved", "waiting", "cancelled"):
            return held
        if held.work.state != "waiting":
            raise NotPossibleNow(f"the pack is {held.work.state}: it is sent once the head teacher has signed it")
        held.work.looked_at(revision, by)
        if how:
            await self.sending.send(pack, cause)  # its files, where they are not laid down yet
            return await self.sending.hand_over(pack, by, how, cause)
        await self.sending.send(pack, cause)
        held = await self.preparation.held(pack)
        if held.work.state == "waiting":
            raise NotPossibleNow(await self._why(pack, cause))
        return held

    async def _weigh(self, look: Look, more: Mapping[str, int]) -> None:
        """Its files as they would be now, and `more` with them, in the place of an earlier scan of the certificate."""
        files = await self.making.files(look.gathered)
        sizes = {name: len(content) for name, content in files.items() if not (more and name.startswith("signed-certificate."))}
        if look.gathered.profile.delivery.method == "stream":
            check_weight({**sizes, **more})

    async def _why(self, pack: str, cause: Cause) -> str:
        look = await self.preparation.look(pack, cause)
        authority = await self.preparation.store.authorities.get(look.held.pack.authority)
        lacks = [item.rule for item in lacking(look.material.items, "sending")]
        has_key = authority is not None and authority.public_key is not None
        now, since = self.preparation.store.preparing.now(), look.held.pack.waiting_since
        return why_waiting(look.held.pack.authority, has_key, look.gathered.profile.delivery.method, lacks, now - (since or now))


def shown(look: Look) -> ToSign:
    work = look.held.work
    parent = work.against.name if work.against else ""
    material = look.material
    return to_sign(look.held.pack.pack, work.wanted, material.person, parent, material.marks, look.gathered.profile)


@dataclass(frozen=True, slots=True)
class Came(Generic[Done]):
    """What came of one of a list: `done`, or `why` not."""

    pack: str
    done: Done | None = None
    why: str | None = None


async def each(packs: Iterable[str], do: Callable[[str], Awaitable[Done]]) -> list[Came[Done]]:
    """In the order of the list. Whatever goes wrong with one is said of that one."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(pack: str) -> Came[Done]:
        async with room:
            try:
                return Came(pack, done=await do(pack))
            except Exception as error:
                return Came(pack, why=why_not(error, pack))

    return await asyncio.gather(*map(one, packs))


def why_not(error: Exception, pack: str | None = None) -> str:
    """In words, for whoever sent the list. What nobody has foreseen is logged."""
    if isinstance(error, (NotKnownThere, Permanent)):
        return str(error)
    if isinstance(error, Disposed):
        return "this has been disposed of"
    if isinstance(error, Conflict):
        return "somebody else changed it meanwhile; look again"
    if not isinstance(error, (Transient, WorldAway)):
        logger().warning("one of a list failed", id=pack, exc_info=error)
    return AWAY
