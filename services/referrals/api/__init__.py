"""What `referrals` does when an HTTP request arrives."""

from fastapi import APIRouter

from services.referrals.admission import Admission
from services.referrals.api import (
    acts,
    caseload,
    cases,
    checks,
    documents,
    enforcement,
    families,
    flags,
    impact,
    interventions,
    notices,
    officers,
    parents,
    proposals,
    same_person,
    tasks,
    visit_warnings,
)
from services.referrals.cleaning import Cleaning
from services.referrals.domain.kinds import Practices
from services.referrals.impact_settings import Measures
from services.referrals.policy import Policies
from services.referrals.store import Store
from shared.bus import Bus


def router(bus: Bus, store: Store, practices: Practices, policies: Policies, measures: Measures, admission: Admission) -> APIRouter:
    whole = APIRouter(prefix="/v1")
    whole.include_router(officers.router(store, policies, admission))
    whole.include_router(checks.router(store, policies, admission))
    whole.include_router(notices.router(store))
    whole.include_router(proposals.router(bus, store))
    whole.include_router(caseload.router(bus, store))
    whole.include_router(cases.router(bus, store))
    whole.include_router(acts.router(bus, store))
    whole.include_router(interventions.router(bus, store, practices))
    whole.include_router(tasks.router(store, practices))
    whole.include_router(enforcement.router(bus, store))
    whole.include_router(impact.router(bus, store, measures))
    whole.include_router(families.router(bus, store))
    whole.include_router(same_person.router(bus, store))
    whole.include_router(parents.router(bus, store))
    whole.include_router(flags.router(bus, store))
    whole.include_router(visit_warnings.router(store))
    whole.include_router(documents.router(store, Cleaning()))
    return whole
