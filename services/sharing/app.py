"""Composition root of `sharing`: settings in, a runnable ASGI app out. The only place that builds things."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from prometheus_client import Gauge

from services.sharing import handlers
from services.sharing.api import router
from services.sharing.changes import Changes
from services.sharing.exhibit_texts import ExhibitTexts
from services.sharing.gathering import Gathering
from services.sharing.leaf_pages import LeafPages
from services.sharing.making import Making
from services.sharing.notices import Notices
from services.sharing.overdue import Overdue
from services.sharing.preparing import Preparation
from services.sharing.profiles import load_profiles
from services.sharing.recalling import PAUSE, Recall, take_off_what_is_no_more
from services.sharing.sending import Sending
from services.sharing.store import COHORT_KINDS, OUTBOXES, Store
from services.sharing.telling import Telling
from services.sharing.waiting import Waiting
from services.sharing.watch import SECONDS, Watch
from shared.admission import AskedAdmission
from shared.disposal import Disposal
from shared.errors import Disposed
from shared.sealing import Sealer
from shared.service import application, parts, sweeper
from shared.settings import Settings
from shared.signing_key import read_signing_key


def build(settings: Settings, sealer: Sealer | None = None) -> FastAPI:
    """The runnable service. SigningKeyMissing when it could not sign the manifest of a pack."""
    profiles = load_profiles(settings.profile_folder)  # first: a profile that cannot be used is all that is said
    key = read_signing_key(settings.signing_key)
    made = parts("sharing", settings, sealer)
    disposal = Disposal(made.documents, made.sealer, COHORT_KINDS)
    store = Store.of(made.documents, made.sealer, disposal, settings)
    disposal.reaches(Recall(made.bus, store))
    notices = Notices(store, profiles)
    gathering = Gathering(made.bus, store.authorities, profiles, settings, notices, ExhibitTexts(made.bus))
    preparation = Preparation(made.bus, store, gathering, settings)
    making = Making(made.bus, key, LeafPages(made.bus))
    telling = Telling(key, store.changes_told)
    waiting = Waiting(Sending(preparation, making, store), store, telling, settings.sweep_after_seconds, made.bus)
    handlers.register(made.bus, preparation, disposal, store)
    changes = Changes(preparation, store, telling, settings.sweep_after_seconds)
    unfetched = Gauge("iewo_packs_not_fetched", "Packs that their LA has not fetched in its profile's days.", registry=made.registry)
    held_up = Gauge("iewo_packs_held_up", "Packs that have waited to go, or for the bus, for a quarter of an hour.", registry=made.registry)
    unanswered = Gauge("iewo_pack_changes_unanswered", "Sent packs with a change that is past its day to answer.", registry=made.registry)
    made.chores.append((max(1, settings.sweep_after_seconds / 3), sweeper(made, OUTBOXES)))
    made.chores.append((max(1, settings.sweep_after_seconds / 3), waiting.take_up))
    made.chores.append((max(1, settings.sweep_after_seconds * PAUSE), take_off_what_is_no_more(made.bus, store)))
    made.chores.append((SECONDS, Watch(made.bus, store).look))
    made.chores.append((max(1, settings.sweep_after_seconds / 3), changes.look))
    made.chores.append((max(1, settings.sweep_after_seconds), Overdue(store, profiles, settings, unfetched, held_up, unanswered).look))
    app = application(made, "Sharing")
    app.state.admission = AskedAdmission(made.bus)
    app.include_router(router(store, preparation, making, waiting, changes))
    app.add_exception_handler(Disposed, _gone)
    return app


async def _gone(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse({"detail": "this has been disposed of"}, 410)
