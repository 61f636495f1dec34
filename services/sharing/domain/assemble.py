"""From the request and the services' answers to the pack: only what the measure needs, nothing confidential."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from services.sharing.domain import pack
from services.sharing.domain.evidence import (
    ChildOnRoll,
    Chronology,
    CodeMeaning,
    EnforcementRequest,
    EvidenceOfAttendance,
    ParentOnRecord,
)
from services.sharing.domain.withhold import Withheld

THRESHOLD = (
    "Ten sessions of unauthorised absence, codes G, N, O and U in any mix, consecutive or not, within ten "
    "school weeks; the ten weeks may span terms and school years."
)
"""The national reading, where the register does not say how the LA's own is."""

_PENALTY = "Penalty notice threshold (National Framework, offences from 19 August 2024)"
READINGS = (
    pack.Reading(
        rule="School week",
        reading="Monday to Sunday, any week in which the school held at least one session. Weeks without a session are passed over.",
    ),
    pack.Reading(
        rule="Possible sessions",
        reading="Sessions with a code of presence, approved educational activity, authorised or unauthorised absence. "
        "Codes D, Q, X, Y1 to Y7, Z and # and sessions without a mark are not possible sessions.",
    ),
    pack.Reading(
        rule="Lateness",
        reading="L (before the register closed) is presence. U (after it closed) is unauthorised absence for the whole session.",
    ),
    pack.Reading(
        rule="Withdrawn codes",
        reading="A code withdrawn on 19 August 2024 that the school still sent is shown and counts by its old class.",
    ),
)

NOT_INCLUDED = (
    pack.NotIncluded(record="Other parents and carers", why="The request names one parent."),
    pack.NotIncluded(record="Brothers and sisters", why="The request names one child."),
    pack.NotIncluded(
        record="Health and special educational needs, looked-after status, safeguarding records",
        why="Not needed to show attendance; to be asked for under a lawful basis of its own.",
    ),
    pack.NotIncluded(record="Notes of conversations", why="Left out: they stay with the case."),
    pack.NotIncluded(record="Telephone numbers and e-mail addresses", why="Not needed for the measure."),
    pack.NotIncluded(record="Addresses marked confidential", why="Never disclosed in a pack."),
)


class CodeNotExplained(ValueError):
    """A code stands in the register and not in the key that came with it."""


def assemble(
    request: EnforcementRequest,
    attendance: EvidenceOfAttendance,
    chronology: Chronology,
    school: pack.School,
    authority: pack.Authority,
    *,
    pack_id: str,
    created: date,
    company: str,
    threshold: str | None = None,
) -> pack.Pack:
    """The pack. `threshold`: how the LA reads the threshold for a penalty notice. Days outside the period are dropped, the rest is in the
    order of its date. Raises CodeNotExplained."""
    certificate = _certificate(request, attendance)
    changes = _changes(attendance.changes, request)
    withheld = Withheld(attendance.child, chronology.parent, attendance.withheld)
    return pack.Pack(
        pack_id=pack_id,
        created=created,
        company=company,
        requested_by=request.requested_by,
        requested_on=request.requested_on,
        measure=request.measure,
        authority=authority,
        school=school,
        child=withheld.of_child(_child(attendance.child)),
        parent=withheld.of_parent(_parent(chronology.parent)),
        certificate=certificate,
        changes=changes,
        concerns=tuple(sorted(chronology.concerns, key=lambda c: (c.raised_on, c.rule))),
        chronology=_contacts(chronology.contacts, withheld),
        readings=(pack.Reading(rule=_PENALTY, reading=threshold or THRESHOLD), *READINGS),
        not_included=NOT_INCLUDED,
        matters_open=tuple(_matters_open(request, certificate, changes)),
    )


def _certificate(request: EnforcementRequest, attendance: EvidenceOfAttendance) -> pack.AttendanceCertificate:
    days = _days(attendance.days, request)
    codes = _codes(days, attendance.key)
    return pack.AttendanceCertificate(
        period_from=request.period_from,
        period_to=request.period_to,
        register_as_of=attendance.register_as_of,
        days=days,
        codes=codes,
        totals=_totals(days, codes),
        signature=_signature(request),
    )


def _changes(changes: Iterable[pack.MarkChange], request: EnforcementRequest) -> tuple[pack.MarkChange, ...]:
    within = (change for change in changes if request.period_from <= change.date <= request.period_to)
    return tuple(sorted(within, key=lambda change: (change.date, change.session, change.submitted_on or change.date)))


def _days(days: Iterable[pack.RegisterDay], request: EnforcementRequest) -> tuple[pack.RegisterDay, ...]:
    within = (day for day in days if request.period_from <= day.date <= request.period_to)
    return tuple(sorted(within, key=lambda day: day.date))


def _codes(days: tuple[pack.RegisterDay, ...], key: tuple[CodeMeaning, ...]) -> tuple[pack.CodeCount, ...]:
    counts = Counter(code for day in days for code in (day.am, day.pm) if code is not None)
    meanings = {meaning.code: meaning for meaning in key}
    if counts.keys() - meanings.keys():
        raise CodeNotExplained("the register has a code that its key does not explain")
    return tuple(
        pack.CodeCount(
            code=meaning.code,
            meaning=meaning.meaning,
            statistical_class=meaning.statistical_class,
            sessions=counts[meaning.code],
        )
        for meaning in meanings.values()
        if counts[meaning.code]
    )


def _totals(days: tuple[pack.RegisterDay, ...], codes: tuple[pack.CodeCount, ...]) -> pack.Totals:
    of: Counter[pack.StatisticalClass] = Counter()
    for count in codes:
        of[count.statistical_class] += count.sessions
    attended = of["present"] + of["late"] + of["approved educational activity"]
    absent = of["authorised absence"] + of["unauthorised absence"]
    return pack.Totals(
        possible=attended + absent,
        attended=attended,
        late=of["late"],
        approved_educational_activity=of["approved educational activity"],
        absent=absent,
        authorised=of["authorised absence"],
        unauthorised=of["unauthorised absence"],
        not_possible=of["not a possible session"] + of["administrative"],
        no_mark=sum((day.am is None) + (day.pm is None) for day in days),
        attendance_percentage=_percentage(attended, attended + absent),
    )


def _percentage(part: int, whole: int) -> str | None:
    if not whole:
        return None
    return str((Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _signature(request: EnforcementRequest) -> pack.Signature | None:
    """Nobody can certify days that were still to come: a signature before the end of the period is none."""
    if request.head_teacher is None or request.signed_on is None or request.signed_on < request.period_to:
        return None
    return pack.Signature(name=request.head_teacher, on=request.signed_on)


def _child(child: ChildOnRoll) -> pack.Child:
    return pack.Child(
        name=f"{child.forename} {child.surname}",
        upn=child.upn,
        date_of_birth=child.date_of_birth,
        year_group=child.year_group,
        sex=child.sex,
        address=child.address,
    )


def _parent(parent: ParentOnRecord) -> pack.Parent:
    return pack.Parent(
        name=parent.name,
        relationship=parent.relationship,
        date_of_birth=parent.date_of_birth,
        address=parent.address,
    )


def _contacts(recorded: Iterable[pack.Contact], withheld: Withheld) -> tuple[pack.Contact, ...]:
    return tuple(sorted((withheld.of_contact(contact) for contact in recorded), key=lambda contact: contact.date))


def _matters_open(
    request: EnforcementRequest, certificate: pack.AttendanceCertificate, changes: tuple[pack.MarkChange, ...]
) -> Iterable[str]:
    if certificate.signature is None:
        yield "The attendance certificate is not signed by the head teacher."
    if request.signed_on is not None and request.signed_on < request.period_to:
        yield "The date of signature given lies before the end of the period, so the signature is not shown."
    if certificate.register_as_of < certificate.period_to:
        yield "The school's last submission lies before the end of the period."
    settled = certificate.signature.on if certificate.signature else None
    if settled and certificate.register_as_of > settled:
        changed = _in_words(certificate.register_as_of)
        yield f"The register of this period last changed on {changed}, after the head teacher's signature of {_in_words(settled)}."
    if settled and any(change.submitted_on and change.submitted_on > settled for change in changes):
        yield "The school changed marks of the period after the date of signature."
    unsettled = sum(count.sessions for count in certificate.codes if count.code == "N")
    if unsettled:
        yield f"Code N (reason not yet established) stands in {_sessions(unsettled)}: the reason is to be settled."
    if certificate.totals.no_mark:
        yield f"The school has sent no mark for {_sessions(certificate.totals.no_mark)} of the period."


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _sessions(number: int) -> str:
    return "1 session" if number == 1 else f"{number} sessions"
