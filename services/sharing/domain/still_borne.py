"""Whether the register as it is now still bears what a sent pack asks for: who answers a change with `stands` says that it does.

What the Local Authority (LA) asks of the register is asked again of those sessions on which the pack relied when it was sent: one that has
become unauthorised since then nobody has certified. What people let pass when the pack was checked they have let pass.

In court the certificate is evidence of what it says (Education Act 1996 s.566(1)): a prosecution does not stand on one that shows absence
which the register has no longer, however much is left, and whether or not the pack rests on it.
"""

from typing import Final

from services.sharing.domain.demands import name_of
from services.sharing.domain.material import Material
from services.sharing.domain.profile import Profile
from services.sharing.domain.readiness import LOOKS
from services.sharing.domain.readiness.view import View
from services.sharing.domain.sessions import shown_as_unauthorised
from services.sharing.domain.words import count
from services.sharing.errors import NotPossibleNow
from shared.pack.register import ReliedOn

OF_THE_REGISTER: Final = ("ground_in_the_register", "threshold_met", "parent_knew", "leave_alone")
"""The rules that count the sessions relied on."""


def still_borne(material: Material, profile: Profile) -> ReliedOn:
    """How many sessions are relied on. NotPossibleNow where what is left of them does not meet the LA's rules."""
    sent = {(one.day, one.session) for one in View(material, profile).relied_on}
    left = tuple(one for one in material.marks.sessions if (one.day, one.session) in sent)
    now = View(material.model_copy(update={"certificate": None, "marks": material.marks.model_copy(update={"sessions": left})}), profile)
    let_pass = {one.rule for one in material.overrides}
    asked = {field: getattr(now.rules, field) for field in OF_THE_REGISTER if name_of(field) not in let_pass}
    found = [LOOKS[field](now, demand) for field, demand in asked.items() if demand.required]
    if lacking := " ".join(one.says for one in found if one and not one.met):
        raise NotPossibleNow(f"by the register as it is now the pack does not stand: {lacking} Answer with `supersede` or `withdraw`.")
    if (gone := _shown_no_more(material)) and material.wanted.measure == "prosecution":
        raise NotPossibleNow(
            f"the certificate that the school signed shows {count(gone, 'session')} as unauthorised that the register does not; "
            "in court it is evidence of what it says. Answer with `supersede`, so that the school signs another, or with `withdraw`."
        )
    return ReliedOn(sent=len(sent), now=len(now.relied_on))


def _shown_no_more(material: Material) -> int:
    """How many sessions the certificate shows as unauthorised that the register of now does not."""
    certificate = material.certificate
    if certificate is None:
        return 0
    gone = shown_as_unauthorised(certificate.marks) - shown_as_unauthorised(material.marks)
    return sum(certificate.first <= day <= certificate.last for day, _ in gone)
