"""The witness statement is signed by its maker, after the last edit.

Source: Criminal Justice Act 1967 s.9(2)(a): the statement purports to be signed by the person who made it.
"""

from services.sharing.domain.demands import Signed
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import on


def look(view: View, _: Signed) -> Found:
    statement = view.material.statement
    if statement is None:
        return Found(False, "There is no witness statement.", "Let its maker write it, in the first person, and sign it.")
    if statement.signed is None or statement.signed.on < statement.edited_at.date():
        return Found(
            False, f"The statement, last edited on {on(statement.edited_at.date())}, is not signed.", "Let its maker read and sign it."
        )
    return Found(True, f"The statement was signed on {on(statement.signed.on)}.")
