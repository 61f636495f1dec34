"""The authority takes requests for this offence.

Source: Education Act 1996 s.444(1), (1A): which one is prosecuted the authority decides, which lays the information (s.446).
"""

from services.sharing.domain.demands import Always
from services.sharing.domain.offence import offence
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed


def look(view: View, _: Always) -> Found | None:
    """Of a penalty notice it does not arise."""
    asked = offence(view.material.wanted, view.profile)
    if asked is None:
        return None
    taken = [f"s.{one}" for one in view.profile.offences]
    if asked in view.profile.offences:
        return Found(True, f"The authority takes requests for the offence of s.{asked}.")
    todo = f"Choose another: `iewo packs offence PACK '{view.profile.offence}' --name NAME`."
    return Found(False, f"The authority takes no request for s.{asked}, but for {listed(taken, 'or')}.", todo)
