"""What entries say of contacts, as a school's roll may come to know it."""

from services.referrals.families.family import family
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.referrals import AskContacts, Contacts


def register_contacts(bus: Bus, store: Store) -> None:
    @bus.answers(AskContacts)
    async def contacts(question: AskContacts) -> Contacts:
        return await answer(store, question.intervention)


async def answer(store: Store, intervention: str) -> Contacts:
    """Without any address as soon as one of the child's parents keeps a confidential one: it stays with the case."""
    found = await store.interventions.kept(intervention)
    if found is None or not found.entry.counts:
        return Contacts(child=None)
    school, (child, *_) = found.document["school"], found.document["children"]
    hidden = (await family(store, school, child)).hides
    told = tuple(one for one in found.entry.contacts if not (hidden and one.field == "address"))
    return Contacts(child=child, day=found.entry.day, contacts=told)
