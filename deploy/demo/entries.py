"""What the demo's officer writes: of four contacts with the mother, and why the pack goes although something is lacking."""

from collections.abc import Mapping
from typing import Any, Final

MOTHER: Final = 1
"""Her place on the roll."""

REASONS: Final[Mapping[str, str]] = {
    "notice history confirmed": "The LA's attendance team keeps its own list of notices, and looks this parent up when the request comes.",
    "chronology read": "I wrote the four entries and have read them again: they tell of the mother and of this child alone.",
}
"""By rule. What is lacking beside these nobody has a reason for, so it holds the pack up."""


def entries(child: str) -> tuple[dict[str, Any], ...]:
    """In the order of their days."""
    mother = f"{child}.{MOTHER}"
    confirmed = [{"parent": mother, "field": field} for field in ("phone", "address")]
    return (
        {
            "kind": "telephone call",
            "date": "2026-11-03",
            "engagement": "partial",
            "outcome": "She said that mornings have been hard since the bus was taken off. She agreed to a visit on Friday.",
            "notes": "She works nights; better not to call before two.",
            "people": _there(mother),
            "contacts": confirmed,
        },
        {
            "kind": "home visit",
            "date": "2026-11-06",
            "engagement": "good",
            "outcome": "We went through the register day by day. I offered the breakfast club from Monday and the later bus, and she took "
            "up both.",
            "seen": "yes",
            "people": _there(mother),
        },
        {
            "kind": "formal warning",
            "date": "2026-11-09",
            "engagement": "not applicable",
            "outcome": "Handed to her at the school gate: if attendance does not improve, a penalty notice may be issued.",
            "people": _there(mother),
        },
        {
            "kind": "meeting in school",
            "date": "2026-11-18",
            "engagement": "none",
            "outcome": "She did not come and sent no word. The breakfast club has not been used.",
            "people": _there(mother),
        },
    )


def _there(mother: str) -> list[dict[str, str]]:
    return [{"who": "parent", "words": "mother", "parent": mother}]
