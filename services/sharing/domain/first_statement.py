"""The first draft of a witness statement, from the case: sentences of its maker with their dates, for the maker to make their own.

Only the entries that are served are told: what is for the authority alone, or was said with another parent, is in no draft. An entry is an
act of who recorded it; where that is not the maker it is told as what the records show, which avoids a second statement (Norfolk County
Council, schools.norfolk.gov.uk/article/61586). Nothing is said that is not on record, and no label of the record stands in it.
No address, no telephone, no date of birth and nobody else's name: it is served on the parent.
Source: Criminal Procedure Rules 2020 r.16.2; Criminal Justice Act 1967 s.9.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from services.sharing.domain.knowledge import Told, first_told
from services.sharing.domain.material import Material, Wanted
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.contacts import fit, served
from services.sharing.domain.paper.people import Known, people
from services.sharing.domain.paper.servable import Servable
from services.sharing.domain.parenthood import parenthood
from services.sharing.domain.profile import Profile
from services.sharing.domain.same_person import same_name
from services.sharing.domain.this_parent import NO_ENGAGEMENT, REACHED, by_hand, was_told, was_with_parent
from services.sharing.domain.words import listed, on
from shared.contracts.enforcement import CaseEvidence, EntryTold, LetterSent
from shared.school_age import school_age
from shared.words import letters

ACTS: Final[Mapping[str, str]] = {
    "telephone call": "had a telephone call",
    "home visit": "made a home visit",
    "safe-and-well visit": "made a safe-and-well visit",
    "meeting": "attended a meeting",
    "meeting in school": "attended a meeting at the school",
    "attendance clinic": "attended an attendance clinic",
    "attendance contract review": "took part in an attendance contract review",
    "attendance panel": "attended an attendance panel",
    "interview under caution": "took part in an interview under caution",
    "court attendance": "attended court",
}
"""What somebody who recorded such an entry did. Of any other kind nothing but that there was one."""


class _Telling(NamedTuple):
    """Who tells of a case: `maker` is the name as it is printed, `parent` that of the pack's parent."""

    maker: str
    parent: str
    wanted: Wanted
    case: CaseEvidence
    on_paper: frozenset[str]
    """Entries that are letters which went on paper: somebody recorded by hand that one did."""

    def entry(self, one: EntryTold) -> str:
        theirs = was_with_parent(self.wanted, self.case, one)
        reached, concerned = theirs and one.engagement in REACHED, theirs and one.engagement != NO_ENGAGEMENT
        act, mine = ACTS.get(one.kind), self.is_mine(one)
        if one.entry in self.on_paper:
            said = f"{_RECORDS} on {on(one.day)} a letter ({one.kind}) went to {self.parent}; whether it came back is not recorded."
        elif act and mine:
            met = f" and met {self.parent}" if act.endswith("visit") else f" with {self.parent}"
            said = f"On {on(one.day)} I {act}{met if reached else ''}."
        else:
            what = f"there was {_a(one.kind)}{f', which concerned {self.parent}' if concerned else ''}"
            said = f"On {on(one.day)} {what}." if mine else f"{_RECORDS} on {on(one.day)} {what}."
        return " ".join(filter(None, (said, self._present(one), *(_noted(one) if mine else _recorded(one)))))

    def is_mine(self, one: EntryTold) -> bool:
        return same_name(one.officer, self.maker) if letters(one.officer) else False

    def _present(self, one: EntryTold) -> str:
        """Where the record has no parent, its own words for who was there."""
        told = "" if one.parents else one.with_whom.strip()
        return f'Of who was there the record says: "{told}".' if told else ""

    def letter(self, one: LetterSent) -> str:
        entry = next((entry for entry in self.case.entries if entry.entry == one.entry), None)
        way = "and it was delivered by hand" if one.way == "by hand" else f"by {one.way}"
        if entry and self.is_mine(entry):
            said = f"On {on(one.day)} I sent {self.parent} a letter ({one.records}), {way}."
        else:
            said = f"{_RECORDS} on {on(one.day)} a letter ({one.records}) was sent to {self.parent}, {way}."
        return f"{said} It came back on {on(one.came_back)}." if one.came_back else said


def first_draft(name: str, role: str, material: Material, profile: Profile) -> tuple[str, ...]:
    """Paragraphs in the first person of `name`, without what may not be served. NoPack where nobody names the parent."""
    known = people(material)
    servable = Servable(material, known, Confidential(material, known))
    rules = profile.rules(material.wanted.measure, material.wanted.ground)
    kinds = {*rules.warning_letter.kinds, *rules.notice_to_improve.kinds}
    on_paper = frozenset(one.entry for one in by_hand(material.wanted, material.case, kinds) if one.kind not in ACTS)
    telling = _Telling(name, known.parent.name, material.wanted, material.case, on_paper)
    knew = _knew(first_told(material.wanted, material.case, profile))
    elements = (*_parenthood(known.parent), *_pupil(material))
    drafted = _drafted(telling, role, material.school.name, fit(served(material), servable, ""), elements, knew)
    return tuple(servable.cleared(text) for text in drafted)


def _drafted(
    telling: _Telling, role: str, school: str, entries: Iterable[EntryTold], elements: Iterable[str], knew: Iterable[str]
) -> tuple[str, ...]:
    wanted, case = telling.wanted, telling.case
    sent = {letter.entry for letter in case.letters}
    told = [(one.day, telling.entry(one)) for one in entries if one.entry not in sent]  # sending a letter is told as the letter
    return (
        f"I am {telling.maker}, {role}. I make this statement from my own knowledge and from the records of the case, which I have read.",
        f"This statement concerns the attendance at {school} of the child named in the certificate of attendance, "
        f"from {on(wanted.first)} to {on(wanted.last)}.",
        *elements,
        *_leave(wanted, case),
        *(text for _, text in sorted([*told, *((one.day, telling.letter(one)) for one in case.letters)])),
        *knew,
        "The marks of the register are set out in the certificate of attendance.",
    )


def _parenthood(parent: Known) -> Iterator[str]:
    """That it is a parent whose child it is has to be proved (Education Act 1996 s.444(1), s.576)."""
    if found := parenthood(parent):
        yield f"{_RECORDS} {parent.name} {listed(found)}."


def _pupil(material: Material) -> Iterator[str]:
    """So has that the child is a registered pupil of compulsory school age; the school certifies the marks alone."""
    person, wanted = material.person, material.wanted
    if (person.entered and person.entered > wanted.first) or (person.left and person.left < wanted.last):
        return
    since = f" since {on(person.entered)}" if person.entered else ""
    said = f"The roll that {material.school.name} has sent shows the child as its pupil{since}"
    age = school_age(person.born) if person.born else None
    of_age = age is not None and age.first <= wanted.first and wanted.last <= age.last
    yield f"{said}.{' By that roll the child was of compulsory school age on every day of the period named above.' if of_age else ''}"


def _knew(told: Told | None) -> Iterator[str]:
    """Of a prosecution for which the parent has to have known (Education Act 1996 s.444(1A)): what the records show, and no more. Which
    sessions are relied on, and whether any came after that day, the volume says as it is when it is sent."""
    if told:
        yield f"The records of the case show {told.by} on {on(told.day)}."


def _noted(one: EntryTold) -> Iterator[str]:
    """The maker's own entry."""
    if one.recorded_on:
        yield f"I recorded this {_when(one, one.recorded_on)}."
    else:
        yield "I recorded this."
    if how := _ENGAGED.get(one.engagement):
        yield f"I recorded {how}."
    if one.outcome.strip():
        yield f'I noted of what came of it: "{one.outcome.strip()}"'


def _recorded(one: EntryTold) -> Iterator[str]:
    """Another officer's."""
    yield f"Another officer of the company recorded this{f' {_when(one, one.recorded_on)}' if one.recorded_on else ''}."
    if how := _ENGAGED.get(one.engagement):
        yield f"The record shows {how}."
    if one.outcome.strip():
        yield f'It says of what came of it: "{one.outcome.strip()}"'


def _when(one: EntryTold, recorded: date) -> str:
    return f"on {on(recorded)}" if recorded > one.day else "on the same day"


def _a(kind: str) -> str:
    """The kind's own word with its article."""
    return f"{'an' if kind[:1].lower() in tuple('aeiou') else 'a'} {kind}"


def _leave(wanted: Wanted, case: CaseEvidence) -> Iterator[str]:
    """The school's acts, so what the records show."""
    if wanted.ground != "leave in term time":
        return
    for one in sorted(case.leave, key=lambda leave: leave.first):
        when = f"from {on(one.first)} to {on(one.last)}"
        if one.asked_on is None:
            yield f"{_RECORDS} the school received no request for leave {when}."
            continue
        decided = f" and decided on {on(one.decided_on)}: {one.decision}" if one.decided_on else ""
        told = f" {_WHO[was_told(wanted, case, one)]} was told on {on(one.told_on)}." if one.told_on else ""
        yield f"{_RECORDS} on {on(one.asked_on)} the school received a request for leave {when}{decided}.{told}"


_WHO: Final[Mapping[bool | None, str]] = {True: "The parent", False: "Another parent", None: "A parent"}
"""Who was told of a leave, whether this parent was or it is not on record."""
_RECORDS: Final = "The records of the case show that"
_ENGAGED: Final[Mapping[str, str]] = {
    "good": "that the engagement was good",
    "partial": "that the engagement was partial",
    NO_ENGAGEMENT: "that there was no engagement",
}
"""Where it was not a matter of that, nothing is said of it."""
