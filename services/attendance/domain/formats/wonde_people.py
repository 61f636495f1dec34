"""A student of Wonde's as a row of a roll.

Of the contacts only those are read who have parental responsibility or live with the child (all, where neither is said), by their
priority. The address of a contact under a court order is left out: whether it may be told is not said.
"""

from typing import Any, Final

from services.attendance.domain.headers import PARENTS

NEEDED: Final = ("UPN", "pupil id", "surname", "forename", "date of birth", "year group")
"""Columns that the roll has in any case."""

_RESPONSIBLE: Final = ("parental_responsibility", "lives_with_pupil")


def plain(value: Any) -> Any:
    """An included object without its wrapping: {"data": x} is x."""
    return value["data"] if isinstance(value, dict) and "data" in value else value


def at(value: Any, *path: str) -> Any:
    """What stands at a path of objects; None where something on it does not."""
    for name in path:
        value = plain(value)
        value = value.get(name) if isinstance(value, dict) else None
    return plain(value)


def text(value: Any) -> str:
    """A value as a cell has it: dates are objects with a date in them; lists and other objects say nothing."""
    value = plain(value)
    if isinstance(value, dict):
        value = value.get("date")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, str | int | float) else ""


def upn_of(record: dict[str, Any]) -> str:
    return text(record.get("upn")) or text(at(record, "education_details", "upn"))


def student(record: dict[str, Any]) -> dict[str, str]:
    """By our names of columns; what the record does not say of the child is left out.

    Of a contact everything is said, be it that there is nothing: else one would be given what was said of another in his place.
    """
    taught = at(record, "education_details")
    said = {
        "UPN": upn_of(record),
        "former UPN": text(at(taught, "former_upn")),
        "pupil id": text(record.get("id")),
        "surname": text(record.get("legal_surname")) or text(record.get("surname")),
        "forename": text(record.get("legal_forename")) or text(record.get("forename")),
        "date of birth": text(record.get("date_of_birth")),
        "year group": text(at(taught, "current_nc_year")) or text(at(record, "year", "code")) or text(at(record, "year", "name")),
        "sex": text(record.get("gender")),
        "entry date": text(at(taught, "admission_date")),
        "leaving date": text(at(taught, "leaving_date")),
        "address": _address(record),
    }
    child = {name: cell for name, cell in said.items() if cell}
    for number, contact in zip(PARENTS, _parents(at(record, "contacts")), strict=False):
        child |= {f"parent {number} {field}": cell for field, cell in _parent(contact).items()}
    return child


def _parents(contacts: Any) -> list[dict[str, Any]]:
    known = [contact for contact in contacts if isinstance(contact, dict)] if isinstance(contacts, list) else []
    says = [contact for contact in known if any(at(contact, "relationship", name) is not None for name in _RESPONSIBLE)]
    chosen = [contact for contact in says if any(at(contact, "relationship", name) is True for name in _RESPONSIBLE)] if says else known
    return sorted(chosen, key=_priority)


def _priority(contact: dict[str, Any]) -> float:
    priority = at(contact, "relationship", "priority")
    return priority if isinstance(priority, int | float) else 999


def _parent(contact: dict[str, Any]) -> dict[str, str]:
    names = (text(contact.get(name)) for name in ("title", "forename", "surname"))
    return {
        "name": " ".join(filter(None, names)),
        "relationship": text(at(contact, "relationship", "relationship")),
        "address": "" if at(contact, "relationship", "court_order") is True else _address(contact),
        "date of birth": text(contact.get("date_of_birth")),
        "phone": next((said for said in _all(contact, "phones") if any(map(str.isdigit, said))), ""),
        "email": next((said for said in _all(contact, "emails") if "@" in said), ""),
    }


def _all(contact: dict[str, Any], kind: str) -> list[str]:
    values = at(contact, "contact_details", kind)
    return list(map(text, values.values())) if isinstance(values, dict) else []


def _address(holder: dict[str, Any]) -> str:
    home = at(holder, "contact_details", "addresses", "home")
    return ", ".join(filter(None, map(text, home.values()))) if isinstance(home, dict) else ""
