"""What `referrals` does when an HTTP request arrives."""

from fastapi import APIRouter

from services.referrals.api import cases, documents, enforcement, interventions, notices, officers, proposals
from services.referrals.cleaning import Cleaning
from services.referrals.domain.kinds import Practices
from services.referrals.store import Store
from shared.bus import Bus


def router(bus: Bus, store: Store, practices: Practices) -> APIRouter:
    whole = APIRouter(prefix="/v1")
    whole.include_router(officers.router(store))
    whole.include_router(notices.router(store))
    whole.include_router(proposals.router(bus, store))
    whole.include_router(cases.router(bus, store))
    whole.include_router(interventions.router(store, practices))
    whole.include_router(enforcement.router(bus, store))
    whole.include_router(documents.router(store, Cleaning()))
    return whole
