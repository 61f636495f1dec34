"""A child's key in a school's files: the UPN or, where there is none, the school's own pupil id, written with a `#` before it.

No UPN begins with `#`. A UPN means the same child at every school, a pupil id only at its own: the hash under which a key is looked up
includes the school for a pupil id.

Source: UN1 to UN5 stand in the place of a UPN that is not known (Department for Education, children in need census, item N00002).
"""

from typing import Final

from services.attendance.domain.upn import Verdict, normalise, verdict

PUPIL_ID: Final = 64
"""The longest pupil id, in characters."""

SIGN: Final = "#"

_NO_UPN: Final = frozenset({"", "UN1", "UN2", "UN3", "UN4", "UN5"})


def read_upn(text: str) -> str | None:
    """The UPN as it is stored; None where a cell says that there is none. Its shape is not looked at."""
    upn = normalise(text)
    return None if upn in _NO_UPN else upn


def read_pupil_id(text: str) -> str | None:
    """The key of a pupil id, as it stands but for the spaces around it; None for an empty cell. ValueError for what is none."""
    name = text.strip()
    if len(name) > PUPIL_ID or not name.isprintable():
        raise ValueError("not a pupil id")
    return SIGN + name if name else None


def is_upn(key: str) -> bool:
    return not key.startswith(SIGN)


def pupil_id_of(key: str) -> str | None:
    """The school's own name for the child, where the key is one."""
    return None if is_upn(key) else key[len(SIGN) :]


def scoped(urn: str, key: str) -> str:
    """The text that is hashed for a look-up: the same for a UPN at every school, for a pupil id at none but its own."""
    return key if is_upn(key) else f"{urn}\0{key}"


def is_shaped(upn: str) -> bool:
    return verdict(upn) is not Verdict.WRONG_SHAPE
