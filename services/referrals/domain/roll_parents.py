"""What a school's roll says of a child's parents, brought to the records of them.

A carer on the roll is who is called so; of two of one name, whoever stood in that place. A carer under a new name in the place of
somebody whom the roll no longer names is in doubt. Whoever else the roll names is a parent of whom nothing was known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.referrals.domain.flags import Word
from services.referrals.domain.parent import Changed, Doubt, Field, Link, OfRoll, Parent, Told, Value
from shared.contracts.attendance import Carer


@dataclass(frozen=True, slots=True)
class Following:
    """What is to be written: parents changed or new, and links of the new ones."""

    parents: tuple[Parent, ...]
    links: tuple[Link, ...]


def followed(
    held: Sequence[Parent], school: str, child: str, carers: Sequence[Carer], at: datetime, new_id: Callable[[], str]
) -> Following:
    """The records of a child's parents after the roll's word. The same word again changes nothing."""
    by_parent, strangers = _matched(held, child, carers)
    after = {parent.id: _told(parent, child, by_parent.get(parent.id), at) for parent in held}
    new: list[Parent] = []
    for carer in strangers:
        stood = next((one for one in held if one.id not in by_parent and _ref(one, child) == carer.parent), None)
        if stood is None:
            new.append(_new(new_id(), school, child, carer, at))
        else:
            doubt = Doubt(ref=carer.parent, said=said_of(carer), relationship=carer.relationship)
            # who stood there keeps the place until somebody has said who it is now
            kept = {**after[stood.id].roll, child: stood.roll[child]}
            after[stood.id] = after[stood.id].model_copy(update={"doubts": {**stood.doubts, child: doubt}, "roll": kept})
    links = tuple(_link(parent, child, at) for parent in new)
    before = {parent.id: parent for parent in held}
    return Following(tuple(one for one in after.values() if one != before[one.id]) + tuple(new), links)


def settled(parent: Parent, child: str, word: Word, new_id: Callable[[], str], *, same: bool) -> Following:
    """A doubt, when somebody has said whether it is the same person. Nothing where there is none (any more)."""
    doubt = parent.doubts.get(child)
    if doubt is None:
        return Following((), ())
    doubts = {key: value for key, value in parent.doubts.items() if key != child}
    clear = parent.model_copy(update={"doubts": doubts})
    seen = OfRoll(ref=doubt.ref, said=doubt.said, relationship=doubt.relationship)
    if same:
        return Following((_with_roll(clear, child, seen, word),), ())
    gone = clear.model_copy(update={"roll": {**clear.roll, child: clear.roll[child].model_copy(update={"ref": None})}})
    other = _with_roll(Parent(id=new_id(), school=parent.school), child, seen, word)
    return Following((gone, other), (_link(other, child, word.at),))


def said_of(carer: Carer) -> dict[Field, Value]:
    """Only what the roll says: a field that it leaves out is not emptied."""
    said: dict[Field, Value] = {"name": carer.name}
    if carer.phone:
        said["telephones"] = (carer.phone,)
    if carer.email:
        said["email"] = carer.email
    if carer.address:
        said["address"] = carer.address
    if carer.address_confidential:
        said["address confidential"] = True
    return said


def _matched(held: Sequence[Parent], child: str, carers: Sequence[Carer]) -> tuple[Mapping[str, Carer], list[Carer]]:
    """By parent the carer who is called so, each once; and the carers who are called like nobody."""
    found: dict[str, Carer] = {}
    strangers = []
    in_place = sorted(carers, key=lambda carer: not any(_ref(one, child) == carer.parent and one.is_called(carer.name) for one in held))
    for carer in in_place:
        called = [one for one in held if one.id not in found and one.is_called(carer.name)]
        whose = min(called, key=lambda one: _ref(one, child) != carer.parent, default=None)
        if whose is None:
            strangers.append(carer)
        else:
            found[whose.id] = carer
    return found, sorted(strangers, key=lambda carer: carer.parent)


def _ref(parent: Parent, child: str) -> str | None:
    said = parent.roll.get(child)
    return said.ref if said else None


def _told(parent: Parent, child: str, carer: Carer | None, at: datetime) -> Parent:
    """The record after the roll has named this carer, or nobody who is this parent."""
    known = parent.roll.get(child)
    doubts = {key: value for key, value in parent.doubts.items() if key != child}
    if carer is None:
        gone = {child: known.model_copy(update={"ref": None})} if known else {}
        return parent.model_copy(update={"roll": {**parent.roll, **gone}, "doubts": doubts})
    seen = OfRoll(ref=carer.parent, said=said_of(carer), relationship=carer.relationship)
    return _with_roll(parent.model_copy(update={"doubts": doubts}), child, seen, _word(parent.school, at))


def _with_roll(parent: Parent, child: str, seen: OfRoll, word: Word) -> Parent:
    """What is new in the roll's word goes into the fields, except where an officer has spoken: there it is suggested."""
    before = parent.roll[child].said if child in parent.roll else {}
    news = {field: value for field, value in seen.said.items() if field != "address confidential" and before.get(field) != value}
    if seen.said.get("address confidential"):
        news["address"] = None  # an address that the roll told and now hides is not kept as known to everybody
    entered = {field: value for field, value in news.items() if parent.value(field) != value and not _by_officer(parent, field)}
    told = {field: Told(value=value, source="school", who=parent.school, at=word.at) for field, value in entered.items()}
    steps = tuple(Changed(field=field, before=parent.fields[field], word=word) for field in entered if field in parent.fields)
    return parent.model_copy(
        update={"roll": {**parent.roll, child: seen}, "fields": {**parent.fields, **told}, "trail": (*parent.trail, *steps)}
    )


def _by_officer(parent: Parent, field: Field) -> bool:
    told = parent.fields.get(field)
    return told is not None and told.source == "officer"


def _new(id_: str, school: str, child: str, carer: Carer, at: datetime) -> Parent:
    seen = OfRoll(ref=carer.parent, said=said_of(carer), relationship=carer.relationship)
    return _with_roll(Parent(id=id_, school=school), child, seen, _word(school, at))


def _link(parent: Parent, child: str, at: datetime) -> Link:
    said = _word(parent.school, at)
    return Link(parent=parent.id, child=child, school=parent.school, relationship=parent.roll[child].relationship, said=said)


def _word(school: str, at: datetime) -> Word:
    return Word(by=f"roll of {school}", at=at, why="the school's roll")
