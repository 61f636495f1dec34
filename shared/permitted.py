"""What a service may do on the bus by the credentials that it was given, beside what this version of it needs.

The broker tells nobody beforehand: a request that is not permitted is a time-out, hours later perhaps. But a user's permissions stand in
its own credentials (NATS JWT, version 2), so a process can look before it begins.
"""

from collections.abc import Iterable
from pathlib import Path

from shared import topology
from shared.provision import jwts, permissions


def lacking(service: str, credentials: Path) -> list[str]:
    """Subjects that the service needs and its `.creds` file does not permit: `publish query.referrals.case`. None of a user that no table
    names."""
    user = next((user for user in topology.USERS if user.name == service), None)
    if user is None:
        return []
    token, _ = jwts.parse_credentials(credentials.read_text())
    held, needed = jwts.claims_of(token), permissions.of_user(user)
    return [
        f"{verb} {subject}"
        for verb, side in (("publish", "pub"), ("subscribe", "sub"))
        for subject in _beyond(needed[side]["allow"], held.get(side, {}).get("allow", ()))
    ]


def _beyond(needed: Iterable[str], held: Iterable[str]) -> list[str]:
    allowed = tuple(held)
    return [subject for subject in needed if not any(covers(one, subject) for one in allowed)]


def covers(allowed: str, subject: str) -> bool:
    """Whether a subject, wildcards and all, lies within what is allowed: `*` is one word, `>` the rest, of at least one."""
    rule, words = allowed.split("."), subject.split(".")
    for place, word in enumerate(rule):
        if word == ">":
            return len(words) > place
        if place >= len(words) or words[place] == ">" or word not in ("*", words[place]):
            return False
    return len(words) == len(rule)
