"""Of which offence a prosecution is: what was asked for, or what the Local Authority's profile says where nobody chose.

Source: Education Act 1996 s.444(1), that the child fails to attend regularly, which needs no knowledge; s.444(1A), that the parent knows
it and fails to cause the child to attend, unless with reasonable justification (s.444(1B)), for which the penalties are higher (s.444(8A)).
A penalty notice is of s.444(1) (s.444A(1)), and its pack names none.
"""

from typing import Final

from services.sharing.domain.material import Wanted
from services.sharing.domain.profile import Profile
from shared.contracts.referrals import Offence

AGGRAVATED: Final[Offence] = "444(1A)"


def offence(wanted: Wanted, profile: Profile) -> Offence | None:
    """None of a penalty notice."""
    return (wanted.offence or profile.offence) if wanted.measure == "prosecution" else None


def section(wanted: Wanted, profile: Profile) -> str | None:
    """As the head teacher is shown it and the certificate prints it: what the parent did or knew is not the school's to certify."""
    found = offence(wanted, profile)
    return f"Education Act 1996 s.{found}" if found else None


def in_words(wanted: Wanted, profile: Profile) -> str | None:
    """As covers and statement print it."""
    found = offence(wanted, profile)
    return profile.offence_words[found] if found else None
