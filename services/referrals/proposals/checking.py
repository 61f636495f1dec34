"""The register check: all proposals of a school gathered, decided together, and the check itself noted."""

import asyncio
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from services.referrals import asks
from services.referrals.domain.one_child import Groups, group
from services.referrals.domain.referral import CASEWORK, Figures, Referral
from services.referrals.domain.register_check import Check, checked, earlier_of
from services.referrals.errors import NoSuchReferral, NotAReason
from services.referrals.families.family import may_hide
from services.referrals.names.naming import Named, Naming
from services.referrals.proposals.deciding import Deciding
from services.referrals.proposals.named_officer import Takers
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.errors import Conflict, Permanent, Transient, WorldAway

Barred = Set[str]
"""Children of whom the caller is to see nothing."""
Hiding = frozenset[tuple[str, str]]
"""Children by school and id."""
AT_A_TIME = 8
"""Decisions that are written together: as many as the database takes without waiting."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A school's proposals with all that a check shows of them."""

    proposals: Sequence[Referral]
    people: Mapping[str, Named] | None
    """None: `attendance` does not answer now."""
    figures: Mapping[str, Figures]
    """What the register says today, by proposal."""
    earlier: Mapping[str, Referral]
    """By proposal, the child's latest referral before."""
    eased: Sequence[Referral]
    """Proposals that lapsed since the last check."""
    last: Check | None
    hiding: Hiding = frozenset()
    """Those of the children of whom an address is confidential, where that was to be looked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One decision of a bulk, as it was sent."""

    referral: str
    act: str
    reason: str | None = None
    words: str | None = None
    until: date | None = None
    over_bought: bool = False
    officer: str | None = None
    """Of an acceptance: whose case it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the referral, or a sentence that says why nothing did."""

    wanted: Wanted
    after: Referral | None
    detail: str | None = None
    nobodys: str | None = None
    """Why an accepted case is nobody's yet."""


async def gather(bus: Bus, naming: Naming, store: Store, school: str, barred: Barred, *, hiding: bool) -> Gathered:
    """`hiding`: look too of whom an address is confidential, beside the rest: it takes as many questions in a row as that."""
    found, checks = await asyncio.gather(store.referrals.in_states(["proposed"], [school]), store.checks.of_school(school, 1))
    proposals = [one for one in found if barred.isdisjoint(one.records)]
    last = checks[0] if checks else None
    children = [(school, one.child) for one in proposals]
    people, hidden, figures, earlier, eased = await asyncio.gather(
        naming.of(children),
        may_hide(store, children if hiding else ()),
        figures_of(bus, proposals),
        _earlier(store, school, proposals),
        store.referrals.lapsed_since(school, last.at) if last else _none(),
    )
    return Gathered(proposals, people, figures, earlier, [one for one in eased if barred.isdisjoint(one.records)], last, hidden)


async def figures_of(bus: Bus, proposals: Sequence[Referral]) -> dict[str, Figures]:
    """By proposal; nothing while `attendance` does not answer."""
    try:
        found = await asks.figures(bus, {(one.school, one.child, one.year) for one in proposals})
    except (WorldAway, Transient):
        return {}
    said = {one.id: found.get((one.school, one.child, one.year)) for one in proposals}
    return {id_: figures for id_, figures in said.items() if figures}


async def decide(deciding: Deciding, school: str, barred: Barred, wanted: Sequence[Wanted], by: str, *, by_school: bool) -> list[Outcome]:
    """Each by itself: one that cannot be spoils no other. Cases are accepted one after the other, so that their number is counted."""
    takers = await Takers.of(deciding.store, deciding.policies, school)
    gates = {True: asyncio.Semaphore(1), False: asyncio.Semaphore(AT_A_TIME)}
    named: set[str] = set()
    twice = [one.referral in named or named.add(one.referral) for one in wanted]  # type: ignore[func-returns-value]

    async def one(item: Wanted, again: bool | None) -> Outcome:
        if again:
            return Outcome(item, None, "it is named twice in this check; the first decision counts")
        async with gates[item.act == "accept"]:
            try:
                return await _decided(deciding, takers, school, barred, item, by, by_school=by_school)
            except (Permanent, Transient, Conflict) as error:
                return Outcome(item, None, str(error))

    return await asyncio.gather(*(one(item, again) for item, again in zip(wanted, twice, strict=True)))


async def note(bus: Bus, store: Store, check: Check, cause: Cause) -> Check:
    """The check, and with each proposal that was there and stays what stood. Sent again, it is the check that was."""
    proposals = await store.referrals.in_states(["proposed"], [check.school])
    figures = await figures_of(bus, proposals)
    noted = await store.checks.add(check, cause)
    there = [one.id for one in proposals if one.proposed_at <= noted.at]
    await store.referrals.change_all(there, lambda one: checked(one, noted.at, figures.get(one.id)), cause)
    return noted


async def _decided(deciding: Deciding, takers: Takers, school: str, barred: Barred, item: Wanted, by: str, *, by_school: bool) -> Outcome:
    held = await deciding.store.referrals.get(item.referral)
    if held is None or held.referral.school != school or not barred.isdisjoint(held.referral.records):
        raise NoSuchReferral
    match item.act:
        case "accept":
            whose = await takers.of_case(held.referral, item.officer)
            after = await deciding.accept(held.referral, by, over_bought=item.over_bought, officer=whose.officer)
            return Outcome(item, after, nobodys=None if after.officer else whose.why)
        case "decline":
            return Outcome(item, await deciding.decline(held.referral, by, item.reason or "", item.words, by_school=by_school))
        case "leave":
            if item.until is None:
                raise NotAReason("to leave it needs `until`")
            return Outcome(item, await deciding.leave(held.referral, by, item.until, item.words))
        case _:
            raise NotAReason("`act` is accept, decline or leave")


async def _earlier(store: Store, school: str, proposals: Sequence[Referral]) -> Mapping[str, Referral]:
    children = {one.child for one in proposals}
    groups: Groups = await store.joins.groups(school, children)
    records = {record for child in children for record in group(groups, child)}
    others = await store.referrals.of_children(school, records, ("lapsed", "declined", "closed"))
    return earlier_of(proposals, [one for one in others if one.path == CASEWORK], groups)


async def _none() -> list[Referral]:
    return []
