"""How children who are disposed of leave their parents, who may stay for other children: nothing that stays names a child who goes, and
what protects somebody outlives the record with which it was said."""

from services.referrals.domain.flags import Word
from services.referrals.domain.parent import Parent, changed, without
from services.referrals.domain.same_person import group
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
        await _keep_one_person(store, parent, going, cause)
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


async def _keep_one_person(store: Store, parent: str, going: list[Tie], cause: Cause) -> None:
    """Records that are one person through one that goes stay one: what stands over one of them, a flag say, stands over all. Where
    somebody has said that two are not one person, that holds from now on."""
    stay = {tie.parent for tie in await _staying(store, parent, going)}
    if parent in stay or len(stay) < 2:
        return
    said = [one for one in await store.parents.said_of(stay) if set(one.parents) <= stay]
    apart = {frozenset(one.parents) for one in said if one.state == "apart"}
    word = Word(by="disposal", at=store.now(), why="they were one person by a record that has been disposed of")
    first, *others = sorted(await store.parents.some(stay), key=lambda one: one.id)
    joined = group(first.id, said)
    for other in others:
        if other.id not in joined and frozenset({first.id, other.id}) not in apart:
            await store.parents.say(first, other, lambda same: same.with_step("same", word), cause)
            joined |= group(other.id, said)


def _left(parent: Parent, going: list[Tie]) -> Parent:
    for tie in going:
        if tie.parent == parent.id:
            parent = without(parent, tie.child)
    return parent


async def _staying(store: Store, parent: str, going: list[Tie]) -> list[Tie]:
    """The ties that stay of a person, by all records."""
    gone = {(tie.parent, tie.child) for tie in going}
    return [tie for tie in await store.parents.ties(await store.parents.records_of(parent)) if (tie.parent, tie.child) not in gone]
