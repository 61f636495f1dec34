"""The legal clocks: until when an information can be laid for a session, and until when the Local Authority (LA) takes a request.

Source: Magistrates' Courts Act 1980 s.127: "within 6 months from the time when the offence was committed". Months are those of the calendar
(Interpretation Act 1978 Sch. 1): the period ends with the day of the same number, or with the last of a month that has none. Whether
the day of the session itself is counted, and how long before the LA wants a request, are settings of its profile.

The LA's time is counted back from the day on which an information can still be handed in: where the last day is a Saturday, a Sunday or a
bank holiday, from the working day before it. No text says from which; counted so the request is due earlier, and an LA that has less time
than it wants may let the matter go out of time.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from services.sharing.domain.material import LegalClocks, Wanted
from services.sharing.domain.months import months_later
from services.sharing.domain.own_deadline import own_deadline
from services.sharing.domain.profile import Clock, Profile
from services.sharing.domain.sessions import Session
from shared.contracts.enforcement import CaseEvidence
from shared.court_days import last_working_day

MONTHS = 6


def last_day(session: date, clock: Clock) -> date:
    """The last day on which an information for a session of this day can be laid."""
    end = months_later(session, MONTHS)
    return end if clock.day_of_the_session == "not counted" else end - timedelta(days=1)


def first_in_time(today: date, clock: Clock) -> date:
    """The earliest day for whose sessions an information can still be laid."""
    day = months_later(today, -MONTHS) - timedelta(days=4)  # months differ by so many days at most
    while last_day(day, clock) < today:
        day += timedelta(days=1)
    return day


def asked_in_time(earliest_by: date, clock: Clock) -> date:
    """The last day on which the LA has its time, of a request whose earliest session is out of time after `earliest_by`."""
    return last_working_day(earliest_by) - timedelta(days=clock.lead_days)


def first_in_good_time(today: date, clock: Clock) -> date:
    """The earliest day for whose sessions the LA has its time still."""
    day = first_in_time(today + timedelta(days=clock.lead_days), clock)
    while asked_in_time(last_day(day, clock), clock) < today:
        day += timedelta(days=1)
    return day


def clocks(
    relied_on: Sequence[Session], wanted: Wanted, case: CaseEvidence, profile: Profile, school_days: Sequence[date], today: date
) -> LegalClocks:
    """Of sessions in their order; no session, no clock. The LA's own deadline counts where its profile has one and its event is known."""
    if not relied_on:
        return LegalClocks(earliest=None, latest=None, earliest_by=None, latest_by=None, request_by=None)
    rules, clock = profile.rules(wanted.measure, wanted.ground), profile.clock
    earliest, latest = relied_on[0].day, relied_on[-1].day
    earliest_by = last_day(earliest, clock)
    own = own_deadline(wanted, case, rules, latest, school_days, today) if rules.own_deadline.required else None
    return LegalClocks(
        earliest=earliest,
        latest=latest,
        earliest_by=earliest_by,
        latest_by=last_day(latest, clock),
        request_by=min(asked_in_time(earliest_by, clock), own.by if own else date.max),
    )
