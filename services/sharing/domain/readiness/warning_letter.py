"""A warning went to this parent, by a letter of their own, lately enough, and long enough ago to have been acted upon.

Source: Milton Keynes: a formal warning letter to each parent separately, even at one address; nine of the eleven forms ask for it.
"""

from datetime import timedelta

from services.sharing.domain.demands import Letters
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, listed, on


def look(view: View, demand: Letters) -> Found:
    kinds, weeks = listed(demand.kinds, "or"), count(demand.weeks, "week")
    lately = [one for one in view.letters_gone(demand.kinds) if one.day >= view.today - timedelta(weeks=demand.weeks)]
    arrived = [one.day for one in lately if one.came_back is None]
    if not arrived:
        back = "; the one that went came back" if lately else ""
        return Found(
            False,
            f"No letter of {kinds} went to this parent in {weeks}{back}.",
            f'Send one (`iewo letter kinds` has them) that says, "{view.profile.warning_words}"',
        )
    ready = min(arrived) + timedelta(days=demand.days)
    if ready > view.today:
        return Found(False, f"The warning of {on(min(arrived))} has had too little time.", f"Wait until {on(ready)}.")
    return Found(True, f"A letter of {kinds} went to this parent on {on(min(arrived))}.")
