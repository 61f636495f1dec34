"""Volume A, for the authority alone."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final, Literal

from services.sharing.domain.material import Material, Override
from services.sharing.domain.paper import counted
from services.sharing.domain.paper.address_shape import ADDRESS_FOR_SERVICE
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.contacts import contacts
from services.sharing.domain.paper.cover import Facts, cover
from services.sharing.domain.paper.others import agencies, facts_of, held_back, other_contacts, other_parents, siblings
from services.sharing.domain.paper.people import People, name_of
from services.sharing.domain.paper.readings import readings
from services.sharing.domain.paper.served_volume import history, signature
from services.sharing.domain.paper.unasked import Unasked
from services.sharing.domain.profile import Profile
from services.sharing.domain.words import listed, on
from shared.academic_year import first_day, of
from shared.contracts.attendance import ChildRegister
from shared.contracts.referrals import ConcernMet
from shared.pack.for_the_authority import (
    Child,
    Concern,
    ConcernSessions,
    ForTheAuthority,
    LegalClocks,
    NotIncluded,
    Overridden,
    Parent,
    Referrer,
    Requirement,
    YearRegister,
)
from shared.pack.parts import WORDS_LEFT_OUT
from shared.pack.register import Register
from shared.pack.to_be_served import ToBeServed

NOT_INCLUDED: Final = (
    NotIncluded(record="Notes of conversations", why="They stay with the case; the chronology has what came of each contact."),
    NotIncluded(record="Documents of the case that are no exhibits", why="Held; ask for those that are needed."),
    NotIncluded(record="Health records, safeguarding records", why="To be asked for under a lawful basis of their own."),
    NotIncluded(record="Marks, cases and records of brothers and sisters", why="The request names one child."),
    NotIncluded(record="Addresses that are confidential", why="Never disclosed in a pack."),
    NotIncluded(record="Earlier drafts of the statement", why="Kept; the signed one counts."),
    NotIncluded(record="Register of earlier academic years", why="Held where the school has sent it; ask for what is needed."),
)
_PARTICULARS: Final = frozenset({"registers", "child", "parent", "referrer"})
"""Of those of whom the pack tells."""


def for_the_authority(
    material: Material, known: People, confidential: Confidential, unasked: Unasked, profile: Profile, served: ToBeServed, school: str
) -> ForTheAuthority:
    """The volume, with every mention of a confidential address, and of how others are reached who have one, taken out of what somebody
    wrote, and what the profile does not ask for of others."""
    made = _volume(material, known, confidential, profile, served)
    if confidential.clears:
        told = _withheld(made.model_dump(exclude={"registers"}), confidential) | {"registers": made.registers}
        own = {"address": made.parent.address}  # this parent's own, whoever else's it is
        made = ForTheAuthority.model_validate(told | {"parent": told["parent"] | own})
    words = made.model_dump(exclude=set(_PARTICULARS))
    made = ForTheAuthority.model_validate(unasked.everywhere(words) | {name: getattr(made, name) for name in _PARTICULARS})
    return made.model_copy(update={"cover": cover(profile.cover, _facts(material, made, served, confidential.cleared(school)))})


def _facts(material: Material, made: ForTheAuthority, served: ToBeServed, school: str) -> Facts:
    """The first page repeats what stands behind it, as it may be told."""
    wanted = material.wanted
    return Facts(
        school=school,
        ground=wanted.ground,
        period_from=wanted.first,
        period_to=wanted.last,
        referrer=made.referrer,
        child=made.child,
        parent=made.parent,
        other_parents=made.other_parents,
        siblings=made.siblings,
        registers=made.registers,
        agencies=made.agencies,
        clocks=made.clocks,
        served=served,
    )


def _volume(material: Material, known: People, confidential: Confidential, profile: Profile, served: ToBeServed) -> ForTheAuthority:
    """Without its cover."""
    case, wanted, signed = material.case, material.wanted, material.certificate
    registers = tuple(_registers(material))
    return ForTheAuthority(
        cover=(),
        clocks=_clocks(material),
        requirements=tuple(
            Requirement(rule=item.rule, says=item.says, met=item.met, overridden=_overridden(item.override)) for item in material.items
        ),
        referrer=_referrer(material),
        child=_child(material, confidential, served),
        parent=Parent(**facts_of(known.parent, confidential.parent)),
        other_parents=other_parents(material, known.others, confidential, profile),
        siblings=siblings(material, profile),
        flags=case.flags,
        needs=contacts(material).needs,
        agencies=agencies(material, profile),
        other_contacts=other_contacts(material, profile),
        child_view=case.child_view or None,
        concerns=tuple(_concerns(case.concerns, wanted.last, registers)),
        registers=registers,
        changes=counted.changes(material.marks, wanted.first, wanted.last),
        marks_since_signature=counted.differences(signed.marks, material.marks, signed.first, signed.last) if signed else (),
        notices=history(material),
        readings=readings(profile, wanted),
        not_included=(
            *_told_apart(material, known, confidential),
            *_words_left_out(served),
            *held_back(material, known.others, profile),
            *NOT_INCLUDED,
        ),
        checked=signature(material.checked),
        checked_by_witness=material.checked_by_witness,
        approved=signature(material.approved),
    )


def _told_apart(material: Material, known: People, confidential: Confidential) -> Iterator[NotIncluded]:
    """Who has the address for service that no part of the pack tells."""
    if confidential.own is None and confidential.parent is not None:
        officer = material.case.officer
        holder = f"the officer of the case, {officer.name}, of {material.company}" if officer else material.company
        how = f'Told apart, as the requirement "{ADDRESS_FOR_SERVICE}" says.'
        yield NotIncluded(
            record=f"Address for service of {known.parent.name}", why=f"Withheld. Held, as far as it is known, by {holder}. {how}"
        )


def _words_left_out(served: ToBeServed) -> Iterator[NotIncluded]:
    """Of contacts with this parent, which stand in the other volume alone."""
    gone = tuple(dict.fromkeys(on(one.date) for one in served.chronology if f"[{WORDS_LEFT_OUT}]" in f"{one.with_whom} {one.outcome}"))
    if gone:
        yield NotIncluded(
            record=f"What an officer wrote of contacts with this parent of {listed(gone)}", why="It tells of others too. Held."
        )


def _withheld(node: Any, confidential: Confidential) -> Any:
    if isinstance(node, str):
        return confidential.cleared(node)
    if isinstance(node, dict):
        return {name: _withheld(value, confidential) for name, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_withheld(value, confidential) for value in node]
    return node


def _overridden(override: Override | None) -> Overridden | None:
    return Overridden(by=override.by, on=override.at.date(), why=override.why) if override else None


def _referrer(material: Material) -> Referrer | None:
    officer = material.case.officer
    return Referrer(**officer.model_dump()) if officer else None


def _child(material: Material, confidential: Confidential, served: ToBeServed) -> Child:
    person = material.person
    return Child(
        name=name_of(person) or served.child.name,
        upn=person.upn or f"none; the school's own id is {person.pupil_id}",
        date_of_birth=served.child.date_of_birth,
        year_group=person.year_group,
        sex=person.sex,
        address=confidential.child,
        looked_after=person.looked_after,
        special_educational_needs=person.special_educational_needs,
    )


def _registers(material: Material) -> list[YearRegister]:
    this = of(material.wanted.last)
    told: list[tuple[Literal["this year", "last year"], int, ChildRegister | None]] = [
        ("this year", this, material.this_year),
        ("last year", this - 1, material.last_year),
    ]
    return [
        YearRegister(label=label, attendance=counted.register(register, first_day(year), min(_last_day(year), material.created)))
        for label, year, register in told
        if register is not None and register.sessions
    ]


def _concerns(met: Iterable[ConcernMet], last: date, registers: Iterable[YearRegister]) -> Iterator[Concern]:
    """With the sums of the pack's own register, so that no page says of a day what another does not."""
    held = {of(last) - (one.label == "last year"): one.attendance for one in registers}
    for one in sorted(met, key=lambda one: (one.raised_on, one.rule)):
        register = held.get(of(one.raised_on))
        yield Concern(rule=one.rule, raised_on=one.raised_on, sessions=_sessions(register) if register else None)


def _sessions(register: Register) -> ConcernSessions:
    sums = register.totals.model_dump(include={"possible", "absent", "unauthorised", "late"})
    return ConcernSessions(as_of=register.register_as_of, **sums)


def _last_day(year: int) -> date:
    return first_day(year + 1) - timedelta(days=1)


def _clocks(material: Material) -> LegalClocks:
    told = material.clocks
    return LegalClocks(
        earliest_session=told.earliest,
        latest_session=told.latest,
        lay_by_for_earliest=told.earliest_by,
        lay_by_for_latest=told.latest_by,
        request_by=told.request_by,
    )
