"""Whom packs are against, by name, answered to `sharing` for a list that somebody reads: of all its cases at once."""

from services.referrals.cases.closed import closed_to
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
    names = {one.id: one.name for one in await store.parents.some({parent for _, parent in asked})}
    found: list[CaseParent] = []
    for case, parent in asked:
        name = names.get(parent) or await _in_place(store, seen[case].school, seen[case].child, parent)
        found.append(CaseParent(case=case, parent=parent, name=name))
    return CaseParents(parents=tuple(found))


async def _in_place(store: Store, school: str, child: str, place: str) -> str | None:
    """Of a request that was made before the parent had a record."""
    standing = places(await store.parents.of_child(school, child), child).get(place)
    return standing.name if standing else None


def register(bus: Bus, store: Store) -> None:
    @bus.answers(AskCaseParents)
    async def names(question: AskCaseParents) -> CaseParents:
        return await parents(store, question)
