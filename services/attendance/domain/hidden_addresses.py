"""A confidential address belongs to a person, not to a place on the roll.

Files of different systems put the same parents in a different order, and not every format has a column for it. So what a file says of a
parent's address is kept under that parent's name too, and whoever is named so later is protected wherever the name stands. Where a
protected parent is not to be found by name, another spelling may be meant: then every parent is protected of whom no file has said that
the address may be known. To show an address too few is a letter to write; to show one too many may be a child in danger.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.attendance.domain.headers import PARENTS
from shared.words import letters

_HIDDEN: Final = "hidden "


def said_of(parents: Iterable[Mapping[str, Any]]) -> dict[str, bool]:
    """What a row says of its parents' addresses, as fields by name; of two of one name the protected one counts."""
    said: dict[str, bool] = {}
    for parent in parents:
        name, flag = letters(str(parent.get("name") or "")), parent.get("address confidential")
        if name and flag is not None:
            said[_HIDDEN + name] = said.get(_HIDDEN + name, False) or bool(flag)
    return said


def protected(now: dict[str, Any]) -> dict[str, Any]:
    """The fields of a child with every address marked that a file has marked of the person."""
    hidden = {_HIDDEN + letters(field.removeprefix(_HIDDEN)) for field, flag in now.items() if field.startswith(_HIDDEN) and flag}
    if not hidden:
        return now
    named = {place: _HIDDEN + letters(now.get(f"{place} name") or "") for place in PARENTS}
    missing = hidden - set(named.values())
    doubtful = {place for place, name in named.items() if name in hidden or (missing and now.get(name) is not False)}
    return now | {f"{place} address confidential": True for place in doubtful if now.get(f"{place} name")}
