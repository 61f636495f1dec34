"""Parents whom an entry names: those of the case's own child, at its school, by record or by place on the roll."""

from collections.abc import Collection

from services.referrals import asks
from services.referrals.domain.intervention import Done
from services.referrals.domain.referral import Referral
from services.referrals.errors import NotAnEntry
from services.referrals.families.family import family
from services.referrals.store import Store
from shared.bus import Bus


async def placed(done: Done, case: Referral, store: Store, bus: Bus, before: Done | None = None) -> Done:
    """The entry with the places on the roll of parents whose contacts it tells and who are named by their records: the roll comes to know
    of these. NotAnEntry for somebody who is no parent of the child; whom the entry named `before` it may go on naming."""
    named = _named(done) - (_named(before) if before else set())
    if not named:
        return done
    relations = (await family(store, case.school, case.child)).relations
    places = {one.parent.id: next(iter(one.parent.refs), one.parent.id) for one in relations}
    known = {*places, *(ref for one in relations for ref in one.parent.refs)}
    if strangers := sorted(await _strangers(named - known, case, bus)):
        raise NotAnEntry(
            f"{', '.join(strangers)}: no parent or carer of this child at this school; one is named by record or by place on the roll, as "
            f"GET /v1/schools/{case.school}/children/{case.child}/family shows them (iewo family)"
        )
    contacts = tuple(one.model_copy(update={"parent": places.get(one.parent, one.parent)}) if one.parent else one for one in done.contacts)
    return done.model_copy(update={"contacts": contacts})


def _named(done: Done) -> set[str]:
    return {parent for parent in (*(one.parent for one in done.contacts), *(one.parent for one in done.people)) if parent}


async def _strangers(named: Collection[str], case: Referral, bus: Bus) -> set[str]:
    """Those whom the roll does not name either. While it cannot be asked, a place of the child is taken: a visit is written down."""
    own = {one for one in named if one.rpartition(".")[0] in case.records}
    if not own:
        return set(named)
    people = await asks.people(bus, [(case.school, case.child)])
    if people is None:
        return set(named) - own
    person = people.get(case.child)
    return set(named) - {carer.parent for carer in (person.carers if person else ())}
