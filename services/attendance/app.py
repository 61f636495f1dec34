"""Composition root of `attendance`: settings in, a runnable ASGI app out. The only place that builds things."""

from datetime import timedelta

from fastapi import FastAPI
from prometheus_client import Gauge

from services.attendance import api_calendar, api_concerns, api_joins, api_rejudge, api_returns, api_silent
from services.attendance.ages import Ages
from services.attendance.api import router
from services.attendance.api_asked import asked_router
from services.attendance.api_confirm import confirm_router
from services.attendance.api_credentials import credentials_router
from services.attendance.api_history import history
from services.attendance.api_statistics import statistics
from services.attendance.api_withdrawals import withdrawals
from services.attendance.authorities import load_profiles
from services.attendance.confirming import Confirming, WholeRolls
from services.attendance.figures import Figures
from services.attendance.handlers import register_messages, register_queries
from services.attendance.history import History
from services.attendance.intake import Intake
from services.attendance.joining import register_joining
from services.attendance.judges import Judges
from services.attendance.reader import Reader
from services.attendance.rehearsal import Rehearsal
from services.attendance.returns import Returns
from services.attendance.shown import Shown
from services.attendance.store import KINDS, OUTBOXES
from services.attendance.store.acceptances import Acceptances
from services.attendance.store.calendars import Calendars
from services.attendance.store.cases import Cases
from services.attendance.store.credentials import Credentials
from services.attendance.store.feeds import Feeds
from services.attendance.store.held import Held
from services.attendance.store.identities import Identities
from services.attendance.store.joins import Joins
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from services.attendance.store.schools import Schools
from services.attendance.store.silences import Silences
from services.attendance.store.told import TellingStore
from services.attendance.store.withdrawals import Withdrawals
from services.attendance.withdrawal import Withdrawal
from shared.disposal import Disposal
from shared.sealing import Sealer
from shared.service import application, parts, sweeper
from shared.settings import Settings


def build(settings: Settings, sealer: Sealer | None = None) -> FastAPI:
    profiles = load_profiles(settings.profile_folder)
    made = parts("attendance", settings, sealer)
    disposal = Disposal(made.documents, made.sealer, KINDS)
    schools = Schools(made.documents)
    credentials = Credentials(made.documents)
    judges = Judges(profiles, schools)
    feeds = Feeds(made.documents, made.sealer)
    joins = Joins(made.documents, made.sealer, disposal)
    rolls = Rolls(made.documents, made.sealer, disposal, Identities(made.documents, made.sealer, disposal), joins)
    ages = Ages(rolls)
    register = Register(made.documents, made.sealer, disposal, judges, ages, joins)
    for kind, move in (("roll", rolls.move), ("page", register.move), ("join", joins.move)):
        disposal.shares(kind, move)
    calendars = Calendars(made.documents, register, rolls, settings.today)
    silences = Silences(made.documents, schools, calendars, settings.now, timedelta(seconds=settings.silence_grace_seconds))
    reader = Reader(schools, rolls, register, feeds, settings.today)
    held = Held(made.documents, made.sealer)
    cases = Cases(made.documents, disposal, rolls, settings)
    wholes = WholeRolls(rolls, held, settings)
    telling = TellingStore(made.documents, made.sealer, disposal, settings)
    intake = Intake(schools, feeds, rolls, wholes, cases, telling, disposal, made.sealer, made.bus, settings)
    withdrawal = Withdrawal(feeds, Withdrawals(made.documents, made.sealer), rolls, register, settings)
    register_messages(made.bus, settings, feeds, rolls, cases, register, disposal, withdrawal)
    shown = Shown(register, judges, ages, settings.today)
    register_queries(made.bus, reader, shown)
    register_joining(made.bus, settings, register)

    async def remind_feeds() -> None:
        await feeds.remind(settings.feed_retry_seconds)

    async def drop_orphans() -> None:
        await feeds.drop_orphans(timedelta(hours=1))

    silent = Gauge("iewo_silent_schools", "Schools that are open and have sent no register by their hour.", registry=made.registry)

    async def watch_silence() -> None:
        silent.set(await silences.watch())

    made.chores += [
        (max(1, settings.sweep_after_seconds / 3), sweeper(made, OUTBOXES)),
        (max(1, settings.feed_retry_seconds / 3), remind_feeds),
        (600, drop_orphans),
        (max(1, settings.feed_retry_seconds), watch_silence),
        (3600, credentials.drop_expired),
    ]
    app = application(made, "Attendance")
    app.include_router(asked_router(cases, schools))
    app.include_router(confirm_router(Confirming(feeds, wholes, held, settings)))
    app.state.school_keys = credentials.caller
    app.include_router(credentials_router(credentials, schools))
    app.include_router(router(intake, Rehearsal(intake, register), reader, settings))
    app.include_router(api_calendar.router(calendars, reader))
    app.include_router(api_concerns.router(reader, shown))
    app.include_router(api_joins.router(joins, rolls, settings))
    app.include_router(api_rejudge.router(schools, register, settings))
    app.include_router(api_returns.router(reader, Returns(register, rolls, judges, ages, settings.today)))
    app.include_router(api_silent.router(silences, schools))
    app.include_router(withdrawals(withdrawal))
    app.include_router(statistics(Figures(reader)))
    app.include_router(history(History(reader, Acceptances(made.documents))))
    return app
