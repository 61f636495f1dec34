"""Each exhibit is produced by a paragraph of the statement, and no paragraph names one that is none.

Source: Criminal Justice Act 1967 s.9(7); each exhibit's own sheet says that the statement refers to it.
"""

from services.sharing.domain.demands import Always
from services.sharing.domain.produced import unproduced
from services.sharing.domain.readiness.view import Found, View


def look(view: View, _: Always) -> Found | None:
    """Where there is neither an exhibit nor a word of one there is nothing to look at."""
    statement = view.material.statement
    if statement is None:
        return None
    if wrong := unproduced(statement):
        says = "; ".join(wrong)
        return Found(False, f"{says[0].upper()}{says[1:]}.", "Let its maker edit it: a paragraph names each exhibit by its mark.")
    return Found(True, "A paragraph of the statement produces each exhibit.") if statement.exhibits else None
