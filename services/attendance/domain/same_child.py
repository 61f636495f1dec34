"""From what is known of keys to whose they are: a file's statement that several keys are one child's, and never likeness.

Keys of nobody become the child's whose others are known. Where two of them have records already, both stay as they are and are to be
joined: the record of the first key is kept.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

Group = tuple[str, ...]
"""Keys that a file states to be one child's, in the order in which their records are kept. Most have one."""


class Whose(NamedTuple):
    """The child of each key of a group; the records of `joined` are to be one child with that of `kept`."""

    ids: dict[str, str]
    kept: str | None
    joined: tuple[str, ...]


def whose(group: Group, known: Mapping[str, str]) -> Whose | None:
    """None where no key of the group is known."""
    records = list(dict.fromkeys(known[key] for key in group if key in known))
    if not records:
        return None
    kept, *joined = records
    return Whose({key: known.get(key, kept) for key in group}, kept if joined else None, tuple(joined))


def groups(keys: Sequence[str], beside: Mapping[str, str]) -> list[Group]:
    """Every key once, each UPN with the pupil ids beside it."""
    if not beside:
        return [(key,) for key in keys]
    pupils: dict[str, list[str]] = {}
    for pupil, upn in beside.items():
        pupils.setdefault(upn, []).append(pupil)
    return [(key, *pupils.get(key, ())) for key in keys]
