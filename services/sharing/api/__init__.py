"""What `sharing` answers over HTTP, a file for each noun."""

from fastapi import APIRouter

from services.sharing.acting import Acting
from services.sharing.api import (
    authorities,
    certificates,
    disclosures,
    downloads,
    handing_over,
    history_answers,
    history_lists,
    la_packs,
    named_packs,
    notice_histories,
    outcomes,
    pack_acts,
    pack_changes,
    pack_lists,
    packs,
    previews,
    readiness,
    statements,
    words,
)
from services.sharing.changes import Changes
from services.sharing.making import Making
from services.sharing.preparing import Preparation
from services.sharing.store import Store
from services.sharing.waiting import Waiting


def router(store: Store, preparation: Preparation, making: Making, waiting: Waiting, changes: Changes) -> APIRouter:
    routes = APIRouter()
    acting = Acting(preparation, making, waiting.sending)
    for part in (
        authorities.router(store, preparation, waiting),
        packs.router(store, preparation),
        statements.router(store, preparation),
        certificates.router(store, preparation, acting, waiting),
        pack_acts.router(store, preparation, acting),
        pack_lists.router(store, preparation, acting, waiting),
        previews.router(preparation, making),
        readiness.router(preparation),
        named_packs.router(store, preparation),
        words.router(store, preparation),
        outcomes.router(store, preparation),
        la_packs.router(store),
        downloads.router(store),
        pack_changes.router(store, preparation, changes),
        handing_over.router(store, preparation, waiting.sending),
        history_lists.router(store, preparation, acting),
        history_answers.router(store, preparation, acting),
        notice_histories.router(store, preparation),
        disclosures.router(store),
    ):
        routes.include_router(part)
    return routes
