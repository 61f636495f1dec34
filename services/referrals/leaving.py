"""How children who are disposed of leave their parents, who may stay for other children: nothing that stays names a child who goes, and
what protects a person outlives the child with whom it was said."""

from services.referrals.domain.tie import Tie
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from shared.contracts.retention import Purge


async def leave(store: Store, command: Purge) -> None:
    """Before a purge. Does no harm when repeated."""
    cause = Cause.of(command)
    going = await store.parents.going(command)
    for child in sorted({tie.child for tie in going}):
        for flag in await store.flags.of_parents(child):
            stay = await _staying(store, str(flag.parent), going)
            await store.flags.hand_on(flag.id, stay, command.cohort, cause)
    for tie in going:
        await store.parents.leave(tie.parent, tie.child, command.cohort, cause)


async def _staying(store: Store, parent: str, going: list[Tie]) -> list[Tie]:
    """The ties that stay of a person, by all records."""
    gone = {(tie.parent, tie.child) for tie in going}
    return [tie for tie in await store.parents.ties(await store.parents.records_of(parent)) if (tie.parent, tie.child) not in gone]
