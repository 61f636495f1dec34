"""The composition root of `referrals`: settings in, a runnable application out."""

from fastapi import FastAPI

from services.referrals import api, handlers
from services.referrals.families.contacts import register_contacts
from services.referrals.packs import for_packs, names_for_packs, packs_heard
from services.referrals.rooms import Rooms, Settled
from services.referrals.school_keys import SchoolKeys
from services.referrals.store import COHORT_KINDS, KINDS, Store
from shared.disposal import Disposal
from shared.sealing import Sealer
from shared.service import application, parts, sweeper, tell_what_is_untold
from shared.settings import Settings


def build(settings: Settings, sealer: Sealer | None = None) -> FastAPI:
    settled = Settled.of(settings)
    made = parts("referrals", settings, sealer)
    disposal = Disposal(made.documents, made.sealer, COHORT_KINDS)
    store = Store.of(made.documents, made.sealer, disposal, settings)
    rooms = Rooms.of(made.bus, store, settled, settings, made.registry)
    handlers.register(made.bus, store, disposal, made.keys)
    register_contacts(made.bus, store)
    for_packs.register(made.bus, store, settled.practices, settled.templates)
    names_for_packs.register(made.bus, store)
    packs_heard.register(made.bus, store)
    tell_what_is_untold(made, KINDS)
    made.chores.append((max(1, settings.sweep_after_seconds / 3), sweeper(made, KINDS)))
    made.chores.extend(rooms.chores(settings))
    app = application(made, "Referrals")
    app.state.school_keys = SchoolKeys(made.bus).caller
    app.state.admission = rooms.admission
    handlers.register_admission(made.bus, rooms.admission)
    app.include_router(api.router(rooms))
    return app
