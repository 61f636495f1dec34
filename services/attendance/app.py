"""Composition root of `attendance`: settings in, a runnable ASGI app out. The only place that builds things."""

from datetime import timedelta

from fastapi import FastAPI

from services.attendance.api import router
from services.attendance.desk import Desk
from services.attendance.domain.concerns.thresholds import Thresholds
from services.attendance.domain.judging import Bench
from services.attendance.handlers import register_messages, register_queries
from services.attendance.intake import Intake
from services.attendance.reader import Reader
from services.attendance.store import KINDS, OUTBOXES
from services.attendance.store.feeds import Feeds
from services.attendance.store.identities import Identities
from services.attendance.store.register import Register
from services.attendance.store.rolls import Rolls
from services.attendance.store.schools import Schools
from shared.disposal import Disposal
from shared.sealing import Sealer
from shared.service import application, parts, sweeper
from shared.settings import Settings


def build(settings: Settings, sealer: Sealer | None = None) -> FastAPI:
    made = parts("attendance", settings, sealer)
    disposal = Disposal(made.documents, made.sealer, KINDS)
    schools = Schools(made.documents)
    feeds = Feeds(made.documents, made.sealer)
    rolls = Rolls(made.documents, made.sealer, disposal, Identities(made.documents, made.sealer, disposal))
    register = Register(made.documents, made.sealer, disposal, Bench(Thresholds()))
    disposal.shares("roll", rolls.move)
    disposal.shares("page", register.move)
    reader = Reader(schools, rolls, register, feeds, settings.today)
    desk = Desk(feeds, rolls, register, settings)
    intake = Intake(schools, feeds, rolls, disposal, made.sealer, desk, made.bus, settings)
    register_messages(made.bus, feeds, desk, disposal)
    register_queries(made.bus, reader)

    async def remind_feeds() -> None:
        await feeds.remind(settings.feed_retry_seconds)

    async def drop_orphans() -> None:
        await feeds.drop_orphans(timedelta(hours=1))

    made.chores.append((max(1, settings.sweep_after_seconds / 3), sweeper(made, OUTBOXES)))
    made.chores.append((max(1, settings.feed_retry_seconds / 3), remind_feeds))
    made.chores.append((600, drop_orphans))
    made.before_stop.append(desk.clear)
    app = application(made, "Attendance")
    app.include_router(router(intake, reader, settings))
    return app
