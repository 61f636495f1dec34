"""The period of a request for a penalty notice over leave in term time, where nobody has said one: the profile's window of school weeks
that ends with the leave.

Source: National Framework for Penalty Notices (August 2024): ten sessions of unauthorised absence in ten school weeks, in any mix, so
lateness after the register closed and other unauthorised absence before the leave count beside it ("4 holiday + 6 late"). Where the leave
is enough alone, sessions before it would begin the six months of an information earlier (Magistrates' Courts Act 1980 s.127) and be used
up with the notice: so the period reaches back no further than the threshold needs, unless the profile says otherwise.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from services.sharing.domain.clocks import first_in_good_time, first_in_time
from services.sharing.domain.material import OtherPack
from services.sharing.domain.profile import Profile
from services.sharing.domain.school_weeks import begins_with
from services.sharing.domain.sessions import Session
from shared.contracts.enforcement import Leave

HOLIDAY = "G"


def leave_of(leaves: Iterable[Leave], relied_on: Iterable[Session], last: date) -> Leave | None:
    """The latest that is over by `last` and for which there are sessions to rely on, or which ends on that day."""
    days = {one.day for one in relied_on if one.code == HOLIDAY}
    over = [one for one in leaves if one.last == last or (one.last < last and any(one.first <= day <= one.last for day in days))]
    return max(over, key=lambda one: one.last, default=None)


def leave_period(
    leave: Leave,
    relied_on: Sequence[Session],
    school_days: Collection[date],
    packs: Sequence[OtherPack],
    profile: Profile,
    today: date,
) -> tuple[date, date]:
    """First and last day: the days of the leave, and those before it from the session from which the threshold is met, or from the first
    that counts, as the profile reads it; from the first where the threshold is not met. `relied_on`: in order.

    A session that is out of time for an information, or before the end of another pack that is on its way, is left out: with one such the
    request could not go. Days for which another pack is only being prepared, and sessions for which the LA has too little time left, are
    taken in where the threshold is not met without them: the latest that meet it need no more of them than there has to be.
    """
    in_time = first_in_time(today, profile.clock)
    if leave.last < in_time:
        return leave.first, leave.last
    threshold = profile.threshold
    begin = max(
        in_time,
        begins_with(leave.last, school_days, threshold.weeks, profile.readings),
        _after([one for one in packs if one.standing], leave),
    )
    counting = [one for one in relied_on if begin <= one.day <= leave.last]
    if profile.readings.leave_reaches_back == "as far as the threshold needs":
        some = counting[-threshold.sessions :]
    else:
        apart = [one for one in counting if one.day >= _after(packs, leave)]
        in_good_time = [one for one in apart if one.day >= first_in_good_time(today, profile.clock)]
        some = next((one for one in (in_good_time, apart) if len(one) >= threshold.sessions), counting)
    return max(in_time, min([leave.first, *(one.day for one in some[:1])])), leave.last


def _after(packs: Iterable[OtherPack], leave: Leave) -> date:
    """The day after the last of those whose period is over before the leave."""
    return max((one.last + timedelta(days=1) for one in packs if one.last < leave.first), default=date.min)
