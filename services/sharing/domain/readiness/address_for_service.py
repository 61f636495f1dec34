"""The authority knows where papers reach the parent. A pack tells no confidential address, so how the authority is told it apart is the
reason for going on; the reason tells the way and the day, never the address.

Source: Criminal Procedure Rules 2020 (SI 2020/759) r. 4.4(2)(a): the address for service on an individual is one where it is reasonably
believed that he or she will receive it, and "see file" tells none; SI 2007/1867 reg. 3: a penalty notice has the recipient's address; UK
GDPR Art. 5(1)(f).
"""

from typing import Final

from services.sharing.domain.demands import Demand
from services.sharing.domain.paper.homes import is_address
from services.sharing.domain.paper.places import is_lived_at
from services.sharing.domain.readiness.view import Found, View

_APART: Final = (
    "Tell the authority apart, by telephone or in person, and give as the reason to whom and when, without the address: "
    '`iewo packs override PACK "address for service" --why "told by telephone to the court officer on 3 March" --name NAME`.'
)
_FIND: Final = "Find it and record it (`iewo parent change`), or say as the reason how papers reach this parent."


def look(view: View, _: Demand) -> Found:
    own = view.confidential.own
    if own and is_lived_at(own):
        return Found(True, "The pack has this parent's address.")
    if view.known.parent.hidden:
        return Found(False, "This parent's address is confidential, so the pack does not have it.", _APART)
    if view.confidential.parent and not view.confidential.own:
        return Found(False, "This parent's address may be one that is confidential, so the pack does not have it.", _APART)
    if own and is_address(own):
        return Found(False, "What is on record as this parent's address is no house with its postcode.", _FIND)
    return Found(False, "No address of this parent is known.", _FIND)
