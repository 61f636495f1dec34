"""What `referrals` does when an HTTP request arrives."""

from fastapi import APIRouter

from services.referrals.api import (
    absences,
    acts,
    bars,
    bought,
    caseload,
    cases,
    checks,
    deciding,
    documents,
    enforcement,
    families,
    find,
    flags,
    for_parents,
    hand_overs,
    impact,
    interventions,
    kinds,
    letters,
    notices,
    officers,
    parents,
    proposals,
    raising,
    register_check,
    reports,
    same_person,
    school_cases,
    tasks,
    triage,
    visit_warnings,
)
from services.referrals.rooms import Rooms


def router(rooms: Rooms) -> APIRouter:
    whole = APIRouter(prefix="/v1")
    for part in (
        officers.router(rooms.store, rooms.handing),
        checks.router(rooms.store, rooms.handing),
        absences.router(rooms.store, rooms.handing),
        notices.router(rooms.store),
        proposals.router(rooms.naming, rooms.store),
        caseload.router(rooms.naming, rooms.store),
        deciding.router(rooms.deciding),
        register_check.router(rooms.bus, rooms.naming, rooms.deciding),
        triage.router(rooms.bus, rooms.store, rooms.settled.declining, rooms.settled.measures),
        hand_overs.router(rooms.bus, rooms.store),
        raising.router(rooms.bus, rooms.store),
        bought.router(rooms.store),
        school_cases.router(rooms.store),
        bars.router(rooms.store),
        cases.router(rooms.bus, rooms.store),
        acts.router(rooms.bus, rooms.store, rooms.settled.policies),
        interventions.router(rooms.bus, rooms.store, rooms.recording),
        kinds.router(rooms.store, rooms.settled.practices),
        for_parents.router(rooms.bus, rooms.store),
        tasks.router(rooms.store, rooms.recording, rooms.settled.policies),
        enforcement.router(rooms.bus, rooms.store),
        impact.router(rooms.bus, rooms.store, rooms.settled.measures),
        reports.router(rooms.store, rooms.reporting),
        families.router(rooms.bus, rooms.store),
        same_person.router(rooms.bus, rooms.store),
        parents.router(rooms.bus, rooms.store),
        flags.router(rooms.bus, rooms.store),
        visit_warnings.router(rooms.store),
        find.router(rooms.store, rooms.finder),
        documents.router(rooms.store, rooms.cleaning, rooms.settled.filing),
        letters.router(rooms.bus, rooms.store, rooms.sending),
    ):
        whole.include_router(part)
    return whole
