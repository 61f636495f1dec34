"""The fields of Local Authorities' own forms: what each says of this pack. A profile names those that its authority asks for."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from services.sharing.domain.leave_period import HOLIDAY
from shared.court_days import asked_by, laid_by
from shared.pack.for_the_authority import Child, CoverLine, LegalClocks, OtherParent, Parent, Referrer, Sibling, YearRegister
from shared.pack.parts import MAY_BE_CONFIDENTIAL, WITHHELD, Contact, Ground
from shared.pack.to_be_served import ToBeServed

NOT_RECORDED: Final = "not recorded"


class Facts(NamedTuple):
    """What the first page is made from."""

    school: str
    ground: Ground
    period_from: date
    period_to: date
    referrer: Referrer | None
    child: Child
    parent: Parent
    other_parents: tuple[OtherParent, ...]
    siblings: tuple[Sibling, ...]
    registers: tuple[YearRegister, ...]
    agencies: tuple[Contact, ...]
    clocks: LegalClocks
    served: ToBeServed


def cover(fields: Iterable[str], facts: Facts) -> tuple[CoverLine, ...]:
    """A line for each field, in the profile's order."""
    return tuple(CoverLine(label=_LABELS.get(field, field[0].upper() + field[1:]), says=FIELDS[field](facts)) for field in fields)


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _period(first: date, last: date) -> str:
    return f"{_long(first)} to {_long(last)}"


def _or_not(said: str | None) -> str:
    return said or NOT_RECORDED


def _yes(said: bool | None) -> str:
    return NOT_RECORDED if said is None else "yes" if said else "no"


def _listed(said: Iterable[str]) -> str:
    return "; ".join(said) or "none recorded"


def _referrer(facts: Facts) -> str:
    one = facts.referrer
    return ", ".join(filter(None, (one.name, one.role, one.telephone, one.email))) if one else NOT_RECORDED


def _child(facts: Facts) -> str:
    return f"{facts.child.name}, born {_long(facts.child.date_of_birth)}, {_address(facts.child.address)}"


def _parent(facts: Facts) -> str:
    one = facts.parent
    name = " ".join(filter(None, (one.title, one.name)))
    return ", ".join(filter(None, (name, one.relationship, _address(one.address), *one.telephones)))


def _address(address: str | None) -> str:
    if address is None:
        return "no address known"
    return f"address {address}" if address in (WITHHELD, MAY_BE_CONFIDENTIAL) else address


def _other_parents(facts: Facts) -> str:
    return _listed(
        f"{one.name} ({'own request' if one.requested else one.why_no_measure or 'no reason recorded'})" for one in facts.other_parents
    )


def _siblings(facts: Facts) -> str:
    def says(one: Sibling) -> str:
        school = f"school {one.school_urn}" if one.school_urn else None
        return ", ".join(filter(None, (one.name, school, "own request" if one.requested else None)))

    return _listed(map(says, facts.siblings))


def _attendance(label: str) -> Callable[[Facts], str]:
    def says(facts: Facts) -> str:
        of = next((one.attendance for one in facts.registers if one.label == label), None)
        if of is None or of.totals.attendance_percentage is None:
            return "not held"
        sums = of.totals
        held = f", held from {_long(of.days[0].date)}" if label == "last year" else ""
        return f"{sums.attendance_percentage} % ({sums.attended} of {sums.possible} sessions{held}), {sums.unauthorised} unauthorised"

    return says


def _sessions(facts: Facts) -> str:
    sums, told = facts.served.certificate.attendance.totals, facts.served.certificate.unauthorised
    again = sum(one.used_for is not None for one in told)
    words = f"{sums.unauthorised} of unauthorised absence in {sums.possible} possible sessions"
    words = f"{words}, {again} of them used for an earlier notice" if again else words
    words = f"{words}, {sum(one.code == HOLIDAY for one in told)} of them leave" if facts.ground == "leave in term time" else words
    knew = facts.served.knowledge
    if knew is None or knew.sessions_before == "relied on":
        return words
    return f"{words}; relied on are {len(told)}, after {_long(knew.told_on)}: {knew.told_by}"


def _notices(facts: Facts) -> str:
    told = facts.served.notices
    known = f"{len(told.known_to_us)} known to us"
    return known if told.confirmed else f"{known}; history not confirmed"


def _clocks(facts: Facts) -> str:
    told = facts.clocks
    laid = (("information by", told.lay_by_for_earliest), ("for the latest session by", told.lay_by_for_latest))
    request = [f"request by {asked_by(told.request_by, _long(told.request_by))}"] if told.request_by else []
    return _listed([*request, *(f"{what} {laid_by(day, _long(day))}" for what, day in laid if day)])


def _letters(facts: Facts) -> str:
    return _listed(f"{letter.kind}, {_long(letter.date)}" for letter in facts.served.letters)


def _support(facts: Facts) -> str:
    kinds = Counter(contact.kind for contact in facts.served.chronology)
    return _listed(kind if number == 1 else f"{kind} ({number})" for kind, number in kinds.items())


def _witness(facts: Facts) -> str:
    made = facts.served.statement
    return f"{made.maker}, {made.role}" if made else "no statement"


FIELDS: Final[Mapping[str, Callable[[Facts], str]]] = {
    "referrer": _referrer,
    "school": lambda facts: facts.school,
    "child": _child,
    "upn": lambda facts: facts.child.upn,
    "year group": lambda facts: _or_not(facts.child.year_group),
    "sex": lambda facts: _or_not(facts.child.sex),
    "home language": lambda facts: _or_not(facts.parent.language),
    "looked after": lambda facts: _yes(facts.child.looked_after),
    "special educational needs": lambda facts: _or_not(facts.child.special_educational_needs),
    "parent": _parent,
    "parent's date of birth": lambda facts: _long(facts.parent.date_of_birth) if facts.parent.date_of_birth else NOT_RECORDED,
    "other parents": _other_parents,
    "siblings": _siblings,
    "reason": lambda facts: facts.ground,
    "period": lambda facts: _period(facts.period_from, facts.period_to),
    "sessions": _sessions,
    "attendance this year": _attendance("this year"),
    "attendance last year": _attendance("last year"),
    "notices": _notices,
    "legal clocks": _clocks,
    "letters": _letters,
    "support": _support,
    "agencies": lambda facts: _listed(f"{one.kind}, {_long(one.date)}" for one in facts.agencies),
    "witness": _witness,
}
_LABELS: Final = {"upn": "Unique pupil number", "referrer": "Referred by", "support": "Support and contacts"}
