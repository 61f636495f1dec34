"""What a pack says of the edition before it: why it takes that one's place, and what is another by now.

Compared are the document that was sent and the marks that were certified with what this pack is made of, in the words of each volume: the
Local Authority is told all of it, the parent what is the parent's own. What the authority was told of since then is named again,
though no page has it: whoever asks for no address of another parent was told that an address is another.
"""

from typing import Literal

from services.sharing.domain.material import Material
from services.sharing.domain.paper.counted import differences
from shared.pack import for_the_authority, to_be_served
from shared.pack.for_the_authority import ForTheAuthority
from shared.pack.register import MarkChange
from shared.pack.to_be_served import ToBeServed

_PARTICULARS = frozenset({"title", "name", "relationship", "responsibility", "lives_with"})


def to_the_authority(material: Material, now: ForTheAuthority, why: str) -> for_the_authority.EditionBefore | None:
    """`why`: cleared of what no part of a pack may tell."""
    before = material.edition_before
    if before is None:
        return None
    sessions, sent = _sessions(material), before.sent.for_the_authority if before.sent else now
    flags = tuple(sorted({*sent.flags} ^ {*now.flags}))
    found = {
        "sessions": bool(sessions),
        "parent": sent.parent.model_dump(include=set(_PARTICULARS)) != now.parent.model_dump(include=set(_PARTICULARS)),
        "address": (sent.child.address, sent.parent.address) != (now.child.address, now.parent.address),
        "flag": bool(flags) or sent.child.looked_after != now.child.looked_after,
    }
    return for_the_authority.EditionBefore.model_validate(
        before.model_dump(include={"pack", "edition", "sent_on", "by"})
        | {
            "why": why,
            "changed": tuple(kind for kind, changed in found.items() if changed or (kind != "sessions" and kind in before.told)),
            "sessions": sessions,
            "flags": flags,
        }
    )


def as_served(material: Material, now: ToBeServed) -> to_be_served.EditionBefore | None:
    before = material.edition_before
    if before is None:
        return None
    sent = before.sent.to_be_served.parent if before.sent else now.parent
    changed: list[Literal["parent", "address"]] = []
    if (sent.name, sent.relationship) != (now.parent.name, now.parent.relationship):
        changed.append("parent")
    if sent.address != now.parent.address:
        changed.append("address")
    days = sorted({one.date for one in _sessions(material)})
    return to_be_served.EditionBefore(pack=before.pack, sent_on=before.sent_on, corrected=tuple(days), changed=tuple(changed))


def _sessions(material: Material) -> tuple[MarkChange, ...]:
    """Of the certificate's period."""
    before, signed, wanted = material.edition_before, material.certificate, material.wanted
    if before is None or before.marks is None:
        return ()
    return differences(before.marks, signed.marks if signed else material.marks, wanted.first, wanted.last)
