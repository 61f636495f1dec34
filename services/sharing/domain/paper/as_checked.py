"""What somebody who checks a pack has before them, as fingerprints by kinds: so that what is sent is what was checked and approved.

Of the assembled document, and of all of it, so that nothing that comes to stand in a pack is forgotten here. Left out is what has a rule of
its own: days and signatures, what is worked out of the rest (cover, clocks, requirements, what is not included, what is another than in the
edition before), the certificate (what is signed is shown, and marks are compared as `sessions`), the statement (it is its maker's, and an
edit leads to the draft), and what rests.py looks at.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, get_args

from services.sharing.domain.material import Material
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.refusals import NoPack
from services.sharing.domain.profile import Profile
from shared.contracts.sharing import Checked

Kind = Checked
"""`other registers`: of both years up to the certificate's first day. After its last, marks come daily, and nothing rests on them.
`particulars`: whatever else is printed: who referred it, whom it is from, how rules are read."""
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_OF_THE_AUTHORITY: Final[Mapping[str, Kind]] = {
    "child": "child",
    "parent": "particulars of parents",
    "other_parents": "particulars of parents",
    "siblings": "siblings",
    "needs": "chronology",
    "agencies": "chronology",
    "other_contacts": "chronology",
    "child_view": "chronology",
    "concerns": "concerns",
}
_SERVED: Final[Mapping[str, Kind]] = {
    "child": "child",
    "chronology": "chronology",
    "letters": "letters",
    "leave": "leave",
    "notices": "notices",
    "knowledge": "chronology",
}
_LOOKED_AT_OTHERWISE: Final[Mapping[str, Any]] = {
    "state": True,
    "created": True,
    "authority": True,
    "for_the_authority": {
        **dict.fromkeys(("cover", "clocks", "requirements", "changes", "marks_since_signature"), True),
        **dict.fromkeys(("checked", "checked_by_witness", "approved"), True),
        **dict.fromkeys(("flags", "notices", "registers", "not_included", "edition_before"), True),
        "concerns": {"__all__": {"sessions"}},  # sums of the registers, which grow daily
        "child": {"address", "looked_after"},
        "parent": {"title", "name", "relationship", "responsibility", "lives_with", "address"},
    },
    "to_be_served": {
        **dict.fromkeys(("certificate", "statement", "parent", "edition_before"), True),
        "notices": {key: {"__all__": {"authority_name"}} for key in ("known_to_us", "asked")},  # its code says which it is
    },
}


def as_checked(material: Material, profile: Profile) -> dict[Kind, str]:
    """Nothing of a pack that cannot be laid out: nobody can check it, nor is it sent. What is as if it had not been said leaves no print: a
    field that a later version adds makes no pack a draft of which it says nothing."""
    try:
        pack = assemble(material, profile)
    except NoPack:
        return {}
    told = pack.model_dump(mode="json", exclude=dict(_LOOKED_AT_OTHERWISE), exclude_defaults=True)
    found: dict[Kind, dict[str, Any]] = {kind: {} for kind in KINDS}
    for volume, kinds in (("for_the_authority", _OF_THE_AUTHORITY), ("to_be_served", _SERVED)):
        for name, said in told.pop(volume).items():
            found[kinds.get(name, "particulars")][f"{volume}.{name}"] = said
    found["particulars"] |= told
    days = [day for one in pack.for_the_authority.registers for day in one.attendance.days]
    found["other registers"] = {str(day.date): f"{day.am} {day.pm}" for day in days if day.date < material.wanted.first}
    return {kind: hashlib.sha256(_written(said).encode()).hexdigest() for kind, said in found.items()}


def _written(node: Any) -> str:
    """In whatever order things are told, they are the same things."""
    if isinstance(node, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_written(node[name])}" for name in sorted(node)) + "}"
    if isinstance(node, list):
        return "[" + ",".join(sorted(map(_written, node))) + "]"
    return json.dumps(node)
