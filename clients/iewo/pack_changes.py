"""What has changed of a pack, in words: of sessions which, with the mark when it was sent and now; of all else the kind."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

IN_A_LINE: Final = 3
"""So many sessions are named where there is a line alone."""


def since_sent(said: Mapping[str, Any], most: int | None = None) -> str:
    """`said`: what the service says of the pack. "" where nothing is open. `most`: so many sessions at most."""
    sessions = said.get("sessions_changed", ())
    return listed(said.get("changed_since_sent", ()), sessions, most)


def listed(what: Sequence[str], sessions: Sequence[Mapping[str, Any]], most: int | None = None) -> str:
    """As it stands in an answer, or in a notice."""
    named = "; ".join(map(_session, sessions[:most]))
    more = f" and {len(sessions) - most} more" if most and len(sessions) > most else ""
    return ", ".join(f"sessions ({named}{more})" if kind == "sessions" and sessions else kind for kind in what)


def in_a_line(said: Mapping[str, Any]) -> str | None:
    """For a list: why a draft is to be checked anew, or what has changed since a pack was sent."""
    from clients.iewo import show

    if checked := said.get("changed_since_checked"):
        return f"changed since it was checked: {', '.join(checked)}"
    sent = since_sent(said, IN_A_LINE)
    until = show.answered_by(said.get("answer_by"), None)
    return "; ".join(filter(None, (f"changed since sent: {sent}", until))) if sent else None


def relied_on(sessions: Mapping[str, int] | None) -> str | None:
    """How many sessions are left of those relied on, where that was told."""
    if sessions is None:
        return None
    sent, now = sessions["sent"], sessions["now"]
    return f"relied on are {sent} sessions as before" if sent == now else f"{sent} sessions were relied on when it was sent, {now} are now"


def _session(change: Mapping[str, Any]) -> str:
    """An answer has days as text, a notice that was read has them as days."""
    day = change["date"] if isinstance(change["date"], date) else date.fromisoformat(change["date"])
    before, after = change["before"] or "no mark", change["after"] or "no mark"
    now = f"{after} again" if before == after else f"now {after}"
    return f"{day.day} {day:%b %Y} {change['session']} {before} when sent, {now}"
