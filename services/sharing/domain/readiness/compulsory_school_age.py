"""Every session relied on lies in compulsory school age: only then is absence an offence.

Source: Education Act 1996 s.8 and s.444(1).
"""

from services.sharing.domain.demands import Always
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, on


def look(view: View, _: Always) -> Found:
    if view.age is None:
        return Found(False, "The roll does not say when the child was born.", "Ask the school to send its roll with the date of birth.")
    outside = [one for one in view.relied_on if not view.age.first <= one.day <= view.age.last]
    span = f"compulsory school age, {on(view.age.first)} to {on(view.age.last)}"
    if not outside:
        return Found(True, f"Every session relied on lies in {span}.")
    return Found(
        False, f"{count(len(outside), 'session')} relied on, the first on {on(outside[0].day)}, outside {span}.", "Narrow the period."
    )
