"""What `referrals` does when an HTTP request arrives."""

from fastapi import APIRouter

from services.referrals.api import cases, enforcement, impact, interventions, officers, proposals
from services.referrals.store import Store
from shared.bus import Bus


def router(bus: Bus, store: Store) -> APIRouter:
    whole = APIRouter(prefix="/v1")
    whole.include_router(officers.router(store))
    whole.include_router(proposals.router(bus, store))
    whole.include_router(cases.router(bus, store))
    whole.include_router(interventions.router(store))
    whole.include_router(enforcement.router(bus, store))
    whole.include_router(impact.router(bus, store))
    return whole
