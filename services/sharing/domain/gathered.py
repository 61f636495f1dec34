"""What the other services answered, in the words of the pack."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby, pairwise

from services.sharing.domain import evidence, pack
from services.sharing.errors import NotOnRoll
from shared.contracts.attendance import Carer, ChildRegister, Person, RegisterSession, Withheld
from shared.contracts.enforcement import CaseEvidence
from shared.contracts.referrals import ChronologyEntry, HiddenParent
from shared.hidden_parents import protected_carers


def protected(person: Person, withheld: Withheld, hidden: Iterable[HiddenParent]) -> tuple[Person, Withheld]:
    """The roll's word with the addresses hidden that the officers were told to hide, beside those that the roll hides itself."""
    told = tuple(hidden)
    places = protected_carers(person, told)
    theirs = [carer.address for carer in person.carers if carer.parent in places and carer.address]
    marked = tuple(carer.model_copy(update={"address_confidential": True}) if carer.parent in places else carer for carer in person.carers)
    addresses = (*withheld.addresses, *(address for parent in told for address in parent.addresses), *theirs)
    return (
        person.model_copy(update={"carers": marked}),
        withheld.model_copy(update={"confidential": withheld.confidential or bool(told), "addresses": tuple(dict.fromkeys(addresses))}),
    )


def attendance(person: Person, register: ChildRegister, withheld: Withheld) -> evidence.EvidenceOfAttendance:
    """NotOnRoll for a child known from marks alone."""
    return evidence.EvidenceOfAttendance(
        child=_child(person, withheld),
        withheld=withheld.addresses,
        register_as_of=_as_of(register),
        days=tuple(_days(register.sessions)),
        key=tuple(evidence.CodeMeaning.model_validate(meaning.model_dump()) for meaning in register.key),
        changes=tuple(change for session in register.sessions for change in _changes(session, register.submitted)),
    )


def chronology(case: CaseEvidence, asked: str, person: Person) -> evidence.Chronology:
    """NotOnRoll for a parent whom the school's roll does not name."""
    parent = next((carer for carer in person.carers if carer.parent == asked), None)
    if parent is None:
        raise NotOnRoll("parent")
    return evidence.Chronology(
        parent=_parent(parent),
        contacts=tuple(_contact(entry) for entry in case.entries),
        concerns=tuple(pack.Concern.model_validate(concern.model_dump()) for concern in case.concerns),
    )


def _child(person: Person, withheld: Withheld) -> evidence.ChildOnRoll:
    """An address is as confidential as that of any parent or carer with whom the child may live."""
    if person.forename is None or person.surname is None or person.born is None:
        raise NotOnRoll("child")
    return evidence.ChildOnRoll(
        forename=person.forename,
        surname=person.surname,
        upn=person.upn or f"none; the school's own id is {person.pupil_id}",
        date_of_birth=person.born,
        year_group=person.year_group or "not stated on the roll",
        sex=person.sex,
        address=person.address,
        address_confidential=withheld.confidential or any(carer.address_confidential for carer in person.carers),
    )


def _parent(carer: Carer) -> evidence.ParentOnRecord:
    return evidence.ParentOnRecord(
        name=carer.name,
        relationship=carer.relationship or "not stated on the roll",
        date_of_birth=carer.born,
        address=carer.address,
        address_confidential=carer.address_confidential,
    )


def _contact(entry: ChronologyEntry) -> pack.Contact:
    """Notes of the conversation are never asked for, so there are none to leave out."""
    return pack.Contact(
        date=entry.day,
        kind=entry.kind,
        with_whom=entry.with_whom,
        engagement=entry.engagement,
        outcome=entry.outcome,
        officer=entry.officer,
    )


def _as_of(register: ChildRegister) -> date:
    """The day of the school's last submission about this child in the period. A mark that was planned is known on its day."""
    if not register.sessions:
        raise NotOnRoll("no mark of the child in the period")
    return max(*register.submitted.values(), *(session.day for session in register.sessions), date.min)


def _days(sessions: Iterable[RegisterSession]) -> Iterator[pack.RegisterDay]:
    for day, of_day in groupby(sorted(sessions, key=lambda session: session.day), key=lambda session: session.day):
        codes: dict[str, str | None] = {session.session: session.code for session in of_day}
        yield pack.RegisterDay(date=day, am=codes.get("AM"), pm=codes.get("PM"))


def _changes(session: RegisterSession, submitted: Mapping[int, date]) -> Iterator[pack.MarkChange]:
    """Each mark that another submission replaced. The same code with other minutes is no change of the mark."""
    told = [*((mark.code, mark.feed) for mark in session.earlier), (session.code, session.feed)]
    for (before, _), (after, feed) in pairwise(told):
        if before != after:
            yield pack.MarkChange(date=session.day, session=session.session, before=before, after=after, submitted_on=submitted.get(feed))
