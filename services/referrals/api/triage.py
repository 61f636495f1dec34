"""Triage of a referral: what is known, so that a person can decide."""

import asyncio
from collections.abc import Iterable

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.referrals import asks
from services.referrals.api.access import Worker, closed, covered, seen
from services.referrals.api.together import SHOWN
from services.referrals.api.words_shown import Words
from services.referrals.domain import triage
from services.referrals.domain.declining import Declining
from services.referrals.domain.lifecycle import Act, State, possible
from services.referrals.domain.one_child import group
from services.referrals.domain.referral import CASEWORK, Referral
from services.referrals.domain.triage import Sentence, Sibling
from services.referrals.families.family import family
from services.referrals.proposals.trend import stretches
from services.referrals.settings.impact_settings import Measures
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.standing import Standing
from shared.errors import Transient, WorldAway


class Triage(BaseModel):
    """It gives no score and no advice."""

    referral: str
    school: str
    child: str
    state: State
    possible: list[Act]
    attendance_away: bool = Field(description="The register and the roll cannot be asked now: what they would tell is missing.")
    sentences: list[Sentence] = Field(description="Concerns, severity, trend, the child, what people said, earlier referrals, siblings.")


def router(bus: Bus, store: Store, declining: Declining, measures: Measures) -> APIRouter:
    routes = APIRouter(tags=["proposals"], responses=problems(404))

    @routes.get("/referrals/{referral}/triage", summary="What is known of a referral, each sentence with its source")
    async def get_triage(referral: str, caller: Worker) -> Triage:
        found = await seen(referral, caller, store)
        records, today = group(await store.joins.groups(found.school, [found.child]), found.child), store.today()
        people, now, course, earlier, siblings = await asyncio.gather(
            asks.people(bus, [(found.school, found.child)]),
            _standing(bus, found),
            stretches(bus, found.school, records, measures.on(today).school_days, today),
            _earlier(store, found, records),
            _siblings(store, found, caller),
        )
        figures = asks.figures_of(found.year, now) if now else None
        said = [
            *triage.concerns(found, now),
            *triage.severity(figures or found.private.figures, "register of today" if figures else "register, at the latest concern"),
            *triage.course(*course),
            *triage.person(people.get(found.child) if people else None),
            *triage.by_hand(found),
            *triage.earlier(earlier, declining),
            *triage.siblings(siblings),
        ]
        view = Triage(
            **found.model_dump(include={"school", "child", "state"}),
            referral=found.id,
            possible=list(possible(found.state)),
            attendance_away=people is None or now is None,
            sentences=said,
        )
        return await Words(bus, store).shown(view, found, caller)

    return routes


async def _standing(bus: Bus, found: Referral) -> Standing | None:
    try:
        return await asks.standing(bus, found.school, found.child, found.year, detailed=True)
    except (WorldAway, Transient):
        return None


async def _earlier(store: Store, found: Referral, records: Iterable[str]) -> list[Referral]:
    others = await store.referrals.of_children(found.school, records, ("lapsed", "declined", "closed"))
    return [one for one in others if one.id != found.id and one.path == CASEWORK]


async def _siblings(store: Store, found: Referral, caller: Caller) -> list[Sibling]:
    """Of another school than the caller's, and of a child who is closed to the caller, nothing is said but that there is one."""
    schools, barred = await covered(caller, store), await closed(caller, store)
    known = {(link.school, link.child) for link in (await family(store, found.school, found.child)).siblings}
    told = []
    for school, child in sorted(known - {(found.school, found.child)}):
        if child in barred or (schools is not None and school not in schools):
            told.append(Sibling(school=None))
        else:
            states = [one.state for one in await store.referrals.of_children(school, [child], SHOWN)]
            told.append(Sibling(school=school, states=tuple(states)))
    return told
