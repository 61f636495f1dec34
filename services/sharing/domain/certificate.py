"""The certificate of attendance as it is shown to be signed, and what signing it does.

It counts because it purports to be signed by the head teacher (Education Act 1996 s.566(1)(c)), so what was shown has a check value,
which the signature names: marks that changed between the look and the signature are signed by nobody. Signing freezes them.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from services.sharing.domain.life import after
from services.sharing.domain.material import Certificate, Item, Signature, Wanted
from services.sharing.domain.offence import section
from services.sharing.domain.profile import Profile
from services.sharing.domain.standing import check_nothing_lacks
from services.sharing.domain.words import listed
from services.sharing.domain.work import By, Work
from services.sharing.errors import LookAgain, NotPossibleNow, Unfit
from shared.contracts.attendance import ChildRegister, CodeMeaning, Person
from shared.frozen import Exact
from shared.words import letters


class Marked(Exact):
    """The marks of a school day. None: the school has sent none for that session."""

    day: date
    am: str | None = None
    pm: str | None = None


class ToSign(Exact):
    """What the head teacher is shown. `declaration`: what the signature declares beside the marks, as the LA words it."""

    pack: str
    school: str
    child: str
    name: str
    """The child's, as on the roll."""
    born: date | None
    parent: str
    """The name of the parent against whom the pack is."""
    offence: str | None
    """Of a prosecution: the section alone."""
    first: date
    last: date
    days: tuple[Marked, ...]
    key: tuple[CodeMeaning, ...]
    declaration: tuple[str, ...]

    @property
    def check_value(self) -> str:
        """SHA-256 of all of it, in hexadecimal digits."""
        told: dict[str, Any] = self.model_dump(mode="json", exclude={"key"})
        return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def to_sign(pack: str, wanted: Wanted, person: Person, parent: str, register: ChildRegister, profile: Profile) -> ToSign:
    """`register`: of the certificate's period, as it stands now."""
    days: dict[date, dict[str, str | None]] = {}
    for one in register.sessions:
        if wanted.first <= one.day <= wanted.last:
            days.setdefault(one.day, {})[one.session.lower()] = one.code
    used = {code for of_day in days.values() for code in of_day.values()}
    return ToSign(
        pack=pack,
        school=wanted.school,
        child=wanted.child,
        name=f"{person.forename or ''} {person.surname or ''}".strip(),
        born=person.born,
        parent=parent,
        offence=section(wanted, profile),
        first=wanted.first,
        last=wanted.last,
        days=tuple(Marked(day=day, **days[day]) for day in sorted(days)),
        key=tuple(meaning for meaning in register.key if meaning.code in used),
        declaration=profile.declaration,
    )


def check_signatory(role: str, signatories: Sequence[str]) -> None:
    """Unfit for who is not among those that the profile names."""
    if role.casefold() not in {one.casefold() for one in signatories}:
        raise Unfit(f"the certificate is signed by the {' or the '.join(signatories)}: say so in `role`")


def signed(
    work: Work, by: By, shown: ToSign, register: ChildRegister, items: tuple[Item, ...], *, check: str, signature: Signature, today: date
) -> Work:
    """The pack with the frozen marks, waiting to be sent. `shown` is of `register`; `check` is of what the signatory looked at.

    The same signature over the same marks again changes nothing; NotPossibleNow for another person's, while the first is good. LookAgain
    when the marks or the declaration are others now, or something else is than what was approved; HeldUp when something is lacking that has
    to be there first; Unfit for a day on which nobody could certify the period. A pack that was signed over other marks, or another
    declaration, is a draft again: what was checked and approved was not this.
    """
    if work.certificate and (work.certificate.check, work.certificate.signed) == (check, signature):
        return work
    if work.overtaken:
        what = f"{listed(work.overtaken)} changed since the pack was checked and approved, so it is a draft again"
        raise LookAgain(f"{what}: `iewo packs show` tells what it is now; it is checked and approved anew, then signed")
    state = after("sign", work.state)
    if check != shown.check_value:
        raise LookAgain("marks, declaration, child's name or parent have changed since the certificate was shown: `iewo packs certificate`")
    if work.certificate and work.certificate.check != check:
        return work.overtaken_by("certificate", "certificate changed since the signature", by)
    if work.certificate and letters(work.certificate.signed.name) != letters(signature.name) and not _too_old(items):
        raise NotPossibleNow("somebody else has signed this certificate already; whoever signs instead signs a pack that was checked anew")
    if not shown.days:
        raise Unfit("there is no mark of the child in the period")
    if not shown.last <= signature.on <= today:
        raise Unfit(f"a certificate is signed on its last day ({shown.last}) or later, and not after today")
    check_nothing_lacks(items, "signing")
    certificate = Certificate(
        first=shown.first,
        last=shown.last,
        frozen_at=by.at,
        marks=register,
        signed=signature,
        declaration=shown.declaration,
        check=check,
    )
    return work.noted("sign the certificate", by, state, certificate=certificate, scans=work.scanned(signature, f"certificate {check}"))


def _too_old(items: tuple[Item, ...]) -> bool:
    """Whether the LA asks for a newer signature than the one that there is."""
    return any(item.rule == "certificate recent" and item.holds_up for item in items)
