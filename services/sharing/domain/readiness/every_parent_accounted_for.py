"""Each other parent has a request in the case, or a reason why none is asked for; and whoever the school's roll names is one of them.

The roll names contacts with parental responsibility, or with whom the child lives: each is a parent in the sense of the Act.

Source: Education Act 1996 s.576 (each parent is liable); a leave form ("LCC") asks why a second parent is missing and refuses "not known".
"""

from typing import Final

from services.sharing.domain.demands import Parents
from services.sharing.domain.paper.homes import is_address
from services.sharing.domain.paper.people import child_hidden
from services.sharing.domain.paper.places import same_place
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count
from shared.contracts.enforcement import ParentOfCase

_NO_REASON: Final = ("", "not known", "unknown", "n/a", "-")


def look(view: View, demand: Parents) -> Found:
    others = view.material.case.other_parents
    without = sum(not _accounted_for(one) for one in others)
    if without:
        return Found(
            False, f"{count(without, 'other parent')} without a request or a reason.", "Ask for a measure, or say why none is asked for."
        )
    if unknown := sum(one.record is None for one in view.known.others):
        named = f"{count(unknown, 'parent or carer', 'parents or carers')} on the school's roll not among the parents of the case"
        todo = "Record who it is (`iewo parent add`), then ask for a measure, or say why none is asked for."
        return Found(False, f"{named}.", todo)
    if not others and demand.alone_needs_reason:
        return Found(False, "Only one parent is on record.", "Find out who else is a parent, or say why nobody else is named.")
    return Found(
        True, "Each other parent has a request or a reason why not." if others else "No other parent is on record.", _at_home(view)
    )


def _at_home(view: View) -> str:
    """The reason is a person's words, so nobody here reads it: where the roll has who is left out at the child's address, it is said. Of
    an address that may be confidential nothing is."""
    home = view.material.person.address or ""
    if not is_address(home) or child_hidden(view.material):
        return ""
    left_out = [one for one in view.known.others if one.record and one.record.left_out and not one.record.requested and not one.hidden]
    here = sum(same_place(one.carer.address, home) for one in left_out if one.carer and one.carer.address)
    if not here:
        return ""
    who = f"{count(here, 'parent')} against whom no measure is asked for {'has' if here == 1 else 'have'}"
    return f"By the school's roll {who} the child's own address: where the reason says otherwise, have the reason or the roll put right."


def _accounted_for(parent: ParentOfCase) -> bool:
    return parent.requested or (parent.left_out or "").strip().casefold().rstrip(".") not in _NO_REASON
