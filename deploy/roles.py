"""Which role may ask for what, as a table: read from the routes of a service, so that it cannot say anything else than they do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from shared.auth import Role

ROLES: Final[tuple[Role, ...]] = get_args(Role)

HEADS: Final = {
    "referrals": """\
# Who may do what in `referrals`

Written by `make docs` from the routes; a test asks every one of them as every role. Which schools and children a role then sees is
narrowed further: a school its own, an officer and business support those of their record or token, nobody a case that is closed to them.
An officer is let in only with a DBS check and training that are to date, and while not away. What a role is shown of a thing is a model of
its own, listed field by field in `docs/api/referrals.openapi.json`.
""",
    "sharing": """\
# Who may do what in `sharing`

Written by `make docs` from the routes. An officer and a school see packs of their own schools, a Local Authority (`la`) those that were
sent to it, nobody a pack of a case that is closed to them. What a role is shown of a pack is a model of its own, listed field by field in
`docs/api/sharing.openapi.json`. Who may do what in `referrals`: [roles.md](roles.md).
""",
}


@dataclass(frozen=True, slots=True)
class Row:
    """An operation and the roles that may ask for it."""

    method: str
    path: str
    summary: str
    roles: tuple[Role, ...]


def rows(app: FastAPI) -> list[Row]:
    """Every operation that the service publishes, by path; ValueError for one that asks for no role."""
    found = []
    for route in iter_route_contexts(app.routes):
        if not isinstance(route.original_route, APIRoute) or not route.include_in_schema:
            continue
        asked = [roles for roles in _roles(route.dependant) if roles]
        if not asked:
            raise ValueError(f"{route.path} is open to every role: give it an `allow(...)`")
        may = tuple(role for role in ROLES if all(role in roles for roles in asked))
        found += [Row(method, route.path or "", route.summary or "", may) for method in sorted(route.methods or ())]
    return sorted(found, key=lambda row: (row.path, row.method))


def _roles(dependant: Dependant) -> Iterator[tuple[Role, ...]]:
    yield getattr(dependant.call, "roles", ())
    for inner in dependant.dependencies:
        yield from _roles(inner)


def markdown(app: FastAPI, service: str) -> str:
    columns = ("what", "request", *ROLES)
    lines = [HEADS[service], f"| {' | '.join(columns)} |", f"|{'---|' * 2}{':-:|' * len(ROLES)}"]
    for row in rows(app):
        marks = ("x" if role in row.roles else "" for role in ROLES)
        lines.append(f"| {row.summary} | `{row.method} {row.path}` | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def parsed(text: str) -> dict[tuple[str, str], frozenset[Role]]:
    """The table again: by method and path, the roles."""
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    named = table[0][2:]
    return {
        (method, path): frozenset(role for role, mark in zip(named, marks, strict=True) if mark == "x")  # type: ignore[misc]
        for _, request, *marks in table[1:]
        for method, path in [request.strip("`").split(" ", 1)]
    }
