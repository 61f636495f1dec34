"""The certificate of attendance is signed by the head teacher, for the whole period, and not before its end.

Source: Education Act 1996 s.566(1)(c): it is received as evidence because it purports to be signed. Nobody can certify days to come.
"""

from typing import Final

from services.sharing.domain.demands import Always
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import on

_AGAIN: Final = "Let the head teacher sign again."


def look(view: View, _: Always) -> Found:
    certificate, wanted = view.material.certificate, view.material.wanted
    if certificate is None:
        return Found(False, "The head teacher has not signed the certificate of attendance.", "Let the head teacher sign it.")
    if certificate.first > wanted.first or certificate.last < wanted.last:
        return Found(False, "The certificate that was signed does not cover the whole period.", _AGAIN)
    if certificate.signed.on < certificate.last:
        return Found(False, f"The certificate was signed on {on(certificate.signed.on)}, before the end of its period.", _AGAIN)
    return Found(True, f"The certificate was signed on {on(certificate.signed.on)}.")
