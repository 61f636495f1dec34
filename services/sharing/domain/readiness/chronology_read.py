"""Of the chronology's entries with this parent: what came of those that tell of others is not served, and a person has read the words of
the rest.

An entry that is of needs or agencies by its kind is in volume A alone; somebody may have written of them in a telephone call as well, or of
a neighbour whom no record knows: a list of words finds the one now and then, and no search the other.

Source: UK GDPR Art. 5(1)(c): what is served on one parent is about that parent and one child; Art. 9(1) of data concerning health.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from services.sharing.domain.demands import Demand
from services.sharing.domain.paper.contacts import WORDS, fit, served, unfit
from services.sharing.domain.paper.needs_words import needs_words
from services.sharing.domain.readiness.read_by_a_person import to_be_read
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import count, listed, on
from shared.contracts.enforcement import EntryTold

_NAMES_NOBODY: Final = (
    "What was written of contacts with this parent names no particulars of others, and no other child or parent on record."
)
_READ: Final = (
    "Read it before it is served (`iewo packs preview PACK volume-b.pdf`): what tells of needs, or of a neighbour or friend whom no record "
    "knows, is not for this parent's volume; have it worded otherwise (`iewo intervention edit`). Whoever has read it says so as the "
    "reason for going on{}."
)
_EACH: Final = ", and of each entry that is named, by its day as it is written here, why it may be served"
_REWORD: Final = "What is left out is served once it is worded without them."


def look(view: View, _: Demand) -> Found | None:
    """Where nothing is served there is nothing to look at."""
    entries = served(view.material)
    if not entries:
        return None
    left = _days(one.day for one in entries if any(unfit(getattr(one, field), view.servable) for field in WORDS))
    said = f"What an officer wrote of the {_contacts(left)} of {listed(left)} tells of others, and is not served." if left else ""
    written = [one for one in fit(entries, view.servable, "") if any(getattr(one, field) for field in WORDS)]
    if not written:
        return Found(True, said, _REWORD)
    telling = tuple(_telling(written))
    found = listed(tuple(f"that of {on(one.day)} ({', '.join(words)})" for one, words in telling))
    needs = f"Of contacts with this parent what was written may tell of health, of needs or of other agencies: {found}." if telling else ""
    words = [(one.entry, *(getattr(one, field) for field in WORDS)) for one in written]
    unread = to_be_read([one.day for one in written], count(len(written), "entry", "entries"), words)
    todo = (_READ.format(_EACH if telling else ""), _REWORD if said else "")
    says = (needs, said, "" if said or needs else _NAMES_NOBODY, unread)
    return Found(False, " ".join(filter(None, says)), " ".join(filter(None, todo)), _days(one.day for one, _ in telling))


def _telling(entries: Iterable[EntryTold]) -> Iterator[tuple[EntryTold, tuple[str, ...]]]:
    for entry in entries:
        if words := needs_words(" \n".join(getattr(entry, field) for field in WORDS)):
            yield entry, words


def _days(days: Iterable[date]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(on, days)))


def _contacts(days: tuple[str, ...]) -> str:
    return "contact" if len(days) == 1 else "contacts"
