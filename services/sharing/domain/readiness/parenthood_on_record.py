"""What makes this person a parent is on record: being one, having parental responsibility, or that the child lives with them.

The roll may name a carer with neither; the authority has to prove it of whom it prosecutes.

Source: Education Act 1996 s.576; "parental responsibility" is a field of most published forms.
"""

from services.sharing.domain.demands import Demand
from services.sharing.domain.parenthood import parenthood
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed


def look(view: View, _: Demand) -> Found:
    found = parenthood(view.known.parent)
    if found:
        return Found(True, f"On record is that this person {listed(found)}.")
    return Found(
        False,
        "On record is neither that this person is a mother or father of the child, nor parental responsibility, nor that the child lives "
        "with them.",
        "Record what is known (`iewo parent change`), or say as the reason for going on what makes them a parent.",
    )
