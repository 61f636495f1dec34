"""Carries a running sweep on, step by step; see domain/sweep.py for their order.

The sweep is a document: a crash loses nothing, and whichever replica comes next goes on. Two at once do the same idempotent step, and the
one whose write of the sweep comes second reads it again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from services.retention.chores.certify import Certifier, new_leaf
from services.retention.chores.keys import Keys
from services.retention.chores.staying import who_stays
from services.retention.domain.answers import erased, failed, missing, of_children
from services.retention.domain.sweep import Progress, Step, Sweep, begun_again, gone_back, moved_on
from services.retention.handlers import CLOCK, TELLERS
from services.retention.store import Holdings, Store
from shared.bus import Bus
from shared.contracts.attendance import AskFingerprints, Fingerprint, Fingerprints
from shared.contracts.envelope import Cause
from shared.contracts.retention import AskUntold, Untold
from shared.errors import Conflict, Transient, WorldAway
from shared.keys import KeyMint
from shared.logging import logger
from shared.settings import Settings
from shared.topology import SERVICES

EVERY_SECONDS = 0.5
MOVED: Final = "moved_to_a_later_date"
"""How many of the cohort stay. Whoever was worked with left it when that was recorded, and is counted nowhere."""
MARGIN_SECONDS = 1.0
"""Beyond `key_hold_seconds`: a key may have been read at the very moment of closing."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The step is done."""

    counts: Mapping[str, int] = field(default_factory=dict)
    certificate: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not yet. `alarm`: who keeps us, if that is to be told after a while."""

    alarm: str | None = None
    told: bool = False
    """The services have just been told who stays."""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Again:
    """Something is left: a further round."""

    alarm: str


@dataclass(frozen=True, slots=True)
class Back:
    """Somebody stays who did not when it was asked before."""


Outcome = Reached | Waiting | Again | Back


class Sweeper:
    """Built in the composition root."""

    def __init__(self, store: Store, bus: Bus, mint: KeyMint, keys: Keys, certifier: Certifier, settings: Settings) -> None:
        self._store = store
        self._bus = bus
        self._mint = mint
        self._keys = keys
        self._certifier = certifier
        self._settings = settings
        self._steps: Mapping[Step, Callable[[Sweep, Progress, Cause], Awaitable[Outcome]]] = {
            "close the key": self._close,
            "wait for holders of the key": self._wait_for_holders,
            "move who stays": self._move_who_stays,
            "write the ledger": self._write_ledger,
            "order schools": self._order_schools,
            "await schools": self._await_answers,
            "order the rest": self._order_rest,
            "await the rest": self._await_answers,
            "second look": self._second_look,
            "destroy the key": self._destroy,
            "certify": self._certify,
        }

    async def resume(self) -> None:
        """The chore: carry the running sweep, if there is one, as far as it goes now."""
        while (sweep := await self._store.sweeps.running()) and (progress := sweep.current):
            try:
                if not await self._advance(sweep, progress):
                    return
            except Conflict:
                continue  # another replica moved it on

    async def _advance(self, sweep: Sweep, progress: Progress) -> bool:
        """Whether there is a step to be done next."""
        try:
            outcome = await self._steps[progress.step](sweep, progress, Cause.beginning(sweep.id))
        except (WorldAway, Transient) as error:
            outcome = Waiting(f"{error.detail or type(error).__name__} has not answered")
        now = self._settings.now()
        match outcome:
            case Reached(counts, certificate):
                after = moved_on(sweep, progress, now, counts, certificate)
                logger().info("sweep", cohort=progress.cohort, purge=progress.purge, state=progress.step)
            case Again(alarm):
                logger().error("sweep alarm", cohort=progress.cohort, purge=progress.purge, state=progress.step, reason=alarm)
                after = begun_again(sweep, progress, now, alarm)
            case Back():
                after = gone_back(sweep, progress, now)
            case Waiting():
                after = self._waiting(sweep, progress, outcome)
        if after != sweep:
            await self._store.sweeps.keep(after)
        return isinstance(outcome, Reached | Back)

    def _waiting(self, sweep: Sweep, progress: Progress, outcome: Waiting) -> Sweep:
        now = self._settings.now()
        if outcome.told:
            progress = replace(progress, told_at=now, counts={**progress.counts, **outcome.counts})
            sweep = sweep.with_progress(progress)
        if outcome.alarm is None or not self._is_late(progress) or sweep.alarm == outcome.alarm:
            return sweep
        logger().error("sweep alarm", cohort=progress.cohort, purge=progress.purge, state=progress.step, reason=outcome.alarm)
        return sweep.alarmed(outcome.alarm)

    def _is_late(self, progress: Progress) -> bool:
        return self._settings.now() - progress.since > timedelta(seconds=self._settings.answer_seconds)

    # the steps ------------------------------------------------------------------------------------------------------

    async def _close(self, sweep: Sweep, progress: Progress, _: Cause) -> Outcome:
        await asyncio.to_thread(self._keys.for_dates_after, sweep.on)  # whoever stays needs the next date's
        await asyncio.to_thread(self._mint.close, progress.cohort)
        return Reached()

    async def _wait_for_holders(self, _: Sweep, progress: Progress, __: Cause) -> Outcome:
        until = progress.since + timedelta(seconds=self._settings.key_hold_seconds + MARGIN_SECONDS)
        return Reached() if self._settings.now() >= until else Waiting()

    async def _move_who_stays(self, sweep: Sweep, progress: Progress, cause: Cause) -> Outcome:
        """Tell the services to keep who stays, and wait until no document of the cohort names any of them."""
        if late := await self._unheard():
            return late
        children = frozenset().union(*(await self._store.views.of_all(progress.cohort)).values())
        clocks, kept = await who_stays(self._store.clocks, progress.cohort, sweep.on, children)
        before = progress.counts.get(MOVED, 0)
        if not kept:
            return Reached({MOVED: before})
        new = {child for child, due in kept.items() if child not in clocks or clocks[child].due < due}
        await self._store.clocks.change(new, lambda clock: clock.kept_until(kept[clock.child]), self._settings.today(), cause)
        every = timedelta(seconds=self._settings.answer_seconds)
        told_at = progress.told_at
        again = told_at is None or self._settings.now() - told_at > every
        if again:
            await self._store.clocks.tell_again(kept.keys() - new, cause)
        return Waiting(await self._who_names(progress.cohort, frozenset(kept)), again, {MOVED: before + len(kept) * (told_at is None)})

    async def _unheard(self) -> Waiting | None:
        """What keeps a child is to be heard before anybody is judged: what a service has written down and the broker not taken yet, and
        what was told while nobody listened. In this order: what leaves an outbox meanwhile is among the unread."""
        for service, subjects in TELLERS.items():
            answer = await self._bus.ask(AskUntold(subjects=subjects), Untold, service)
            if answer.documents:
                return Waiting(f"{service} has not told all that it knows of cases, interventions or joined records")
        return Waiting("retention has not read what it was told of cases") if await self._bus.unread(*CLOCK) else None

    async def _not_yet(self, sweep: Sweep, progress: Progress, scope: Holdings) -> Waiting | Back | None:
        """Why what is about to be ordered must not be: asked right before, since hours may lie between this step and those before it."""
        if late := await self._unheard():
            return late
        _, kept = await who_stays(self._store.clocks, progress.cohort, sweep.on, frozenset().union(*scope.values()))
        if not kept:
            return None
        answers = await self._store.commands.answers(progress.purge)
        await self._store.ledger.take_back(progress.purge, kept.keys() - erased(answers))
        return Back()

    async def _who_names(self, cohort: str, children: frozenset[str]) -> str:
        names = [service for service in SERVICES if any(held & children for held in (await self._store.views.of(service, cohort)).values())]
        return f"{', '.join(names) or 'nobody'} has not moved who stays"

    async def _write_ledger(self, _: Sweep, progress: Progress, cause: Cause) -> Outcome:
        """Before the first delete, so that what is deleted is known to have been disposed of, whatever happens next."""
        holdings = await self._store.views.of_all(progress.cohort)
        children = frozenset().union(*holdings.values())
        fingerprints: list[Fingerprint] = []
        for school in filter(None, await self._store.views.of("attendance", progress.cohort)):
            question = AskFingerprints(school=school, cohort=progress.cohort)
            answer = await self._bus.ask(question, Fingerprints)
            fingerprints += [one for one in answer.fingerprints if one.child in children]
        await self._store.ledger.enter(progress, map(new_leaf, children), fingerprints, cause)
        return Reached({"children": len(await self._store.ledger.leaves(progress.purge))})

    async def _order_schools(self, sweep: Sweep, progress: Progress, cause: Cause) -> Outcome:
        holdings = await self._store.views.of_all(progress.cohort)
        commands = await self._store.commands.ordered(progress.purge)
        there = {school for purge, school in commands if purge == progress.command}
        schools: Holdings = {school: children for school, children in holdings.items() if school and school not in there}
        if reason := await self._not_yet(sweep, progress, schools):
            return reason
        await self._store.commands.order(progress, schools, cause)
        return Reached({"schools": len({school for _, school in commands} | schools.keys())})

    async def _order_rest(self, sweep: Sweep, progress: Progress, cause: Cause) -> Outcome:
        """Once the schools are done: what belongs to none. It names the children for whom no school's command was answered well."""
        holdings = await self._store.views.of_all(progress.cohort)
        if reason := await self._not_yet(sweep, progress, holdings):
            return reason
        outcomes = of_children(await self._store.commands.answers(progress.purge), (), SERVICES)
        unnamed = frozenset().union(*holdings.values()) - outcomes.keys()
        await self._store.commands.order(progress, {None: unnamed | failed(outcomes)}, cause)
        return Reached()

    async def _await_answers(self, _: Sweep, progress: Progress, __: Cause) -> Outcome:
        ordered = await self._store.commands.ordered(progress.purge)
        silent = missing(ordered, await self._store.commands.answers(progress.purge), SERVICES)
        return Waiting(f"{', '.join(silent)} has not answered") if silent else Reached()

    async def _second_look(self, _: Sweep, progress: Progress, __: Cause) -> Outcome:
        """Retention's own look at what the four hold, whatever they answered."""
        left = await self._store.views.left(progress.cohort)
        answers = await self._store.commands.answers(progress.purge)
        failures = failed(of_children(answers, (), SERVICES))
        if not left and not failures:
            return Reached({"records": sum(answer.records for answer in answers)})
        if self._is_late(progress):
            return Again(f"{left} documents are left after every service answered, {len(failures)} children failed")
        return Waiting()

    async def _destroy(self, _: Sweep, progress: Progress, __: Cause) -> Outcome:
        await asyncio.to_thread(self._mint.destroy, progress.cohort)
        logger().info("key destroyed", cohort=progress.cohort)
        return Reached()

    async def _certify(self, sweep: Sweep, progress: Progress, cause: Cause) -> Outcome:
        certificate = await self._certifier.certify(sweep, progress, cause)
        return Reached(certificate=certificate.number)
