"""An exhibit that is of a contact with another parent, or names one, goes whole to the parent of this pack: so of each a person who has
read it says why it may. That it may be served at all its author said of the case; to whom is a question of each pack.

No record says of what a document is, but of the copy of a letter that is tied to its entry. So it is looked at by its day, on which or
shortly before which there was a contact with another parent, since minutes bear the day on which they were written up; by that entry; and
by the names in it. Letters to this parent were made for this parent.

Source: UK GDPR Art. 5(1)(c): what is served on one parent is about that parent and one child; Criminal Justice Act 1967 s.9(3)(c).
"""

from collections.abc import Iterable, Iterator
from datetime import date

from services.sharing.domain.demands import Demand
from services.sharing.domain.paper.contacts import another_parents
from services.sharing.domain.paper.exhibits import mark_of
from services.sharing.domain.paper.other_names import BY_NAME
from services.sharing.domain.readiness.view import Found, View
from services.sharing.domain.words import listed, on

_TODO = (
    "Have its maker leave it out, or whoever has read them says of each by its mark why it may be served on this parent: "
    '`iewo packs override PACK "exhibits for this parent" --why "{mark}: both were at the meeting" --name NAME`.'
)
_WRITTEN_UP = 7
"""Days in which what was said with somebody is written up. No source says it: a week is our own."""
_DIGITS = 8
"""Of a hash, hexadecimal: what was read is told from what was not."""


def look(view: View, _: Demand) -> Found | None:
    """Where no exhibit is shown there is nothing to look at."""
    statement = view.material.statement
    if statement is None or not statement.exhibits:
        return None
    found = dict(_of_others(view))
    if not found:
        return Found(True, "No exhibit is of a day of a contact with another parent or of the week after, or names one.")
    said = listed(tuple(f"{mark} ({why})" for mark, why in found.items()))
    says = f"Only who has read them can say whether these may be served on this parent: {said}."
    return Found(False, says, _TODO.format(mark=next(iter(found))), each=tuple(found))


def _of_others(view: View) -> Iterator[tuple[str, str]]:
    """By mark, and why it is looked at."""
    case, statement = view.material.case, view.material.statement
    theirs = {entry.entry: entry.day for entry in case.entries if another_parents(view.material, entry)}
    days, dated = theirs.values(), {document.document: document.day for document in case.documents}
    copies = {document.document for document in case.documents if document.copy_of in theirs}
    named = {hit.mark for hit in view.searched.hits if hit.what == BY_NAME}
    ours = {letter.document for letter in case.letters}
    for exhibit in statement.exhibits if statement else ():
        mark, day = mark_of(exhibit), dated.get(exhibit.document)
        why = [_of_its_day(day, contact)] if day and (contact := _written_up(day, days)) else []
        why += ["the copy of a letter to another parent"] if exhibit.document in copies else []
        why += ["it names another child or parent"] if mark in named else []
        if why and exhibit.document not in ours:
            yield mark, f"{'; '.join(why)}; hash {exhibit.sha256[:_DIGITS]}"


def _written_up(day: date, contacts: Iterable[date]) -> date | None:
    """The day of the latest of these contacts of which it may be, if there is one."""
    return max((one for one in contacts if 0 <= (day - one).days <= _WRITTEN_UP), default=None)


def _of_its_day(day: date, contact: date) -> str:
    if day == contact:
        return f"of {on(day)}, a day of a contact with another parent"
    return f"of {on(day)}, and on {on(contact)} there was a contact with another parent"
