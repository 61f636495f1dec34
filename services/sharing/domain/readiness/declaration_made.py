"""The head teacher has declared what the Local Authority's profile asks for, sentence by sentence."""

from services.sharing.domain.demands import Signed
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count


def look(view: View, _: Signed) -> Found:
    certificate = view.material.certificate
    made = certificate.declaration if certificate else ()
    lacking = [sentence for sentence in view.profile.declaration if sentence not in made]
    if not lacking:
        return Found(True, "The head teacher has made the declaration.")
    todo = "Let the head teacher make it with the certificate."
    return Found(False, f"{count(len(lacking), 'sentence')} of the declaration not made.", todo)
