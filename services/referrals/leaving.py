"""How children who are disposed of leave their parents, who may stay for other children: nothing that stays names a child who goes, and
what protects somebody outlives the record with which it was said."""

from services.referrals.domain.flags import Word
from services.referrals.domain.parent import Parent, changed, without
from services.referrals.domain.tie import Tie
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from shared.contracts.retention import Purge


async def leave(store: Store, command: Purge) -> None:
    """Before a purge. Does no harm when repeated."""
    cause = Cause.of(command)
    going = await store.parents.going(command)
    for parent in sorted({tie.parent for tie in going}):
        await _keep_hidden(store, parent, going, cause)
    for child in sorted({tie.child for tie in going}):
        for flag in await store.flags.of_parents(child):
            stay = await _staying(store, str(flag.parent), going)
            await store.flags.hand_on(flag.id, stay, command.cohort, cause)
    await store.closed_to.outlast(command, cause)
    for tie in going:
        await store.parents.leave(tie.parent, tie.child, command.cohort, cause)


async def _keep_hidden(store: Store, parent: str, going: list[Tie], cause: Cause) -> None:
    """A confidential address belongs to the person: where what says so goes, or a record through which it was known, what stays says it."""
    records = await store.parents.some(await store.parents.records_of(parent))
    stay = {tie.parent for tie in await _staying(store, parent, going)}
    left = [_left(one, going) for one in records if one.id in stay]
    if not any(one.hides_address for one in records) or (len(left) == len(records) and any(one.hides_address for one in left)):
        return
    word = Word(by="disposal", at=store.now(), why="it was confidential by what has been disposed of")
    for one in left:
        await store.parents.change(one.id, lambda before: changed(before, {"address confidential": True}, word), cause)


def _left(parent: Parent, going: list[Tie]) -> Parent:
    for tie in going:
        if tie.parent == parent.id:
            parent = without(parent, tie.child)
    return parent


async def _staying(store: Store, parent: str, going: list[Tie]) -> list[Tie]:
    """The ties that stay of a person, by all records."""
    gone = {(tie.parent, tie.child) for tie in going}
    return [tie for tie in await store.parents.ties(await store.parents.records_of(parent)) if (tie.parent, tie.child) not in gone]
