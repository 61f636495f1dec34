"""Contacts that were recorded since the statement was begun stand in it by their day, or a person has said why they need not.

The first draft tells of each contact that is served, so what may be missing was recorded on the day of that draft or later. A day is looked
for as the draft writes it: where its maker wrote it otherwise, a person says so.

Source: Criminal Justice Act 1967 s.9(2)(b): its maker says that the statement is true to the best of their knowledge.
"""

import re
from collections.abc import Iterator
from datetime import date

from services.sharing.domain.demands import Demand
from services.sharing.domain.material import Material, Statement
from services.sharing.domain.paper.contacts import served
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed, on


def look(view: View, _: Demand) -> Found | None:
    """Where there is no statement there is nothing to look at."""
    statement = view.material.statement
    if statement is None:
        return None
    begun = on((statement.begun_at or statement.edited_at).date())
    days = tuple(dict.fromkeys(map(on, _untold(view.material, statement))))
    if not days:
        return Found(True, f"The statement, begun on {begun}, tells of every contact with this parent that was recorded since.")
    return Found(
        False,
        f"Since the statement was begun, on {begun}, contacts were recorded of days that it does not name: {listed(days)}.",
        "Let its maker tell of them, or begin it anew with all of them (`iewo packs statement PACK --begin --anew`); or say why it need "
        "not tell of them, as the reason for going on.",
    )


def _untold(material: Material, statement: Statement) -> Iterator[date]:
    """The days, in their order. Of an entry of which nobody told when it was recorded nothing is known."""
    words = " ".join(" ".join(statement.paragraphs).split())
    since = (statement.begun_at or statement.edited_at).date()
    for one in served(material):
        if one.recorded_on and one.recorded_on >= since and not re.search(rf"\b{on(one.day)}\b", words):
            yield one.day
