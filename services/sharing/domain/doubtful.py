"""Sessions on which a Local Authority (LA) says a notice rests, and which the pack's certificate does not show as unauthorised absence.

What an LA says is kept as it says it, since it may have learnt more than we know; but a slip of the day is commoner, so it is shown.
"""

from services.sharing.domain.heard import Said, Sessions
from services.sharing.domain.material import Certificate

_UNAUTHORISED = "unauthorised absence"


def doubtful(said: Said, certificate: Certificate | None) -> Sessions:
    """In the order in which the LA named them. Of a pack whose certificate is not known all are."""
    marks = certificate.marks if certificate else None
    codes = {one.code for one in marks.key if one.statistical_class == _UNAUTHORISED} if marks else set()
    shown = {(one.day, one.session) for one in marks.sessions if one.code in codes} if marks else set()
    return tuple(session for session in said.sessions if session not in shown)
