"""The composition root of `referrals`: settings in, a runnable application out."""

from typing import Final

from fastapi import FastAPI
from prometheus_client import Gauge

from services.referrals import api, handlers, mail
from services.referrals.admission import Admission
from services.referrals.handing_over import HandingOver
from services.referrals.impact_settings import load_measures
from services.referrals.notices import Post
from services.referrals.policy import load_policies
from services.referrals.practice import load_practices
from services.referrals.school_keys import SchoolKeys
from services.referrals.store import COHORT_KINDS, KINDS, Store
from services.referrals.watching_checks import WatchingChecks
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.identity import new_id
from shared.sealing import Sealer
from shared.service import application, parts, sweeper
from shared.settings import Settings

SWEPT_EVERY: Final = 600.0
"""Seconds between two looks for uploads that were never finished."""


def build(settings: Settings, sealer: Sealer | None = None) -> FastAPI:
    # first: settings and files that cannot be used are all that is said
    way = mail.mail(settings)
    practices, policies = load_practices(settings.casework_folder), load_policies(settings.casework_folder)
    measures = load_measures(settings.casework_folder)
    made = parts("referrals", settings, sealer)
    disposal = Disposal(made.documents, made.sealer, COHORT_KINDS)
    store = Store.of(made.documents, made.sealer, disposal, settings)
    handlers.register(made.bus, store, disposal, made.keys)
    made.chores.append((max(1, settings.sweep_after_seconds / 3), sweeper(made, KINDS)))
    post = Post(store, way, Gauge("iewo_notices_unsent", "Notices whose e-mail was tried and has not gone.", registry=made.registry))
    made.chores += [(max(1, settings.sweep_after_seconds / 3), post.deliver), (3600, store.notices.forget)]
    handing = HandingOver(store, policies, Admission(store, policies))
    made.chores.append((max(1, settings.sweep_after_seconds * 20), WatchingChecks(store, policies, handing).watch))

    async def sweep_uploads() -> None:
        await store.case_documents.sweep(Cause.beginning(new_id()))

    made.chores.append((SWEPT_EVERY, sweep_uploads))
    app = application(made, "Referrals")
    app.state.school_keys = SchoolKeys(made.bus).caller
    app.state.admission = handing.admission
    handlers.register_admission(made.bus, handing.admission)
    app.include_router(api.router(made.bus, store, practices, measures, handing))
    return app
