"""What `sharing` answers over HTTP, a file for each noun."""

from fastapi import APIRouter

from services.sharing.api import authorities, disclosures, packs
from services.sharing.store import Store
from services.sharing.waiting import Waiting


def router(store: Store, waiting: Waiting) -> APIRouter:
    routes = APIRouter()
    for part in (authorities.router(store, waiting), packs.router(store), disclosures.router(store)):
        routes.include_router(part)
    return routes
