"""How the rules were read where their sources leave it open: the Local Authority's profile in sentences, printed on every pack."""

from typing import Final

from services.sharing.domain.profile import Profile, Readings
from shared.pack.for_the_authority import Reading

_COUNTED: Final = (
    (
        "Possible sessions",
        "Sessions with a code of presence, approved educational activity, authorised or unauthorised absence. "
        "Codes D, Q, X, Y1 to Y7, Z and # and sessions without a mark are not possible sessions.",
    ),
    ("Lateness", "L (before the register closed) is presence. U (after it closed) is unauthorised absence for the whole session."),
    ("Withdrawn codes", "A code withdrawn on 19 August 2024 that the school still sent is shown and counts by its old class."),
)
_AGAIN: Final = {
    "count once": "A session on which a notice rests does not count towards another one to the same parent.",
    "count again": "A session on which a notice rests may count towards another one to the same parent.",
}


def readings(profile: Profile) -> tuple[Reading, ...]:
    told = (("Profile", f"{profile.name}, version {profile.version}."), *_notices(profile), *_clock(profile), *_COUNTED)
    return tuple(Reading(rule=rule, reading=reading) for rule, reading in told)


def _notices(profile: Profile) -> tuple[tuple[str, str], ...]:
    said, threshold = profile.readings, profile.threshold
    codes = ", ".join(sorted(threshold.codes))
    return (
        (
            "Penalty notice threshold",
            f"{threshold.sessions} sessions of unauthorised absence, codes {codes} in any mix, consecutive or not, within "
            f"{threshold.weeks} school weeks; the weeks may span terms and school years.",
        ),
        (
            "School week",
            f"From {said.week_begins} on, any week with at least one session of the school; others are passed over.",
        ),
        ("Rolling period", "It begins on any day." if said.window_slides == "by day" else "It begins with a week."),
        ("Sessions used before", _AGAIN[said.used_sessions]),
        ("Limit of notices", _limit(said)),
    )


def _limit(said: Readings) -> str:
    before = "counts" if said.notices_before_framework == "count" else "does not count"
    return f"The years run from {said.limit_counts_from} of a notice; one issued before 19 August 2024 {before}."


def _clock(profile: Profile) -> tuple[tuple[str, str], ...]:
    day = "is counted" if profile.clock.day_of_the_session == "counted" else "is not counted"
    return (
        (
            "Time limit",
            f"An information is laid within six months of the session, whose own day {day} (Magistrates' Courts Act 1980 s.127); "
            f"the Local Authority wants the request {profile.clock.lead_days} days before.",
        ),
    )
