"""Whether the register as it is now still bears what a sent pack asks for: who answers a change with `stands` says that it does.

What the Local Authority (LA) asks of the register is asked again of those sessions on which the pack relied when it was sent: one that has
become unauthorised since then nobody has certified. What people let pass when the pack was checked they have let pass.

In court the certificate is evidence of what it says (Education Act 1996 s.566(1)): a prosecution does not stand on one that shows absence
which the register has no longer, however much is left, and whether or not the pack rests on it.
"""

from typing import Final, NamedTuple

from services.sharing.domain.demands import name_of
from services.sharing.domain.material import Material
from services.sharing.domain.profile import Profile
from services.sharing.domain.readiness import LOOKS
from services.sharing.domain.readiness.view import View
from services.sharing.domain.sessions import shown_as_unauthorised
from services.sharing.domain.words import count
from shared.pack.register import ReliedOn

OF_THE_REGISTER: Final = ("ground_in_the_register", "threshold_met", "parent_knew", "leave_alone")
"""The rules that count the sessions relied on."""


class Borne(NamedTuple):
    """How many sessions are relied on, and why the pack does not stand; None where it does."""

    relied_on: ReliedOn
    why_not: str | None


def still_borne(material: Material, profile: Profile) -> Borne:
    sent = {(one.day, one.session) for one in View(material, profile).relied_on}
    left = tuple(one for one in material.marks.sessions if (one.day, one.session) in sent)
    now = View(material.model_copy(update={"certificate": None, "marks": material.marks.model_copy(update={"sessions": left})}), profile)
    return Borne(ReliedOn(sent=len(sent), now=len(now.relied_on)), _lacking(now) or _contradicted(material))


def _lacking(now: View) -> str | None:
    """What is left does not meet the LA's rules."""
    let_pass = {one.rule for one in now.material.overrides}
    asked = {field: getattr(now.rules, field) for field in OF_THE_REGISTER if name_of(field) not in let_pass}
    found = [LOOKS[field](now, demand) for field, demand in asked.items() if demand.required]
    lacking = " ".join(one.says for one in found if one and not one.met)
    return f"by the register as it is now the pack does not stand: {lacking}" if lacking else None


def _contradicted(material: Material) -> str | None:
    gone = _shown_no_more(material) if material.wanted.measure == "prosecution" else 0
    return (
        f"the certificate that the school signed shows {count(gone, 'session')} as unauthorised that the register does not; "
        "in court it is evidence of what it says, and the school signs another for the next edition."
        if gone
        else None
    )


def _shown_no_more(material: Material) -> int:
    """How many sessions the certificate shows as unauthorised that the register of now does not."""
    certificate = material.certificate
    if certificate is None:
        return 0
    gone = shown_as_unauthorised(certificate.marks) - shown_as_unauthorised(material.marks)
    return sum(certificate.first <= day <= certificate.last for day, _ in gone)
