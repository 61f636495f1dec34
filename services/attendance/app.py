"""Composition root of `attendance`: settings in, a runnable ASGI app out. The only place that builds things."""

from datetime import timedelta

from fastapi import FastAPI

from services.attendance import api_calendar
from services.attendance.ages import Ages
from services.attendance.api import router
from services.attendance.api_confirm import confirm_router
from services.attendance.api_withdrawals import withdrawals
from services.attendance.authorities import load_profiles
from services.attendance.confirming import Confirming, WholeRolls
from services.attendance.handlers import register_messages, register_queries
from services.attendance.intake import Intake
from services.attendance.judges import Judges
from services.attendance.reader import Reader
from services.attendance.rehearsal import Rehearsal
from services.attendance.store import KINDS, OUTBOXES
from services.attendance.store.calendars import Calendars
from services.attendance.store.feeds import Feeds
from services.attendance.store.held import Held
from services.attendance.store.identities import Identities
from services.attendance.store.joins import Joins
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from services.attendance.store.schools import Schools
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
    judges = Judges(profiles, schools)
    feeds = Feeds(made.documents, made.sealer)
    joins = Joins(made.documents, made.sealer, disposal)
    rolls = Rolls(made.documents, made.sealer, disposal, Identities(made.documents, made.sealer, disposal), joins)
    register = Register(made.documents, made.sealer, disposal, judges, Ages(rolls), joins)
    disposal.shares("roll", rolls.move)
    disposal.shares("page", register.move)
    disposal.shares("join", joins.move)
    calendars = Calendars(made.documents, register, rolls, settings.today)
    reader = Reader(schools, rolls, register, feeds, joins, settings.today)
    held = Held(made.documents, made.sealer)
    wholes = WholeRolls(rolls, held, settings)
    telling = TellingStore(made.documents, made.sealer, disposal, settings)
    intake = Intake(schools, feeds, rolls, wholes, telling, disposal, made.sealer, made.bus, settings)
    withdrawal = Withdrawal(feeds, Withdrawals(made.documents, made.sealer), rolls, register, settings)
    register_messages(made.bus, settings, feeds, rolls, register, disposal, withdrawal)
    register_queries(made.bus, reader)

    async def remind_feeds() -> None:
        await feeds.remind(settings.feed_retry_seconds)

    async def drop_orphans() -> None:
        await feeds.drop_orphans(timedelta(hours=1))

    made.chores.append((max(1, settings.sweep_after_seconds / 3), sweeper(made, OUTBOXES)))
    made.chores.append((max(1, settings.feed_retry_seconds / 3), remind_feeds))
    made.chores.append((600, drop_orphans))
    app = application(made, "Attendance")
    app.include_router(confirm_router(Confirming(feeds, wholes, held, settings)))
    app.include_router(router(intake, Rehearsal(intake, register), reader, settings))
    app.include_router(api_calendar.router(calendars, reader))
    app.include_router(withdrawals(withdrawal))
    return app
