"""The certificate was signed within the profile's days."""

from datetime import timedelta

from services.sharing.domain.demands import Days
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on


def look(view: View, demand: Days) -> Found | None:
    """Of a certificate that nobody has signed another rule tells."""
    certificate = view.material.certificate
    if certificate is None:
        return None
    holds = certificate.signed.on + timedelta(days=demand.days)
    if holds >= view.today:
        return Found(True, f"The certificate, signed on {on(certificate.signed.on)}, holds until {on(holds)}.")
    return Found(
        False,
        f"The certificate was signed on {on(certificate.signed.on)}, over {count(demand.days, 'day')} ago.",
        "Let it be signed again.",
    )
