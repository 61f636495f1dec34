"""Casework as officers meet it: 36,000 children on the rolls of forty schools, 2,000 cases, over HTTP from services of their own.

The register raises the concerns, the service makes the proposals of them, and everything is done by requests: nothing is put in the store
by hand. Each figure is the 95th percentile of calls one after the other, begun when the services have done what the opening of all those
cases in two minutes gave them to do: an office opens some in a day.
"""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.cores import Cores
from bench.figures import Figure
from bench.office import CASES, PROPOSALS, Office
from bench.world import World

CALLS = 60
FEW = 20
ENTRIES = 300
LETTERS = 200
FOLLOWED = 10
"""Cases of each school that are followed."""
FIND = ("{surname}", "{forename} {surname}", "{start}", "{swapped}", "{telephone}", "{postcode}", "{forename}")
"""What is typed of a child: names whole, begun and misspelt, a telephone number, a postcode."""

Ask = Callable[[], Awaitable[Any]]


async def rows(folder: Path) -> list[Figure]:
    async with World(folder, others=("referrals",)) as world:
        office = Office(world)
        try:
            await office.open()
            await office.searchable()
            await world.at_rest()
            return [
                await _register_check(office),
                await _caseload(office),
                await _find(office),
                await _history(office),
                await _letters(office),
                await _impact(office),
            ]
        finally:
            await office.close()


async def _register_check(office: Office) -> Figure:
    """Of a school of a thousand, whose proposals wait."""
    urn = office.schools[0].urn
    path = f"/v1/schools/{urn}/register-check"
    count = len((await office.head.get(path))["proposals"])
    plain = await _plain(office, "proposals", (await office.head.get(f"/v1/proposals?school={urn}"))["proposals"], "referral")
    cores = office.world.cores()
    ours = await p95(lambda: office.head.get(path), FEW)
    spent = _spent(cores, FEW)
    theirs = await p95(lambda: plain([urn]), FEW)
    measured = (
        f"the list of {count} proposals of a school of {len(office.schools[0].upns):,} children, with names, priorities, trend and last "
        f"decisions, asked for over HTTP. {spent}. Peer: one find over the same proposals kept as plain documents. "
        "Limit: what it must be under"
    )
    assert count == PROPOSALS
    return Figure("register check", ours, "ms", theirs, 200, measured)


async def _caseload(office: Office) -> Figure:
    """What an officer opens in the morning, by every filter; the slowest counts."""
    ways = {
        "no filter": "",
        "a school": f"?school={office.own[0].urn}",
        "a state": "?state=accepted",
        "overdue": "?overdue=true",
        "no action since": f"?no_action_since={office.world.today}",
        "a rule": "?rule=persistent absence",
    }
    cores = office.world.cores()
    taken = {name: await p95(lambda query=query: office.officer.get(f"/v1/caseload{query}")) for name, query in ways.items()}  # type: ignore[misc]
    spent = _spent(cores, CALLS * len(ways))
    slowest = max(taken, key=lambda name: taken[name])
    first = await p95(lambda: office.head.get("/v1/caseload?limit=100"), FEW)
    said = await office.officer.get("/v1/caseload")
    plain = await _plain(office, "cases", await office.whole_caseload(), "case")
    peer = await p95(lambda: plain([school.urn for school in office.own]))
    measured = (
        f"an officer's caseload of {said['total']} cases, {len(said['cases'])} to a page, of {len(office.cases):,} cases and "
        f"{sum(len(one.upns) for one in office.schools):,} children, by each filter; the slowest ({slowest}). The head of service's first "
        f"hundred of all: {first:.0f} ms. {spent}. Peer: one find over the same lines kept as plain documents. Limit: what it must be under"
    )
    return Figure("caseload", taken[slowest], "ms", peer, 50, measured)


async def _find(office: Office) -> Figure:
    """Children of the officer's schools, sought in every way."""
    typed = [way.format(**known) for known in await office.known(CALLS // 10) for way in FIND]
    taken, found, cores = [], 0, office.world.cores()
    for query in typed:
        begun = time.perf_counter()
        said = await office.head.get("/v1/find", q=query)
        taken.append(1000 * (time.perf_counter() - begun))
        found += bool(said["children"])
    measured = (
        f"{len(typed)} searches among all {sum(len(one.upns) for one in office.schools):,} children and their parents, names whole, begun "
        f"and misspelt, telephone numbers, postcodes; {found} found somebody. {_spent(cores, len(typed))}. Limit: what it must be under"
    )
    return Figure("find p95", _p95(taken), "ms", None, 200, measured)


async def _history(office: Office) -> Figure:
    """A case of three hundred entries."""
    case = office.own_cases[0]
    body = {"kind": "telephone call", "date": office.world.today.isoformat(), "with_whom": "mother", "engagement": "good"}
    for at in range(ENTRIES):
        await office.officer.post(f"/v1/cases/{case}/interventions", {**body, "outcome": f"call {at}: " + "agreed to talk again. " * 8})
    entries = (await office.officer.get(f"/v1/cases/{case}/interventions"))["interventions"]
    assert len(entries) == ENTRIES
    whole = await p95(lambda: office.officer.get(f"/v1/cases/{case}"), FEW)
    cores = office.world.cores()
    ours = await p95(lambda: office.officer.get(f"/v1/cases/{case}/interventions"))
    spent = _spent(cores, CALLS)
    plain = await _plain(office, "entries", [{**entry, "school": "all", "state": "kept"} for entry in entries], "id")
    measured = (
        f"the {ENTRIES} entries of a case, each sealed by itself, with all that was written; the page of the case with family, register "
        f"and entries: {whole:.0f} ms. {spent}. Peer: one find over the same entries kept as plain documents. Limit: what it must be under"
    )
    return Figure("case history", ours, "ms", await p95(lambda: plain(["all"])), 50, measured)


async def _letters(office: Office) -> Figure:
    """One to a parent of each of two hundred children, made and printed."""
    asked = {"reply by": office.world.today.isoformat()}
    to: list[dict[str, Any]] = [{"case": case} for case in office.cases[-LETTERS:]]
    begun, cores = time.perf_counter(), office.world.cores()
    made = (await office.head.post("/v1/letters", {"kind": "attendance concern", "asked": asked, "to": to}))["letters"]
    ready = [one["letter"] for one in made if one["state"] == "ready"][:LETTERS]
    between = time.perf_counter()
    paper = await office.head.post_for_bytes("/v1/letters/print", {"letters": ready})
    seconds = time.perf_counter() - begun
    assert len(ready) == LETTERS
    measured = (
        f"{len(made)} letters to the parents of {LETTERS} children, of whom nobody was written to before, made and kept "
        f"({between - begun:.1f} s), and {len(ready)} of them printed as one PDF of {len(paper) / 1e6:.1f} MB. "
        f"{_spent(cores, 1)}. Limit: what it must be under"
    )
    return Figure("letters", seconds, "s", None, 20, measured)


async def _impact(office: Office) -> Figure:
    """Of all schools, ten cases of each."""
    body = {
        "kind": "telephone call",
        "date": office.world.today.isoformat(),
        "with_whom": "mother",
        "engagement": "good",
        "outcome": "agreed",
    }
    lines = [line for line in await office.whole_caseload() if line["interventions"] == 0]
    taken = Counter[str]()
    for line in lines:
        if taken[line["school"]] < FOLLOWED:
            taken[line["school"]] += 1
            await office.head.post(f"/v1/cases/{line['case']}/interventions", body)
    cores, begun = office.world.cores(), time.perf_counter()
    said = await office.head.get("/v1/impact")
    seconds = time.perf_counter() - begun
    measured = (
        f"attendance before, during and after of {sum(taken.values())} cases and of every other child of {len(taken)} schools, for like "
        f"ones ({said['running']} cases run still). {_spent(cores, 1)}"
    )
    return Figure("impact of all schools", seconds, "s", measured=measured)


async def _plain(office: Office, name: str, lines: Sequence[dict[str, Any]], key: str) -> Callable[[Sequence[str]], Awaitable[Any]]:
    """The plain way: the same in clear, found by school and state."""
    collection = office.world.admin[f"plain_{name}"]
    await collection.create_index([("school", 1), ("state", 1)])
    await collection.insert_many([{"state": "proposed", **line, "_id": line[key]} for line in lines])

    async def ask(urns: Sequence[str]) -> Any:
        states = {"$in": ["proposed", "accepted", "kept"]}
        return await collection.find({"school": {"$in": list(urns)}, "state": states}).to_list(None)

    assert len(lines) >= CASES
    return ask


def _spent(cores: Cores, calls: int) -> str:
    """What a call costs, however busy the machine is."""
    return ", ".join(f"{name} {1000 * seconds / calls:.0f}" for name, seconds in cores.spent().items()) + " ms of processor a call"


async def p95(ask: Ask, calls: int = CALLS) -> float:
    """Milliseconds, of calls one after the other; the first, which opens the connection, does not count."""
    await ask()
    taken = []
    for _ in range(calls):
        begun = time.perf_counter()
        await ask()
        taken.append(1000 * (time.perf_counter() - begun))
    return _p95(taken)


def _p95(taken: Sequence[float]) -> float:
    return quantiles(taken, n=20, method="inclusive")[18]
