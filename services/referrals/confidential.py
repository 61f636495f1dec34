"""Confidential addresses of a family: those that our records tell, and those that the school's roll tells nobody but who asks for them."""

from collections.abc import Collection, Mapping

from services.referrals.domain.referral import Referral
from services.referrals.family import Family, hidden_in, open_addresses
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.confidential import AskConfidential, Confidential
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.words import letters

LOOK = "see a confidential address"
"""As the history names it."""


async def on_roll(bus: Bus, found: Family) -> Mapping[str, str]:
    """By a parent's record, the address that the school's roll hides; asked only where it hides one. WorldAway, Transient."""
    hiding = {
        said.ref: (child, one.parent.id)
        for one in found.relations
        for child, said in one.parent.roll.items()
        if said.ref and said.said.get("address confidential")
    }
    told: dict[str, str] = {}
    for child in sorted({child for child, _ in hiding.values()}):
        told |= (await bus.ask(AskConfidential(school=found.school, child=child), Confidential)).addresses
    return {parent: told[place] for place, (_, parent) in hiding.items() if place in told}


async def secrets(bus: Bus, found: Family) -> tuple[str, ...]:
    """Every confidential address of a family, by its records and the roll. Where another parent openly lives is no secret."""
    if not any(one.hides_address for one in found.relations):
        return ()
    open_ = open_addresses(found)
    told = (await on_roll(bus, found)).values()
    return (*(one for parent in hidden_in(found) for one in parent.addresses), *(one for one in told if letters(one) not in open_))


async def note_look(store: Store, case: Referral, parents: Collection[str], by: str) -> None:
    """Before a confidential address is shown: whose, to whom and when stands in the case's history, once a day."""
    now = store.now()

    def step(before: Referral) -> tuple[Referral, tuple[()]]:
        seen = {one.whom for one in before.private.history if (one.act, one.by, one.at.date()) == (LOOK, by, now.date())}
        for parent in sorted(set(parents) - seen):
            before = before.noted(LOOK, by, now, whom=parent)
        return before, ()

    await store.referrals.change(case.id, step, Cause.beginning(new_id()))
