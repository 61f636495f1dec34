"""Composition root of `attendance`: settings in, a runnable ASGI app out. The only place that builds things."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, FastAPI
from prometheus_client import Gauge

from services.attendance import api
from services.attendance.contacts import register_contacts
from services.attendance.domain.concerns.profile import Profiles
from services.attendance.feeds.confirming import Confirming, WholeRolls
from services.attendance.feeds.desk import Desk
from services.attendance.feeds.intake import Intake
from services.attendance.feeds.rehearsal import Rehearsal
from services.attendance.feeds.still_said import StillSaid
from services.attendance.feeds.trust import Trust
from services.attendance.feeds.uploads import Uploads
from services.attendance.feeds.withdrawal import Withdrawal
from services.attendance.figures.periods import PeriodAnswers
from services.attendance.figures.returns import Returns
from services.attendance.figures.statistics import Figures
from services.attendance.handlers import register_confidential, register_credentials, register_messages, register_periods, register_queries
from services.attendance.joining import register_joining
from services.attendance.judging.ages import Ages
from services.attendance.judging.authorities import load_profiles
from services.attendance.judging.daily import Daily
from services.attendance.judging.judges import Judges
from services.attendance.judging.openings import Openings, load_openings
from services.attendance.judging.shown import Shown
from services.attendance.registers.history import History
from services.attendance.registers.marks import MarkAnswers, register_marks
from services.attendance.registers.reader import Reader
from services.attendance.registers.school_days import register_school_days
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
from services.attendance.store.roll_contacts import RollContacts
from services.attendance.store.rolls import Rolls
from services.attendance.store.schools import Schools
from services.attendance.store.silences import Silences
from services.attendance.store.told import TellingStore
from services.attendance.store.withdrawals import Withdrawals
from shared.admission import AskedAdmission
from shared.disposal import Disposal
from shared.sealing import Sealer
from shared.service import Parts, application, parts, sweeper, tell_what_is_untold
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Rooms:
    """What chores and the application need of what was built."""

    credentials: Credentials
    feeds: Feeds
    silences: Silences
    daily: Daily
    desk: Desk
    routers: tuple[APIRouter, ...]


def build(settings: Settings, sealer: Sealer | None = None) -> FastAPI:
    # first: a profile that cannot be used is all that is said
    profiles, openings = load_profiles(settings.profile_folder), load_openings(settings.profile_folder)
    made = parts("attendance", settings, sealer)
    rooms = _rooms(made, settings, profiles, openings)
    _chores(made, settings, rooms)
    made.before_stop.append(rooms.desk.clear)
    app = application(made, "Attendance")
    app.state.school_keys = rooms.credentials.caller
    app.state.admission = AskedAdmission(made.bus)
    for routes in rooms.routers:
        app.include_router(routes)
    return app


def _rooms(made: Parts, settings: Settings, profiles: Profiles, openings: Openings) -> Rooms:
    documents, keys, today = made.documents, made.sealer, settings.today
    disposal = Disposal(documents, keys, KINDS)
    schools, credentials, feeds = Schools(documents), Credentials(documents), Feeds(documents, keys)
    judges = Judges(profiles, schools)
    joins = Joins(documents, keys, disposal)
    rolls = Rolls(documents, keys, disposal, Identities(documents, keys, disposal), joins)
    ages = Ages(rolls)
    register = Register(documents, keys, disposal, judges, ages, joins)
    for kind, move in (("roll", rolls.move), ("page", register.move)):
        disposal.shares(kind, move)
    disposal.shares("join", joins.move, whole=True, forward=False)
    calendars = Calendars(documents, register, rolls, today)
    grace = timedelta(seconds=settings.silence_grace_seconds)
    silences = Silences(documents, schools, calendars, openings, settings.now, grace)
    held, cases = Held(documents, keys), Cases(documents, disposal, rolls, settings)
    wholes = WholeRolls(rolls, held, settings)
    withdrawal = Withdrawal(feeds, Withdrawals(documents, keys), rolls, register, joins, settings)
    desk = Desk(feeds, rolls, register, withdrawal, settings)
    telling = TellingStore(documents, keys, disposal, settings)
    intake = Intake(
        schools, feeds, rolls, wholes, cases, telling, StillSaid(rolls, register, settings), disposal, keys, desk, made.bus, settings
    )
    reader, shown = Reader(schools, rolls, register, Acceptances(documents), today), Shown(register, judges, ages, today)
    uploads = Uploads()
    register_messages(made.bus, feeds, desk, cases, rolls, disposal)
    register_queries(made.bus, reader, shown)
    register_confidential(made.bus, rolls)
    register_periods(made.bus, PeriodAnswers(calendars, today))
    register_marks(made.bus, MarkAnswers(register, calendars, judges, today))
    register_joining(made.bus, settings, register)
    register_school_days(made.bus, calendars)
    contacts = RollContacts(documents, keys)
    register_contacts(made.bus, contacts)
    register_credentials(made.bus, credentials)
    routers = (
        api.schools.router(reader),
        api.feeds.router(intake, Rehearsal(intake, register), uploads, reader, settings),
        api.registers.router(reader, settings),
        api.trust.router(Trust(intake, schools), uploads, settings),
        api.asked.router(cases, schools),
        api.confirm.router(Confirming(feeds, wholes, held, settings)),
        api.credentials.router(credentials, schools),
        api.withdrawals.router(withdrawal),
        api.contacts.router(reader, contacts),
        api.history.router(History(reader)),
        api.statistics.router(Figures(reader, calendars)),
        api.calendar.router(calendars, reader),
        api.missing.router(calendars, reader),
        api.concerns.router(reader, shown),
        api.joins.router(joins, rolls, settings),
        api.rejudge.router(schools, register, settings),
        api.returns.router(reader, Returns(register, rolls, judges, ages, today)),
        api.silent.router(silences, schools),
    )
    return Rooms(credentials, feeds, silences, Daily(register, schools, settings.now, today), desk, routers)


def _chores(made: Parts, settings: Settings, rooms: Rooms) -> None:
    silent = Gauge("iewo_silent_schools", "Schools that are open and have sent no register by their hour.", registry=made.registry)
    together = Gauge(
        "iewo_silent_authorities", "Authorities of which nearly every school is silent: a holiday, or an outage.", registry=made.registry
    )

    async def remind_feeds() -> None:
        await rooms.feeds.remind(settings.feed_retry_seconds)

    async def drop_orphans() -> None:
        await rooms.feeds.drop_orphans(timedelta(hours=1))

    async def watch_silence() -> None:
        watched = await rooms.silences.watch()
        silent.set(watched.schools)
        together.set(len(watched.authorities))

    async def judge_daily() -> None:
        await rooms.daily.judge()

    tell_what_is_untold(made, OUTBOXES)
    made.chores += [
        (max(1, settings.sweep_after_seconds / 3), sweeper(made, OUTBOXES)),
        (max(1, settings.feed_retry_seconds / 3), remind_feeds),
        (max(1, settings.feed_retry_seconds), watch_silence),
        (600, drop_orphans),
        (600, judge_daily),
        (3600, rooms.credentials.drop_expired),
    ]
