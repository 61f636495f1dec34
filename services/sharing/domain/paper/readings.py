"""How the rules were read where their sources leave it open: as the Local Authority's profile chooses, and as sessions are counted."""

from typing import Final

from services.sharing.domain.material import Wanted
from services.sharing.domain.profile import Profile
from services.sharing.domain.readings import readings as of_profile
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


def readings(profile: Profile, wanted: Wanted) -> tuple[Reading, ...]:
    return tuple(Reading(rule=rule, reading=reading) for rule, reading in (*of_profile(profile, wanted), *_COUNTED))
