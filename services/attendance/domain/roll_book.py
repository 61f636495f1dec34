"""A school's roll of one academic year: who each UPN and pupil id is, and what the school's files have said of each child.

A later accepted file wins over an earlier one, field by field, whatever the order in which they are processed: each child's entry keeps
layers of (writer, fields), and a field's value is that of its latest writer. A file without a column says nothing of it.

Stored as JSON (see store/rolls.py): links {key: [child, 1 if a roll named it]} (for keys see child_key) and people
{child: {"upn": key, "layers": [[writer, {field: value}]]}}. A parent's fields are named "1 name", "2 address" by the place in the file. A
file that says which of several UPNs is the child's does so in a field "upn".
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.attendance.domain.child_key import is_upn, pupil_id_of
from services.attendance.domain.roll_row import RollRow
from shared.contracts.attendance import Carer, Person

Links = dict[str, tuple[str, int]]
Entry = dict[str, Any]


def fields_of(row: RollRow) -> dict[str, Any]:
    """A row as flat fields, only those that the file had columns for."""
    fields: dict[str, Any] = {
        "surname": row.surname,
        "forename": row.forename,
        "born": row.born.isoformat(),
        "year_group": row.year_group,
        **row.details,
    }
    if row.pupil_id:
        fields["pupil id"] = pupil_id_of(row.pupil_id)
    if row.upn and (row.pupil_id or row.former_upn):
        fields["upn"] = row.upn
    for number, parent in row.parents.items():
        fields |= {f"{number} {name}": value for name, value in parent.items()}
    return fields


def tell(entry: Entry, writer: int, fields: Mapping[str, Any]) -> None:
    """Add what a writer says of a child; said again it changes nothing."""
    layers: list[list[Any]] = [layer for layer in entry["layers"] if layer[0] != writer]
    layers.append([writer, dict(fields)])
    layers.sort(key=lambda layer: layer[0])
    seen: set[str] = set()
    for layer in reversed(layers):
        layer[1] = {name: value for name, value in sorted(layer[1].items()) if name not in seen}
        seen |= layer[1].keys()
    entry["layers"] = [layer for layer in layers if layer[1]]


def fields_now(entry: Entry) -> dict[str, Any]:
    return {name: value for _, fields in entry["layers"] for name, value in fields.items()}


def person(child: str, entry: Entry) -> Person:
    """Who the child is, as other services may know it: without confidential addresses."""
    now, key = fields_now(entry), entry["upn"]
    born = now.get("born")
    return Person(
        child=child,
        upn=now.get("upn") or (key if is_upn(key) else None),
        pupil_id=now.get("pupil id") or pupil_id_of(key),
        forename=now.get("forename"),
        surname=now.get("surname"),
        born=date.fromisoformat(born) if born else None,
        year_group=now.get("year_group"),
        sex=now.get("sex"),
        address=now.get("address"),
        looked_after=now.get("looked after"),
        special_educational_needs=now.get("special educational needs"),
        carers=tuple(carer for place in range(1, 5) if (carer := _carer(child, place, now))),
    )


def _carer(child: str, place: int, now: Mapping[str, Any]) -> Carer | None:
    name = now.get(f"{place} name")
    if not name:
        return None
    confidential = bool(now.get(f"{place} address confidential"))
    born = now.get(f"{place} date of birth")
    return Carer(
        parent=f"{child}.{place}",
        name=name,
        relationship=now.get(f"{place} relationship"),
        address=None if confidential else now.get(f"{place} address"),
        address_confidential=confidential,
        born=date.fromisoformat(born) if born else None,
        phone=now.get(f"{place} phone"),
        email=now.get(f"{place} email"),
    )
