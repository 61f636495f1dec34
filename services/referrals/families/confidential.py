"""Confidential addresses of a family: those that our records tell, and those that the school's roll tells nobody but who asks for them."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from services.referrals.asks import QUESTIONS
from services.referrals.domain.parent import Parent
from services.referrals.domain.referral import Referral
from services.referrals.families.family import Family, hidden_by_record, open_addresses
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.confidential import AskConfidential, Confidential
from shared.contracts.envelope import Cause
from shared.contracts.referrals import HiddenParent
from shared.errors import Transient, WorldAway
from shared.identity import new_id
from shared.words import letters

LOOK: Final = "see a confidential address"
TRY: Final = "name a confidential address"
"""As the history names them."""


async def on_roll(bus: Bus, found: Family) -> Mapping[str, str]:
    """By a parent's record, the address that the roll of the record's school hides. WorldAway, Transient."""
    return await on_rolls(bus, (*(record for one in found.relations for record in one.records), *found.elsewhere))


async def on_rolls(bus: Bus, records: Iterable[Parent]) -> Mapping[str, str]:
    """The same of any records; asked only where a roll hides an address. WorldAway, Transient."""
    hiding = {
        (record.school, child, said.ref): record.id
        for record in records
        for child, said in record.roll.items()
        if said.ref and said.said.get("address confidential")
    }
    told: dict[tuple[str, str], str] = {}
    gate = asyncio.Semaphore(QUESTIONS)

    async def ask(school: str, child: str) -> None:
        async with gate:
            answer = await bus.ask(AskConfidential(school=school, child=child), Confidential)
        told.update({(school, place): address for place, address in answer.addresses.items()})

    children = sorted({(school, child) for school, child, _ in hiding})
    for trouble in await asyncio.gather(*(ask(*one) for one in children), return_exceptions=True):
        if trouble is not None:
            raise trouble
    return {record: told[school, place] for (school, _, place), record in hiding.items() if (school, place) in told}


async def secrets(bus: Bus, found: Family) -> tuple[str, ...]:
    """Every confidential address of a family, by its records, its entries and the rolls. Where another parent openly lives is no secret."""
    return tuple(one for addresses in (await secrets_of(bus, found)).values() for one in addresses)


async def secrets_of(bus: Bus, found: Family) -> Mapping[str, tuple[str, ...]]:
    """The same, by the parents' records at the child's school. WorldAway, Transient."""
    return {id_: one.addresses for id_, one in (await _hidden(bus, found)).items()}


def known_secrets(found: Family) -> Mapping[str, tuple[str, ...]]:
    """What is known of them without the rolls."""
    return {id_: one.addresses for id_, one in hidden_by_record(found).items()}


async def secrets_or_known(bus: Bus, found: Family) -> Mapping[str, tuple[str, ...]]:
    """While the rolls cannot be asked, what is known without them."""
    try:
        return await secrets_of(bus, found)
    except (WorldAway, Transient):
        return known_secrets(found)


async def hidden_parents(bus: Bus, found: Family) -> tuple[HiddenParent, ...]:
    """Whose address is confidential, with what any school's roll hides of them. WorldAway, Transient."""
    return tuple((await _hidden(bus, found)).values())


async def _hidden(bus: Bus, found: Family) -> Mapping[str, HiddenParent]:
    known = hidden_by_record(found)
    if not known:
        return known
    open_, told = open_addresses(found), await on_roll(bus, found)
    records = {one.parent.id: one.ids for one in found.relations}
    hidden = {record: address for record, address in told.items() if letters(address) not in open_}
    return {
        id_: one.model_copy(update={"addresses": (*one.addresses, *(hidden[of] for of in sorted(records.get(id_, {id_}) & hidden.keys())))})
        for id_, one in known.items()
    }


async def note_look(store: Store, case: Referral, parents: Collection[str], by: str) -> None:
    """Before a confidential address is shown: whose, to whom and when stands in the case's history, once a day."""
    await _note(store, case, LOOK, parents, by)


async def note_attempt(store: Store, case: Referral, by: str) -> None:
    """Somebody who may not see it wrote words that name a confidential address, and learned by the refusal that they do: once a day."""
    await _note(store, case, TRY, [None], by)


async def _note(store: Store, case: Referral, act: str, whom: Collection[str | None], by: str) -> None:
    now = store.now()

    def step(before: Referral) -> tuple[Referral, tuple[()]]:
        seen = {one.whom for one in before.private.history if (one.act, one.by, one.at.date()) == (act, by, now.date())}
        for parent in sorted(set(whom) - seen, key=str):
            before = before.noted(act, by, now, whom=parent)
        return before, ()

    await store.referrals.change(case.id, step, Cause.beginning(new_id()))
