"""Confidential addresses of a family: those that our records tell, and those that the school's roll tells nobody but who asks for them."""

from collections.abc import Collection, Mapping
from typing import Final

from services.referrals.domain.referral import Referral
from services.referrals.families.family import Family, hidden_in, open_addresses
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.confidential import AskConfidential, Confidential
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.words import letters

LOOK: Final = "see a confidential address"
TRY: Final = "name a confidential address"
"""As the history names them."""


async def on_roll(bus: Bus, found: Family) -> Mapping[str, str]:
    """By a parent's record, the address that the roll of the record's school hides; asked only where it hides one. WorldAway, Transient."""
    hiding = {
        (record.school, child, said.ref): record.id
        for one in found.relations
        for record in one.records
        for child, said in record.roll.items()
        if said.ref and said.said.get("address confidential")
    }
    told: dict[str, str] = {}
    for school, child in sorted({(school, child) for school, child, _ in hiding}):
        told |= (await bus.ask(AskConfidential(school=school, child=child), Confidential)).addresses
    return {record: told[place] for (_, _, place), record in hiding.items() if place in told}


async def secrets(bus: Bus, found: Family) -> tuple[str, ...]:
    """Every confidential address of a family, by its records, its entries and the rolls. Where another parent openly lives is no secret."""
    return tuple(one for addresses in (await secrets_of(bus, found)).values() for one in addresses)


async def secrets_of(bus: Bus, found: Family) -> Mapping[str, tuple[str, ...]]:
    """The same, by the parents' records at the child's school. WorldAway, Transient."""
    known = known_secrets(found)
    if not known:
        return known
    open_, told = open_addresses(found), await on_roll(bus, found)
    hidden = {record: address for record, address in told.items() if letters(address) not in open_}
    return {
        one.parent.id: (*known[one.parent.id], *(hidden[record] for record in sorted(one.ids & hidden.keys())))
        for one in found.relations
        if one.parent.id in known
    }


def known_secrets(found: Family) -> Mapping[str, tuple[str, ...]]:
    """What is known of them without the rolls."""
    hiding = [one.parent.id for one in found.relations if one.hides_address]
    return {id_: hidden.addresses for id_, hidden in zip(hiding, hidden_in(found), strict=True)}


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
