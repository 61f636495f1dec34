"""Of the chronology's entries with this parent: what came of those that tell of others is not served, and a person has read those that may
tell of health, of needs or of other agencies.

An entry that is of needs or agencies by its kind is in volume A alone; somebody may have written of them in a telephone call as well.

Source: UK GDPR Art. 5(1)(c): what is served on one parent is about that parent and one child; Art. 9(1) of data concerning health.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from services.sharing.domain.demands import Demand
from services.sharing.domain.paper.contacts import WORDS, fit, served, unfit
from services.sharing.domain.paper.needs_words import needs_words
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed, on
from shared.contracts.enforcement import EntryTold

_NAMES_NOBODY: Final = (
    "What was written of contacts with this parent names no particulars of others, and no other child or parent on record; of anybody "
    "else a search cannot tell."
)


def look(view: View, _: Demand) -> Found | None:
    """Where nothing is served there is nothing to look at."""
    entries = served(view.material)
    if not entries:
        return None
    left = _days(one.day for one in entries if any(unfit(getattr(one, field), view.servable) for field in WORDS))
    said = f"What an officer wrote of the {_contacts(left)} of {listed(left)} tells of others, and is not served." if left else ""
    reword = "Have it worded without them, so that it is (`iewo intervention edit`)." if left else ""
    telling = tuple(_telling(fit(entries, view.servable, "")))
    if not telling:
        return Found(True, said or _NAMES_NOBODY, reword)
    found = listed(tuple(f"that of {on(one.day)} ({', '.join(words)})" for one, words in telling))
    says = f"Of contacts with this parent what was written may tell of health, of needs or of other agencies: {found}."
    todo = (
        "Read it before it is served (`iewo packs preview PACK volume-b.pdf`). Have it worded otherwise (`iewo intervention edit`), or "
        "whoever has read it says so of each entry, by its day as it is written here, and why it may be served, as the reason for going on."
    )
    each = _days(one.day for one, _ in telling)
    return Found(False, " ".join(filter(None, (says, said))), " ".join(filter(None, (todo, reword))), each)


def _telling(entries: Iterable[EntryTold]) -> Iterator[tuple[EntryTold, tuple[str, ...]]]:
    for entry in entries:
        if words := needs_words(" \n".join(getattr(entry, field) for field in WORDS)):
            yield entry, words


def _days(days: Iterable[date]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(on, days)))


def _contacts(days: tuple[str, ...]) -> str:
    return "contact" if len(days) == 1 else "contacts"
