"""What volume A tells of others than the child and the parent of the pack: what the authority's profile asks for, and no more; and what
is held of them and not told, by its kind.

Source: UK GDPR Art. 5(1)(c). Which forms ask for what of others stands in deploy/authorities/national.toml.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from services.sharing.domain.material import Material
from services.sharing.domain.of_others import SIBLING_PARTICULARS, OfOthers
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.contacts import another_parents, in_order, told
from services.sharing.domain.paper.people import Known, name_of
from services.sharing.domain.profile import Profile
from services.sharing.domain.words import listed
from shared.pack.for_the_authority import PARTICULARS, NotIncluded, OtherContact, OtherParent, Particular, Sibling
from shared.pack.parts import WITHHELD, Contact

NOT_TOLD: Final = "not told: with another parent"
"""Stands in the place of what came of an agency's work with another parent alone."""
_OWN: Final = "Each parent answers for their own part."
_FIELDS: Final[dict[Particular, tuple[str, ...]]] = {
    "relationship": ("relationship",),
    "responsibility": ("responsibility",),
    "lives with": ("lives_with",),
    "date of birth": ("date_of_birth",),
    "address": ("address",),
    "telephones": ("telephones",),
    "language": ("language", "interpreter"),
    "contacts confirmed": ("contacts_confirmed_on",),
}
_WORDS: Final[dict[Particular, str]] = {
    "responsibility": "parental responsibility",
    "lives with": "whether the child lives there",
    "language": "language and interpreter",
    "contacts confirmed": "when contacts were last confirmed",
}


def facts_of(known: Known, address: str | None) -> dict[str, Any]:
    """All that may be told of a parent or carer to an authority that asks for it. `address`: as it may be told."""
    record, carer = known.record, known.carer
    return {
        "title": record.title if record else None,
        "name": known.name,
        "relationship": (record.relationship if record else None) or (carer.relationship if carer else None),
        "responsibility": record.responsibility if record else None,
        "lives_with": record.lives_with if record else None,
        "date_of_birth": carer.born if carer else None,
        "address": address,
        "telephones": known.telephones,
        "language": record.language if record else None,
        "interpreter": record.interpreter if record else None,
        "contacts_confirmed_on": record.confirmed_on if record else None,
    }


def other_parents(material: Material, others: Iterable[Known], confidential: Confidential, profile: Profile) -> tuple[OtherParent, ...]:
    let_pass = next((one.override.why for one in material.items if one.rule == "every parent accounted for" and one.override), None)
    return tuple(_other(one, confidential, profile.of_others, let_pass) for one in others)


def _other(known: Known, confidential: Confidential, asked: OfOthers, let_pass: str | None) -> OtherParent:
    """`let_pass`: why somebody goes on although another parent is not accounted for."""
    record = known.record
    facts = facts_of(known, confidential.of(known))
    if known.hidden:  # a telephone finds a person, and where the child lives tells where who lives with it does
        facts |= {"telephones": (WITHHELD,) if known.telephones else (), "lives_with": WITHHELD}
    for particular in set(PARTICULARS) - set(asked.parents):
        facts |= {field: () if field == "telephones" else None for field in _FIELDS[particular]}
    return OtherParent(
        **facts,
        told=tuple(one for one in PARTICULARS if one in asked.parents),
        requested=bool(record and record.requested),
        why_no_measure=(record.left_out if record else None) or let_pass,
    )


def siblings(material: Material, profile: Profile) -> tuple[Sibling, ...]:
    """Those whom a person has confirmed, as far as their school's roll names them."""
    asked, named = profile.of_others.siblings, {person.child: person for person in material.siblings}
    return tuple(
        Sibling(
            name=(name_of(named[one.child]) if one.child in named else None) or "not named on the roll",
            school_urn=one.school if "school" in asked else None,
            year_group=named[one.child].year_group if "year group" in asked and one.child in named else None,
            requested=one.requested if "own request" in asked else None,
        )
        for one in material.case.siblings
        if asked
    )


def agencies(material: Material, profile: Profile) -> tuple[Contact, ...]:
    """Each with its name, as forms ask for it (Oxfordshire, Kensington and Chelsea, Gloucestershire, Stockton). What came of it is told of
    the child and of this parent, since support comes first ("Working together to improve school attendance", August 2024)."""
    whole = profile.of_others.contacts == "words"
    found = [entry for entry in in_order(material) if entry.tells == "agencies"]
    unsaid = {"engagement": NOT_TOLD, "outcome": NOT_TOLD}
    return told(entry if whole or not another_parents(material, entry) else entry.model_copy(update=unsaid) for entry in found)


def other_contacts(material: Material, profile: Profile) -> tuple[OtherContact, ...]:
    """With other parents, since the first day of the period that the certificate covers."""
    asked = profile.of_others.contacts
    found = [entry for entry in in_order(material) if entry.tells not in ("needs", "agencies") and another_parents(material, entry)]
    since = told(entry for entry in found if entry.day >= material.wanted.first and asked != "left out")
    fields = set(OtherContact.model_fields) if asked == "words" else {"date", "kind"}
    return tuple(OtherContact(**one.model_dump(include=fields)) for one in since)


def held_back(material: Material, others: Iterable[Known], profile: Profile) -> Iterator[NotIncluded]:
    """By kind, of whom there is somebody at all."""
    asked = profile.of_others
    if tuple(others):
        if kinds := [_WORDS.get(one, one) for one in PARTICULARS if one not in asked.parents]:
            yield _not_asked(
                f"Of other parents and carers: {listed(kinds)}", "The request is against one parent; a pack against another has theirs."
            )
        if asked.contacts != "words":
            here = "their kinds and dates of the period are here" if asked.contacts == "kind and date" else "that they took place, too"
            but = "Contacts with other parents, but for what tells of the child's needs"
            yield _not_asked(f"{but}: what was said, with whom, and what came of it; {here}", _OWN)
    if material.case.siblings:
        kinds = [one for one in SIBLING_PARTICULARS if one not in asked.siblings]
        if kinds:
            yield _not_asked(f"Of brothers and sisters: {listed(kinds)}", "The request names one child.")


def _not_asked(record: str, why: str) -> NotIncluded:
    return NotIncluded(record=record, why=f"{why} The authority's profile does not ask for it (UK GDPR Art. 5(1)(c)).")
