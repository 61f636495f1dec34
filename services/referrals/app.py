"""The composition root of `referrals`: settings in, a runnable application out."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from services.referrals import api, handlers
from services.referrals.cleaning import Cleaning
from services.referrals.errors import KeyUsedTwice, NoSuchDocument, NoSuchReferral, NotPossible
from services.referrals.store import COHORT_KINDS, KINDS, Store
from shared.contracts.envelope import Cause
from shared.disposal import Disposal
from shared.identity import new_id
from shared.sealing import Sealer
from shared.service import application, parts, sweeper
from shared.settings import Settings

SWEPT_EVERY = 600.0
"""Seconds between two looks for uploads that were never finished."""


def build(settings: Settings, sealer: Sealer | None = None) -> FastAPI:
    made = parts("referrals", settings, sealer)
    disposal = Disposal(made.documents, made.sealer, COHORT_KINDS)
    store = Store.of(made.documents, made.sealer, disposal, settings)
    handlers.register(made.bus, store, disposal, made.keys)
    made.chores.append((max(1, settings.sweep_after_seconds / 3), sweeper(made, KINDS)))

    async def sweep_uploads() -> None:
        await store.case_documents.sweep(Cause.beginning(new_id()))

    made.chores.append((SWEPT_EVERY, sweep_uploads))
    app = application(made, "Referrals")
    app.include_router(api.router(made.bus, store, Cleaning()))
    for error, status in ((NoSuchReferral, 404), (NoSuchDocument, 404), (NotPossible, 409), (KeyUsedTwice, 409)):
        app.add_exception_handler(error, _with_status(status))
    return app


def _with_status(status: int) -> Callable[[Request, Exception], Awaitable[JSONResponse]]:
    async def answer(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status)

    return answer
