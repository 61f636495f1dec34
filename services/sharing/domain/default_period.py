"""The period of a certificate where nobody has said one: that of the sessions relied on, and no more.

Of a penalty notice the rolling period of school weeks that ends with the last of them, as the profile counts weeks (National Framework for
Penalty Notices, August 2024): the newest absence is in it, and its clocks end last. Where that one does not meet the threshold, the one
with the most of them. Of a prosecution all from the first to the last. A session that is out of time for an information (Magistrates'
Courts Act 1980 s.127) is left out: one such session would make the whole request late.
"""

from collections.abc import Collection, Sequence
from datetime import date

from services.sharing.domain.clocks import first_in_time
from services.sharing.domain.profile import Profile
from services.sharing.domain.school_weeks import latest
from services.sharing.domain.sessions import Session
from shared.contracts.referrals import Measure


def default_period(
    relied_on: Sequence[Session], school_days: Collection[date], measure: Measure, profile: Profile, today: date
) -> tuple[date, date] | None:
    """First and last day. None where no session can be relied on: then the whole of what was looked at stays. `relied_on`: in order."""
    begin = first_in_time(today, profile.clock)
    some = [one for one in relied_on if one.day >= begin]
    if not some:
        return None
    if measure == "prosecution":
        return some[0].day, some[-1].day
    threshold = profile.threshold
    found = latest(some, school_days, threshold.weeks, profile.readings, threshold.sessions)
    return (found.first, found.last) if found else None
