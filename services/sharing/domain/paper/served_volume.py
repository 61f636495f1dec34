"""Volume B, fit to be served: made as it is, then cleared of what may not be served."""

from datetime import date
from typing import Final

from services.sharing.domain.certificate import ToSign, to_sign
from services.sharing.domain.knowledge import first_told, relied_on_after
from services.sharing.domain.material import Material, Notice
from services.sharing.domain.material import Signature as Signed
from services.sharing.domain.material import Statement as Made
from services.sharing.domain.offence import section
from services.sharing.domain.paper import contacts, exhibits
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.counted import Used, register, unauthorised
from services.sharing.domain.paper.faults import refuse
from services.sharing.domain.paper.letters import letters
from services.sharing.domain.paper.people import People, name_of
from services.sharing.domain.paper.refusals import NoPack
from services.sharing.domain.paper.servable import Servable
from services.sharing.domain.profile import Profile
from services.sharing.domain.sessions import unsettled
from services.sharing.domain.this_parent import ids_of_parent, was_told
from shared.pack import parts
from shared.pack.to_be_served import Certificate, Child, Knowledge, Leave, Parent, Statement, ToBeServed

_AS_IT_IS: Final = frozenset({"statement", "days", "unauthorised", "shown", "sha256"})
"""What is its maker's, and what holds no words."""


def to_be_served(material: Material, known: People, confidential: Confidential, profile: Profile) -> ToBeServed:
    """Raises NotServable where the statement names what may not be served, NoPack where the roll does not name the child."""
    servable = Servable(material, known, confidential)
    if material.statement:
        refuse(material.statement, servable)
    made = ToBeServed(
        child=_child(material),
        parent=Parent(name=known.parent.name, relationship=_relationship(known), address=confidential.own_as_served),
        officer=material.case.officer.name if material.case.officer else None,
        certificate=_certificate(material, profile),
        statement=_statement(material.statement, material, profile) if material.statement else None,
        leave=_leave(material),
        chronology=contacts.chronology(material, servable),
        letters=letters(material, known, confidential, servable, profile.rules(material.wanted.measure, material.wanted.ground)),
        notices=history(material),
        knowledge=_knowledge(material, profile),
    )
    cleared = ToBeServed.model_validate(servable.everything(made.model_dump(), but=_AS_IT_IS))
    return cleared.model_copy(update={"parent": cleared.parent.model_copy(update={"address": made.parent.address})})


def signature(signed: Signed | None) -> parts.Signature | None:
    return parts.Signature(name=signed.name, role=signed.role, on=signed.on, way=signed.way) if signed else None


def history(material: Material) -> parts.NoticeHistory:
    """Of this parent and this child."""
    told = material.notices
    return parts.NoticeHistory(
        known_to_us=tuple(
            parts.Notice(
                authority=notice.authority,
                authority_name=told.names.get(notice.authority),
                issued_on=notice.issued_on,
                state=notice.state,
                sessions=tuple(parts.SessionOf(date=day, session=half) for day, half in notice.sessions),
            )
            for notice in _notices(material)
        ),
        asked=tuple(parts.HistoryAsked(**asked.model_dump(), authority_name=told.names.get(asked.authority)) for asked in told.asked),
        confirmed=told.confirmed,
    )


def used(material: Material) -> Used:
    """Sessions on which a notice that was not withdrawn rests."""
    return {session: notice.issued_on for notice in _notices(material) if notice.state != "withdrawn" for session in notice.sessions}


def _notices(material: Material) -> list[Notice]:
    parents = ids_of_parent(material.wanted, material.case)
    children = {material.wanted.child, *material.person.records}
    theirs = (notice for notice in material.notices.known if notice.child in children and notice.parent in parents)
    return sorted(theirs, key=lambda notice: notice.issued_on)


def _child(material: Material) -> Child:
    person, name = material.person, name_of(material.person)
    if name is None or person.born is None:
        raise NoPack("the school's roll does not give the child's name and date of birth: ask the school for a roll")
    return Child(name=name, date_of_birth=person.born, year_group=person.year_group)


def _relationship(known: People) -> str | None:
    record, carer = known.parent.record, known.parent.carer
    return (record.relationship if record else None) or (carer.relationship if carer else None)


def _certificate(material: Material, profile: Profile) -> Certificate:
    signed = material.certificate
    first, last = (signed.first, signed.last) if signed else (material.wanted.first, material.wanted.last)
    attendance = register(signed.marks if signed else material.marks, first, last)
    return Certificate(
        section=section(material.wanted, profile),
        attendance=attendance,
        unauthorised=unauthorised(
            attendance,
            used(material),
            unsettled(profile.rules(material.wanted.measure, material.wanted.ground)),
            relied_on_after(material.wanted, material.case, profile),
        ),
        declaration=signed.declaration if signed else profile.declaration,
        signature=signature(signed.signed) if signed else None,
        frozen_at=signed.frozen_at if signed else None,
        shown=signed.check if signed else _to_sign(material, profile).check_value,
    )


def _knowledge(material: Material, profile: Profile) -> Knowledge | None:
    told = first_told(material.wanted, material.case, profile)
    before = profile.readings.sessions_before_the_parent_knew
    return Knowledge(told_on=told.day, told_by=told.by, sessions_before=before) if told else None


def _to_sign(material: Material, profile: Profile) -> ToSign:
    """Whoever signs on paper signs a page that has the check value of what it shows."""
    parent = material.case.parent.name if material.case.parent else ""
    return to_sign(material.pack, material.wanted, material.person, parent, material.marks, profile)


def _statement(made: Made, material: Material, profile: Profile) -> Statement:
    return Statement(
        maker=made.name,
        role=made.role,
        paragraphs=made.paragraphs,
        declaration=profile.statement_words,
        exhibits=tuple(exhibits.shown(one, material) for one in made.exhibits),
        edition=made.edition,
        edited_on=made.edited_at.date(),
        signature=signature(made.signed),
    )


def _leave(material: Material) -> tuple[Leave, ...]:
    """What was asked for or taken within the certificate's period."""
    wanted, record = material.wanted, material.case.parent
    told = sorted(material.case.leave, key=lambda leave: leave.first)
    return tuple(
        Leave(
            period_from=leave.first,
            period_to=leave.last,
            asked_on=leave.asked_on,
            asked_by_this_parent=None if leave.asked_by is None else record is not None and leave.asked_by == record.parent,
            decision=leave.decision,
            granted=leave.granted,
            decided_on=leave.decided_on,
            told_on=leave.told_on,
            told_this_parent=was_told(wanted, material.case, leave),
        )
        for leave in told
        if _overlaps(leave.first, leave.last, wanted.first, wanted.last)
    )


def _overlaps(first: date, last: date, since: date, until: date) -> bool:
    return first <= until and last >= since
