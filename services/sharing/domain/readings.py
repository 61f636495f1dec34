"""How a profile reads the rules where their sources leave something open, in words, as every pack prints them."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from services.sharing.domain.demands import Rules
from services.sharing.domain.material import Wanted
from services.sharing.domain.offence import AGGRAVATED, offence
from services.sharing.domain.profile import Profile
from services.sharing.domain.sessions import codes_relied_on, unsettled
from services.sharing.domain.words import count, listed

_NOTICES: Final = "Penalty notices (National Framework, offences from 19 August 2024)"
_LIMIT: Final = "Notices to one parent for one child"
_CLOCK: Final = "Six months (Magistrates' Courts Act 1980 s.127)"

_WEEK_ENDS: Final = {"Monday": "Sunday", "Saturday": "Friday", "Sunday": "Saturday"}
_SLIDES: Final = {
    "by week": "begins with a week",
    "by day": "may begin on any day of a week",
}
_USED: Final = {
    "count once": "A session on which a notice rests does not count towards another notice to the same parent, unless it was withdrawn.",
    "count again": "A session on which a notice rests may count towards another notice to the same parent.",
}
_BEFORE: Final = {
    "count": "Notices issued before 19 August 2024 count.",
    "do not count": "Notices issued before 19 August 2024 do not count.",
}
_FROM: Final = {
    "the day of issue": "of the day on which it was issued",
    "the last session": "of the last session on which it rests, where that is known, else of its issue",
}
_REACHES: Final = {
    "as far as the threshold needs": "The period is the leave alone where the sessions in it that are named above meet the threshold; else "
    "it begins with the latest session before the leave from which they do, within the {weeks} school weeks that end with the leave. Where "
    "they do not, every such session in those weeks is in it.",
    "the whole window": "The period is that of the {weeks} school weeks that end with the leave, and every session in it counts that is "
    "named above.",
}
_BEFORE_KNOWING: Final = {
    "not relied on": "Sessions up to and on the day on which the parent was first told are not relied on; the certificate shows them. "
    "Where no such day is on record, and that is let pass, every session of the period is.",
    "relied on": "Sessions before the parent was told are relied on with those after.",
}
_DAY: Final = {
    "not counted": "The day of a session is not counted: the last day for an information has its number, six months on; where that month "
    "has no such day, it is the month's last.",
    "counted": "The day of a session is counted: the last day for an information is the one before the day of its number, six months on; "
    "where that month has no such day, the one before the month's last.",
}


class Reading(NamedTuple):
    """`rule`: what is read. `reading`: how, in a sentence or two."""

    rule: str
    reading: str


def readings(profile: Profile, wanted: Wanted) -> tuple[Reading, ...]:
    """Those that bear on what is asked for, with the version of the profile that chose them."""
    rules = profile.rules(wanted.measure, wanted.ground)
    about_notices = _of_notices(profile, rules, wanted) if wanted.measure == "penalty notice" else ()
    return (
        *about_notices,
        *_of_the_offence(profile, rules, wanted),
        *_of_help(rules),
        *_of_time(profile, rules),
        Reading("Whose readings", f"Profile {profile.version} ({profile.name})."),
    )


def _of_notices(profile: Profile, rules: Rules, wanted: Wanted) -> Iterator[Reading]:
    said, threshold, limit = profile.readings, profile.threshold, rules.notices_within_the_limit
    codes, later = listed(sorted(codes_relied_on(rules, profile))), sorted(threshold.codes & unsettled(rules))
    settle = f" No session of code {listed(later, 'or')} counts: its reason is to be found first." if later else ""
    below = "Below that a request goes with a reason, which is printed" if rules.threshold_met.override else "Below that no request goes"
    yield Reading(
        _NOTICES,
        f"{threshold.sessions} sessions of unauthorised absence, code {codes} in any mix, consecutive or not, within {threshold.weeks} "
        f"school weeks, which may span terms and school years. Only sessions in compulsory school age count.{settle} {below}.",
    )
    yield Reading(
        "School week",
        f"{said.week_begins} to {_WEEK_ENDS[said.week_begins]}, any in which the school held at least one session; weeks without one are "
        f"passed over. The period of {threshold.weeks} weeks {_SLIDES[said.window_slides]}.",
    )
    if wanted.ground == "leave in term time":
        yield Reading(
            "Leave in term time",
            f"{_REACHES[said.leave_reaches_back].format(weeks=threshold.weeks)} Where somebody has said a period, that is taken.",
        )
    yield Reading("Sessions used before", _USED[said.used_sessions])
    if rules.notice_history_confirmed.required:
        days = rules.notice_history_confirmed.days
        yield Reading("Notice history", f"Confirmed by what the LAs that were asked have answered in the last {days} days.")
    if limit.required:
        since, before = _FROM[said.limit_counts_from], _BEFORE[said.notices_before_framework]
        yield Reading(
            _LIMIT,
            f"At most {limit.notices} in {limit.years} years, this one included. Each counts until the {limit.years} years {since} "
            f"are over, paid or not; withdrawn ones do not count. {before} Counted are notices known to us.",
        )


def _of_the_offence(profile: Profile, rules: Rules, wanted: Wanted) -> Iterator[Reading]:
    if offence(wanted, profile) != AGGRAVATED:
        return
    demand = rules.parent_knew
    shown = f"A letter that did not come back or a contact in which the parent was reached: {listed(demand.kinds, 'or')}"
    after = f"; at least {count(demand.sessions, 'session')} relied on came after it" if demand.required else ""
    yield Reading("That the parent knew", f"{shown}{after}. {_BEFORE_KNOWING[profile.readings.sessions_before_the_parent_knew]}")


def _of_help(rules: Rules) -> Iterator[Reading]:
    support, notice = rules.support_offered, rules.notice_to_improve
    if support.required:
        yield Reading(
            "Support", f"Counts where an entry of the last {count(support.weeks, 'week')} offers or reviews it; {support.least} at least."
        )
    if notice.required:
        yield Reading(
            "Notice to Improve",
            f"Sent in the last {count(notice.within_weeks, 'week')}, and its {count(notice.weeks, 'week')} of five school days are over.",
        )


def _of_time(profile: Profile, rules: Rules) -> Iterator[Reading]:
    lead = (
        f" The authority wants a request {count(profile.clock.lead_days, 'day')} before that of the earliest session, counted back "
        "from the working day before it where that is a Saturday, a Sunday or a bank holiday."
    )
    yield Reading(_CLOCK, _DAY[profile.clock.day_of_the_session] + (lead if profile.clock.lead_days else ""))
    own = rules.own_deadline
    if own.required:
        whole = "; Monday to Friday, bank holidays not taken out" if own.counted_in == "working days" else ""
        yield Reading(
            "The authority's own deadline",
            f"{own.in_words}, that day not counted{whole}.",
        )
