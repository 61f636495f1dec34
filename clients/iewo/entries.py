"""Entries of a case as commands show them."""

from collections.abc import Mapping
from typing import Any


def people(entry: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (entry["with_whom"], *(one["words"] for one in entry["people"]))))


def contact(told: Mapping[str, Any]) -> str:
    """How somebody is reached, as an officer was told: a parent by the place on the roll."""
    who = f"parent {told['parent'].rpartition('.')[2]}" if told["parent"] else "child"
    return f"{who}, {told['field']} {told['value'] or 'confirmed'}"


def state(entry: Mapping[str, Any]) -> str:
    """What has become of it: struck out, or changed."""
    if entry["struck"]:
        return f"struck out: {entry['struck']['reason']}"
    return f"edition {entry['edition']}" if entry["edition"] > 1 else ""


def step(entry: Mapping[str, Any]) -> str:
    """The next step, by when, and whether it is done."""
    if not entry["next_step"]:
        return ""
    due = f" by {entry['due']}" if entry["due"] else ""
    return f"{entry['next_step']}{due}{' (done)' if entry.get('step_done') else ''}"
