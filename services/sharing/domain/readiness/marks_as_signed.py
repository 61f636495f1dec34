"""The register still shows what the head teacher signed."""

from datetime import date

from services.sharing.domain.demands import Demand
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on
from shared.contracts.attendance import ChildRegister


def look(view: View, _: Demand) -> Found | None:
    """Where nothing was signed there is nothing to compare."""
    certificate = view.material.certificate
    if certificate is None:
        return None
    signed, now = _codes(view, certificate.marks), _codes(view, view.material.marks)
    changed = sorted(session for session in signed.keys() | now.keys() if signed.get(session) != now.get(session))
    if not changed:
        return Found(True, "No mark of the period was changed since the head teacher signed.")
    marks = f"{count(len(changed), 'mark')} changed since the head teacher signed, the first on {on(changed[0][0])}"
    return Found(False, f"{marks}.", "Look at the changes, and let the certificate be signed again.")


def _codes(view: View, register: ChildRegister) -> dict[tuple[date, str], str | None]:
    return {(one.day, one.session): one.code for one in register.sessions if view.in_period(one.day) and not one.planned}
