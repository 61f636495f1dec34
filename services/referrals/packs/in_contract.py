"""What `referrals` holds of a case in the words of the contract with `sharing`: a parent, an entry, a leave, a letter, whose case it is."""

from collections.abc import Iterable, Mapping, Sequence, Set

from services.referrals.domain.intervention import Intervention
from services.referrals.domain.kinds import Practices
from services.referrals.domain.leave import Leave
from services.referrals.domain.letters.letter import Letter
from services.referrals.domain.officer import Officer
from services.referrals.domain.referral import LeftOut, Referral
from services.referrals.families.family import Family, Relation
from shared.contracts.enforcement import EntryTold, LetterSent, ParentOfCase, Referrer
from shared.contracts.enforcement import Leave as LeaveTold


def refs_of(one: Relation) -> frozenset[str]:
    return frozenset(one.parent.refs)


def parent_of_case(
    one: Relation, child: str, entries: Sequence[Intervention], asked: Iterable[str], left_out: Mapping[str, LeftOut]
) -> ParentOfCase:
    """The record of the case's own school: what another school gave is not told through it."""
    record, hides = one.parent, one.hides_address
    said = record.roll.get(child) if child not in record.doubts else None
    known_as = {*one.ids, *refs_of(one)}
    address = record.value("address")
    language, title, interpreter = record.value("language"), record.value("title"), record.value("interpreter")
    confirmed = [entry.day for entry in entries if entry.counts and any(contact.parent in known_as for contact in entry.contacts)]
    told = [
        field.at.date() for name, field in record.fields.items() if field.source == "officer" and name in ("address", "telephones", "email")
    ]
    return ParentOfCase(
        parent=record.id,
        records=tuple(sorted(one.ids)),
        ref=said.ref if said else None,
        on_roll=str(said.said.get("name") or "") or None if said else None,
        title=str(title) if title else None,
        name=record.name,
        relationship=one.link.relationship,
        responsibility=one.link.parental_responsibility,
        lives_with=one.link.lives_with,
        address=str(address) if address and not hides else None,
        confidential=hides,
        telephones=record.telephones,
        language=str(language) if language else None,
        interpreter=True if interpreter else None,
        confirmed_on=max((*confirmed, *told), default=None),
        requested=not known_as.isdisjoint(asked),
        left_out=next((left_out[id_].why for id_ in sorted(one.ids) if id_ in left_out), None),
    )


def entry_told(one: Intervention, names: dict[str, str], practices: Practices, lettered: str | None) -> EntryTold:
    """`lettered`: another parent than is asked for, to whom the letter went that the entry stands for."""
    kind = practices.on(one.day).kinds.get(one.kind)
    return EntryTold(
        entry=one.id,
        day=one.day,
        kind=one.kind,
        with_whom=one.with_them,
        engagement=one.engagement,
        outcome=one.outcome,
        officer=names.get(one.officer, one.officer),
        parents=tuple(dict.fromkeys(record for record in (*(present.parent for present in one.people), lettered) if record)),
        recorded_on=one.recorded_at.date(),
        tells=kind.tells if kind else None,
    )


def leave_told(one: Leave, known: Family) -> LeaveTold:
    """Who is none of the family by now stands there as it was said: of two parents one may still be the one who was not told."""
    as_known = {id_: relation.parent.id for relation in reversed(known.relations) for id_ in {*relation.ids, *refs_of(relation)}}
    return LeaveTold(
        **one.model_dump(include={"leave", "first", "last", "asked_on", "decision", "granted", "decided_on", "told_on"}),
        asked_by=as_known.get(one.asker or one.asked_by or ""),
        told=tuple(dict.fromkeys(as_known.get(who, who) for who in sorted(one.whom_told or one.whom))) if one.told_on else (),
        told_by_name=bool(one.told_to),
    )


def referrer(case: Referral, staff: Mapping[str, Officer]) -> Referrer | None:
    """Whose case it is; of one that is nobody's who asked last, where that is one of the staff, else the school's one named officer."""
    known = (case.officer, *(one.requested_by for one in reversed(case.private.requests)))
    named = [one for one in staff.values() if one.role == "officer" and case.school in one.schools]
    officer = next((staff[id_] for id_ in known if id_ and id_ in staff), named[0] if len(named) == 1 else None)
    if officer is None:
        return None
    role = "Education Welfare Officer" if officer.role == "officer" else officer.role
    return Referrer(name=officer.name, role=role, telephone=officer.telephone, email=officer.email)


def letter_sent(one: Letter, copies: Set[str], unfit: Set[str | None], staff: Iterable[Officer]) -> LetterSent:
    """A copy that was struck out, or is not kept yet, is told of no more."""
    assert one.dispatch is not None
    text, sender = one.words.text_but_ours, one.words.sender
    named = (said for officer in staff for said in (officer.telephone, officer.email) if said and said in text)
    return LetterSent(
        letter=one.id,
        kind=one.kind,
        records=one.records,
        day=one.dispatch.day,
        way=one.dispatch.way,
        document=one.document if one.document in copies else None,
        came_back=one.came_back.day if one.came_back else None,
        subject=one.words.subject,
        entry=one.entry,
        text=text,
        on_it=(", ".join(sender.address), sender.telephone, sender.email, ", ".join(one.dispatch.to), *named),
        shows_hidden=one.document is not None and one.document in unfit,
    )
