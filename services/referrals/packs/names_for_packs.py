"""Whom packs are against, answered to `sharing` for a list that somebody reads, or a file of answers: of all its cases at once."""

from services.referrals.cases.closed import closed_to
from services.referrals.domain.parent import Parent
from services.referrals.domain.same_person import group
from services.referrals.families.on_roll import places
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.enforcement import AskCaseParents, CaseParent, CaseParents


async def parents(store: Store, question: AskCaseParents) -> CaseParents:
    """A case that is closed to the reader is left out, as one that is none."""
    barred = await closed_to(question.reader, store) if question.reader else frozenset[str]()
    held = await store.referrals.some({case for case, _ in question.cases})
    seen = {id_: one.referral for id_, one in held.items() if one.referral.opened_at and one.referral.records.isdisjoint(barred)}
    asked = [(case, parent) for case, parent in question.cases if case in seen]
    records = {one.id: one for one in await store.parents.some({parent for _, parent in asked})}
    meant = {
        (case, parent): records.get(parent) or await _in_place(store, seen[case].school, seen[case].child, parent) for case, parent in asked
    }
    said = await store.parents.said_of({one.id for one in meant.values() if one})
    return CaseParents(
        parents=tuple(
            CaseParent(
                case=case,
                parent=parent,
                name=one.name if one else None,
                child=seen[case].child,
                records=(one.id, *sorted(group(one.id, said) - {one.id})) if one else (),
            )
            for (case, parent), one in meant.items()
        )
    )


async def _in_place(store: Store, school: str, child: str, place: str) -> Parent | None:
    """Of a request that was made before the parent had a record."""
    return places(await store.parents.of_child(school, child), child).get(place)


def register(bus: Bus, store: Store) -> None:
    @bus.answers(AskCaseParents)
    async def names(question: AskCaseParents) -> CaseParents:
        return await parents(store, question)
