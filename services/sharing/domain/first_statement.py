"""The first draft of a witness statement, from the case: neutral sentences with dates, for its maker to make their own.

Only the entries that are served are told: what is for the authority alone, or was said with another parent, is in no draft.
What others did is told as theirs ("a letter was sent"), which avoids a second statement (Norfolk County Council,
schools.norfolk.gov.uk/article/61586). No address, no telephone, no date of birth and nobody else's name: it is served on the parent.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from services.sharing.domain.knowledge import Told, first_told
from services.sharing.domain.material import Material, Wanted
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.contacts import served
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.servable import Servable
from services.sharing.domain.profile import Profile
from shared.contracts.enforcement import CaseEvidence, EntryTold, Leave, LetterSent


def first_draft(name: str, role: str, material: Material, profile: Profile) -> tuple[str, ...]:
    """Paragraphs in the first person of `name`, without what may not be served. NoPack where nobody names the parent."""
    known = people(material)
    servable = Servable(material, known, Confidential(material, known))
    knew = _knew(first_told(material.wanted, material.case, profile), profile)
    drafted = _drafted(name, role, material.school.name, material.wanted, material.case, served(material), knew)
    return tuple(servable.cleared(text) for text in drafted)


def _drafted(
    name: str, role: str, school: str, wanted: Wanted, case: CaseEvidence, entries: Iterable[EntryTold], knew: Iterable[str]
) -> tuple[str, ...]:
    sent = {letter.entry for letter in case.letters}
    told = [one for one in entries if one.entry not in sent]  # sending a letter is told as the letter
    return (
        f"I am {name}, {role}. I make this statement from my own knowledge and from the records of the case, which I have read.",
        f"This statement concerns the attendance at {school} of the child named in the certificate of attendance, "
        f"from {_day(wanted.first)} to {_day(wanted.last)}.",
        *_leave(wanted, case.leave),
        *(text for _, text in sorted([*_entries(name, told), *_letters(case.letters)])),
        *knew,
        "The marks of the register are set out in the certificate of attendance.",
    )


def _knew(told: Told | None, profile: Profile) -> Iterator[str]:
    """Of a prosecution for which the parent has to have known (Education Act 1996 s.444(1A)): what the records show, and no more."""
    if told:
        only = profile.readings.sessions_before_the_parent_knew == "not relied on"
        after = " The sessions relied on came after that day." if only else ""
        yield f"The records show {told.by} on {_day(told.day)}.{after}"


def _entries(name: str, entries: Iterable[EntryTold]) -> Iterator[tuple[date, str]]:
    for one in entries:
        who = "I" if one.officer == name else "an officer of the company"
        said = f" Outcome: {_sentence(one.outcome)}" if one.outcome.strip() else ""
        later = f" on {_day(one.recorded_on)}" if one.recorded_on and one.recorded_on > one.day else ""
        yield one.day, f"On {_day(one.day)} there was {_a(one.kind)}, which {who} recorded{later}. Engagement: {one.engagement}.{said}"


def _a(kind: str) -> str:
    """The kind's own word with its article."""
    return f"{'an' if kind[:1].lower() in tuple('aeiou') else 'a'} {kind}"


def _letters(letters: tuple[LetterSent, ...]) -> Iterator[tuple[date, str]]:
    for letter in letters:
        back = f" It came back on {_day(letter.came_back)}." if letter.came_back else ""
        yield letter.day, f"On {_day(letter.day)} a letter ({letter.records}) was sent to the parent, {_way(letter.way)}.{back}"


def _leave(wanted: Wanted, asked: tuple[Leave, ...]) -> Iterator[str]:
    if wanted.ground != "leave in term time":
        return
    for one in sorted(asked, key=lambda leave: leave.first):
        when = f"from {_day(one.first)} to {_day(one.last)}"
        if one.asked_on is None:
            yield f"The school received no request for leave {when}."
            continue
        decided = f" and decided on {_day(one.decided_on)}: {one.decision}" if one.decided_on else ""
        told = f" {'A parent' if len(one.told) > 1 else 'The parent'} was told on {_day(one.told_on)}." if one.told_on else ""
        yield f"On {_day(one.asked_on)} the school received a request for leave {when}{decided}.{told}"


def _way(way: str) -> str:
    return f"by {way}" if not way.startswith(("by ", "handed")) else way


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
