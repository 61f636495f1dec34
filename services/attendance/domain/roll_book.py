"""A school's roll of one academic year: who each UPN and pupil id is, and what the school's files have said of each child.

A later accepted file wins over an earlier one, field by field, whatever the order in which they are processed. So a child's entry keeps
what each of its last `KEPT` rolls said, whole, above a base into which the earlier ones are merged, each field with its latest writer. A
roll among the last can therefore be taken back exactly. A file without a column says nothing of it.

Stored as JSON (see store/rolls.py): links {key: [child, 1 if a roll names it]} (for keys see child_key) and people {child: entry}, an entry
being

    upn      a key by which the child is known
    layers   [[[writer, ...], {field: value}], ...]: the last rolls; those that said the same stand together
    base     {field: [writer, value]}
    merged   the latest writer in the base, 0 where there is none
    told     what officers were told of contacts, where they were (see told_contacts)

A parent's fields are named "1 name", "2 address" by the place in the file. A file that says which of several UPNs is the child's does so
in a field "upn".
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.attendance.domain.child_key import is_upn, pupil_id_of
from services.attendance.domain.enrolment import Span, dates
from services.attendance.domain.hidden_addresses import protected, said_of
from services.attendance.domain.roll_row import RollRow
from services.attendance.domain.told_contacts import over
from shared.contracts.attendance import Carer, Person

Links = dict[str, tuple[str, int]]
Entry = dict[str, Any]

KEPT = 8
"""Rolls that can be taken back."""


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
    return fields | said_of(row.parents.values())


def new_entry(upn: str) -> Entry:
    """Of a child whom no roll has named yet."""
    return {"upn": upn, "layers": [], "base": {}, "merged": 0}


def tell(entry: Entry, writer: int, fields: Mapping[str, Any]) -> bool:
    """Add what a writer says of a child; whether it was new. Said again it changes nothing."""
    whole = _whole(entry)
    if whole.get(writer) == fields:
        return False
    if writer <= entry["merged"]:
        return _merge(entry, writer, fields)
    whole[writer] = dict(fields)
    if len(whole) > KEPT:
        oldest = min(whole)
        _merge(entry, oldest, whole.pop(oldest))
    entry["layers"] = _together(whole)
    return True


def is_merged(entry: Entry, writer: int) -> bool:
    """Whether what a writer said has become part of the base: it can no longer be taken back."""
    return any(by == writer for by, _ in entry["base"].values())


def withdraw(entry: Entry, writer: int) -> bool:
    """Take back what a writer said; whether it had said anything. What it said must not have been merged."""
    whole = _whole(entry)
    if whole.pop(writer, None) is None:
        return False
    entry["layers"] = _together(whole)
    return True


def of_one(entries: Sequence[Entry]) -> Entry:
    """The entry of a joined child from those of its records, the one that is kept first: as if every roll had spoken of that one.

    It is known by the key of the record that the latest roll named.
    """
    latest = max(entries, key=named_by)
    made = new_entry(latest["upn"])
    whole: dict[int, dict[str, Any]] = {}
    for entry in reversed(entries):
        whole |= _whole(entry)
        for name, (writer, value) in entry["base"].items():
            if made["base"].get(name, [0])[0] <= writer:
                made["base"][name] = [writer, value]
    made["merged"] = max(entry["merged"] for entry in entries)
    if told := {key: said for entry in reversed(entries) for key, said in entry.get("told", {}).items()}:
        made["told"] = told
    made["layers"] = _together(whole)
    return made


def one_of(records: Sequence[str], entries: Mapping[str, Entry], spans: Mapping[str, Span]) -> tuple[Entry | None, Span | None]:
    """The entry and enrolment of a child that may have several records, the one that is kept first; None where none is there."""
    here = [record for record in records if record in entries]
    if len(here) < 2:
        return (entries[here[0]], spans.get(here[0])) if here else (None, None)
    latest = max(here, key=lambda record: named_by(entries[record]))
    return of_one([entries[record] for record in here]), spans.get(latest)


def named_by(entry: Entry) -> int:
    """The latest writer that named the child; 0 for a child known from marks alone."""
    return max((max(writers) for writers, _ in entry["layers"]), default=int(entry["merged"]))


def fields_now(entry: Entry) -> dict[str, Any]:
    """What is known: the files' word, and what officers were told."""
    now = fields_said(entry)
    return protected(over(told, now) if (told := entry.get("told")) else now)


def fields_said(entry: Entry) -> dict[str, Any]:
    """What the files say."""
    now = {name: value for name, (_, value) in entry["base"].items()}
    for _, fields in sorted(entry["layers"], key=lambda layer: max(layer[0])):
        now |= fields
    return now


def fields_told(entry: Entry) -> set[str]:
    """The fields of which any roll has said something, be it that there is nothing."""
    return set(entry["base"]).union(*(fields for _, fields in entry["layers"]))


def _whole(entry: Entry) -> dict[int, dict[str, Any]]:
    """What each of the last rolls said, by writer."""
    return {writer: fields for writers, fields in entry["layers"] for writer in writers}


def _together(whole: Mapping[int, dict[str, Any]]) -> list[Any]:
    layers: list[tuple[list[int], dict[str, Any]]] = []
    for writer, fields in sorted(whole.items()):
        same = next((writers for writers, said in layers if said == fields), None)
        if same is None:
            layers.append(([writer], fields))
        else:
            same.append(writer)
    return [list(layer) for layer in layers]


def _merge(entry: Entry, writer: int, fields: Mapping[str, Any]) -> bool:
    """Whether it changed the base."""
    base = entry["base"]
    newer = {name: [writer, value] for name, value in fields.items() if name not in base or base[name][0] < writer}
    entry["base"] = dict(sorted((base | newer).items()))
    entry["merged"] = max(entry["merged"], writer)
    return bool(newer)


def person(child: str, entry: Entry, enrolled: Span | None = None, records: Sequence[str] = ()) -> Person:
    """Who the child is, as other services may know it: without confidential addresses.

    `enrolled`: where the enrolment begins or ends within the year; else the roll's own dates are told.
    """
    now, key = fields_now(entry), entry["upn"]
    born = now.get("born")
    entered, left = enrolled or dates(now)
    return Person(
        child=child,
        upn=now.get("upn") or (key if is_upn(key) else None),
        pupil_id=now.get("pupil id") or pupil_id_of(key),
        records=tuple(records),
        forename=now.get("forename"),
        surname=now.get("surname"),
        born=date.fromisoformat(born) if born else None,
        year_group=now.get("year_group"),
        entered=entered,
        left=left,
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
