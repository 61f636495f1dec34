"""What `referrals` does when an HTTP request arrives."""

from fastapi import APIRouter

from services.referrals.api import (
    absences,
    acts,
    bars,
    bought,
    cases,
    checks,
    deciding,
    documents,
    enforcement,
    families,
    flags,
    impact,
    interventions,
    letters,
    notices,
    officers,
    parents,
    proposals,
    raising,
    register_check,
    same_person,
    visit_warnings,
)
from services.referrals.cleaning import Cleaning
from services.referrals.deciding import Deciding
from services.referrals.domain.declining import Declining
from services.referrals.domain.kinds import Practices
from services.referrals.handing_over import HandingOver
from services.referrals.impact_settings import Measures
from services.referrals.policy import Policies
from services.referrals.sending import Sending
from services.referrals.store import Store
from shared.bus import Bus


def router(
    bus: Bus,
    store: Store,
    practices: Practices,
    measures: Measures,
    handing: HandingOver,
    sending: Sending,
    declining: Declining,
) -> APIRouter:
    whole = APIRouter(prefix="/v1")
    decisions = Deciding(store, declining)
    whole.include_router(officers.router(store, handing))
    whole.include_router(checks.router(store, handing))
    whole.include_router(absences.router(store, handing))
    whole.include_router(notices.router(store))
    whole.include_router(proposals.router(bus, store))
    whole.include_router(deciding.router(decisions))
    whole.include_router(register_check.router(bus, decisions))
    whole.include_router(raising.router(bus, store))
    whole.include_router(bars.router(store))
    whole.include_router(bought.router(store))
    whole.include_router(cases.router(bus, store))
    whole.include_router(acts.router(bus, store))
    whole.include_router(interventions.router(bus, store, practices))
    whole.include_router(enforcement.router(bus, store))
    whole.include_router(impact.router(bus, store, measures))
    whole.include_router(families.router(bus, store))
    whole.include_router(same_person.router(bus, store))
    whole.include_router(parents.router(bus, store))
    whole.include_router(flags.router(bus, store))
    whole.include_router(visit_warnings.router(store))
    whole.include_router(documents.router(store, Cleaning()))
    whole.include_router(letters.router(bus, store, sending))
    return whole
