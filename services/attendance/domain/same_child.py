"""From what is known of keys to whose they are: a file's statement that several keys are one child's, and never likeness.

A record has one UPN at most, so a mistaken statement never mixes two children's marks: where a file says that a child had another UPN, each
UPN has a record of its own, and the two are to be joined, which can be undone. A pupil id has no record of its own beside a UPN; one that
stands for a UPN's child goes on doing so, whatever UPN another file has beside it: the UPN wins.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from services.attendance.domain.child_key import is_upn
from services.attendance.domain.joins import Groups

Group = tuple[str, ...]
"""Keys that a file states to be one child's, in the order in which their records are kept, the present UPN the last of several. Most have
one."""


class Known(NamedTuple):
    """The record of each key that has one; for pupil ids the UPN whose record it is, if any; and which records are joined."""

    ids: Mapping[str, str]
    upns: Mapping[str, str]
    joined: Groups


class Whose(NamedTuple):
    """The record of each key of a group, as far as it can be said before what is here is written; and the UPN of each pupil id's record."""

    ids: dict[str, str]
    upns: dict[str, str]


def sure(group: Group, known: Known) -> Group:
    """The group without the pupil ids that are the children's of other UPNs."""
    upns = [key for key in group if is_upn(key)]
    ours = {known.ids[key] for key in upns if key in known.ids}

    def is_anothers(pupil: str) -> bool:
        if upn := known.upns.get(pupil):
            return upn not in upns
        together = known.joined.get(known.ids.get(pupil, ""), ())
        return bool(together) and ours.isdisjoint(together)

    return tuple(key for key in group if is_upn(key) or not is_anothers(key)) if upns else group


def whose(group: Group, known: Known, new_id: Callable[[], str]) -> Whose:
    """Of a group that is sure. A pupil id takes the record of its UPN once that is written, so that all who say so find the same one.

    A record that a pupil id alone has takes the UPN beside it, once the entry of the pupil id says so: no second one takes it then.
    """
    upns, ids = [key for key in group if is_upn(key)], {key: known.ids[key] for key in group if key in known.ids}
    present = upns[-1] if upns else group[0]
    ids |= {key: new_id() for key in upns if key not in ids and key != present}
    pupils = [key for key in group if key not in upns and key != present]
    if present in ids:
        new = {pupil: present for pupil in pupils if pupil not in ids}
        return Whose(ids | dict.fromkeys(new, ids[present]), new)
    nameless = next((pupil for pupil in pupils if pupil in ids and known.upns.get(pupil, present) == present), None)
    if nameless is None:
        return Whose(ids | {present: new_id()}, {})
    if nameless in known.upns:
        return Whose(ids | {present: ids[nameless]}, {})
    return Whose(ids, {nameless: present})


def records(group: Group, ids: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """The records of a group, the one to be kept first: the first of those that were known before the file, else the present UPN's."""
    return list(dict.fromkeys(ids[key] for key in (*(key for key in group if key in before), *filter(is_upn, reversed(group)), *group)))


def groups(keys: Sequence[str], beside: Mapping[str, str]) -> list[Group]:
    """Every key once, each UPN with the pupil ids beside it."""
    if not beside:
        return [(key,) for key in keys]
    pupils: dict[str, list[str]] = {}
    for pupil, upn in beside.items():
        pupils.setdefault(upn, []).append(pupil)
    return [(key, *pupils.get(key, ())) for key in keys]


def stands_for_another(pupil: str, upns: Iterable[str], several: Mapping[str, str]) -> bool:
    """Whether a pupil id is known as the child's of other UPNs than these. `several`: the child of every key of those who have several."""
    child = several.get(pupil)
    if child is None or any(several.get(upn) == child for upn in upns):
        return False
    return any(theirs == child and is_upn(key) for key, theirs in several.items())
