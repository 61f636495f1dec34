"""At most two penalty notices to a parent for a child within three years.

Source: National Framework for Penalty Notices, as Manchester 4.3 and Buckinghamshire have it: paid and unpaid notices count, withdrawn ones
do not; a third within three years "of the date of issue of the first" is not allowed. Whether notices from before the framework count, and
from what the years run, are readings of the profile. Counted are notices known to us, and packs that may
become one: signed and on their way, or with a Local Authority.
"""

from datetime import date

from services.sharing.domain.demands import Limit
from services.sharing.domain.material import Notice
from services.sharing.domain.months import months_later
from services.sharing.domain.profile import FRAMEWORK, Readings
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on


def look(view: View, demand: Limit) -> Found:
    readings = view.profile.readings
    days = sorted(_counted_from(one, readings) for one in view.to_parent if _counts(one, readings))
    standing = [day for day in days if months_later(day, 12 * demand.years) > view.today]
    coming = sum(one.standing and one.measure == "penalty notice" for one in view.material.notices.packs)
    known = f"{count(len(standing), 'notice')} to this parent for this child in {demand.years} years known to us"
    if coming and len(standing) < demand.notices <= len(standing) + coming:
        asked = f"{count(coming, 'other pack')} asked for a notice, of which nothing is known yet"
        return Found(False, f"{known}, {asked}, and {demand.notices} are allowed.", "Wait for what becomes of it.")
    if len(standing) < demand.notices:
        return Found(True, f"{known}; {demand.notices} are allowed.")
    free = months_later(standing[-demand.notices], 12 * demand.years)
    limit = f"{known}, from {on(standing[0])} on, and no more than {demand.notices} before {on(free)}"
    return Found(False, f"{limit}.", "Ask for a prosecution.")


def _counts(notice: Notice, readings: Readings) -> bool:
    recent = notice.issued_on >= FRAMEWORK or readings.notices_before_framework == "count"
    return notice.state != "withdrawn" and recent


def _counted_from(notice: Notice, readings: Readings) -> date:
    """A notice whose sessions nobody told counts from its issue."""
    if readings.limit_counts_from == "the last session" and notice.sessions:
        return max(day for day, _ in notice.sessions)
    return notice.issued_on
