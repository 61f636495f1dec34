"""How a list says where a pack stands, and what came of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any


def state(pack: Mapping[str, Any]) -> str:
    """Of a paid notice the day, too; of a pack that was taken back what the LA says of the notice that came of it."""
    if pack.get("notice"):
        return f"{pack['state']}; its notice {pack['notice']} {_day(pack['notice_on'])}"
    return f"paid {_day(pack['said_on'])}" if pack["state"] == "paid" and pack.get("said_on") else str(pack["state"])


def outcome(pack: Mapping[str, Any]) -> str | None:
    """Of a decided pack what was decided, as far as the service says it in words of its list; None of any other, and for a school."""
    if pack["state"] != "outcome" or not pack.get("said_on"):
        return None
    return f"outcome of {_day(pack['said_on'])}: {pack.get('outcome') or 'see `iewo packs words`'}"


def notice_stands(issued: str) -> str:
    """Of a pack that was taken back."""
    return f"the penalty notice of {_day(issued)} is the LA's: it stands until the LA withdraws it"


def next_edition(pack: Mapping[str, Any] | None) -> str | None:
    """Of the pack that takes the place of another."""
    return f"edition {pack['edition']} in its place is {pack['state']}: pack {pack['pack']}" if pack else None


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"
