"""The composition root of `referrals`: settings in, a runnable application out."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from prometheus_client import Gauge

from services.referrals import api, handlers, mail
from services.referrals.declining import load_declining
from services.referrals.errors import (
    ChangedMeanwhile,
    KeyUsedTwice,
    NoSuchChild,
    NoSuchEntry,
    NoSuchFlag,
    NoSuchParentHere,
    NoSuchReferral,
    NoSuchTask,
    NoSuchWarning,
    NotPossible,
    OverBought,
)
from services.referrals.notices import Post
from services.referrals.practice import load_practices
from services.referrals.store import COHORT_KINDS, KINDS, Store
from shared.disposal import Disposal
from shared.sealing import Sealer
from shared.service import application, parts, sweeper
from shared.settings import Settings

_STATUS: Final = (
    (NoSuchReferral, 404),
    (NoSuchEntry, 404),
    (NoSuchTask, 404),
    (NoSuchParentHere, 404),
    (NoSuchFlag, 404),
    (NoSuchWarning, 404),
    (NoSuchChild, 404),
    (NotPossible, 409),
    (OverBought, 409),
    (KeyUsedTwice, 409),
    (ChangedMeanwhile, 409),
)
"""What is no plain refusal (422)."""


def build(settings: Settings, sealer: Sealer | None = None) -> FastAPI:
    way = mail.mail(settings)  # first: settings that cannot be used are all that is said
    practices = load_practices(settings.casework_folder)  # first: a file that cannot be used is all that is said
    declining = load_declining(settings.casework_folder)
    made = parts("referrals", settings, sealer)
    disposal = Disposal(made.documents, made.sealer, COHORT_KINDS)
    store = Store.of(made.documents, made.sealer, disposal, settings)
    handlers.register(made.bus, store, disposal, made.keys)
    made.chores.append((max(1, settings.sweep_after_seconds / 3), sweeper(made, KINDS)))
    post = Post(store, way, Gauge("iewo_notices_unsent", "Notices whose e-mail was tried and has not gone.", registry=made.registry))
    made.chores += [(max(1, settings.sweep_after_seconds / 3), post.deliver), (3600, store.notices.forget)]
    app = application(made, "Referrals")
    app.include_router(api.router(made.bus, store, practices, declining))
    for error, status in _STATUS:
        app.add_exception_handler(error, _with_status(status))
    return app


def _with_status(status: int) -> Callable[[Request, Exception], Awaitable[JSONResponse]]:
    async def answer(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status)

    return answer
