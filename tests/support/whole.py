"""Whether a school's register, concerns and proposals are what its accepted feeds make them, each exactly once."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Set
from typing import Any

from tests.support.autumn import TODAY, YEAR
from tests.support.events import Turned, quiet, turns
from tests.support.plain import PlainRegister, as_read
from tests.support.school import School, until


async def assert_register(school: School, register: PlainRegister, upns: Iterable[str] | None = None) -> None:
    """Every session of these children (of all) with every mark that it showed before, and no other child or session."""
    children = {upn: one["child"] for upn, one in (await school.children()).items()}
    assert set(register.cells) <= set(children)
    first = min(day for cells in register.cells.values() for day, _ in cells)
    gate = asyncio.Semaphore(8)

    async def check(upn: str) -> None:
        async with gate:
            answer = await school.get(f"/v1/schools/{school.urn}/children/{children[upn]}/register?from={first}&to={TODAY}")
        assert answer.status_code == 200, answer.text
        assert as_read(answer.json()["sessions"]) == register.cells[upn]

    await asyncio.gather(*(check(upn) for upn in (register.cells if upns is None else upns)))


async def assert_counts(school: School, register: PlainRegister) -> None:
    """As many children, and sessions of each code, as the feeds make."""
    first = min(day for cells in register.cells.values() for day, _ in cells)
    figures, expected = await school.statistics(first, TODAY), register.counts()
    assert {column: figures[column] for column in expected} == expected


async def assert_concerns(school: School, register: PlainRegister, cases: Set[str] = frozenset()) -> None:
    """Each turn of a concern told by one event, the last turn being what the marks say; one proposal for each child of concern but
    those whose proposal was accepted."""
    await quiet(school.running)
    children = {one["child"]: upn for upn, one in (await school.children()).items()}
    expected = {upn: rules for upn in register.cells if (rules := register.rules(upn, YEAR))}
    open_now = open_concerns(await turns(school.running.stack), school.urn, children)
    assert {upn: (open_now.get(upn), rules) for upn, rules in expected.items() if open_now.get(upn) != rules} == {}, "the events, the marks"
    assert open_now.keys() == expected.keys()
    found = [(children[one["child"]], sorted(one["rules"])) for one in await proposals(school)]
    accepted = {children[child] for child in cases}
    assert sorted(found) == sorted((upn, sorted(rules)) for upn, rules in expected.items() if upn not in accepted)


def open_concerns(told: Iterable[Turned], urn: str, children: dict[str, str]) -> dict[str, set[str]]:
    """By UPN, the rules that stand open and propose, as the events say, each turn told by one event and the turns alternating."""
    by_rule: defaultdict[tuple[str, str], dict[int, tuple[str, bool]]] = defaultdict(dict)
    shown = {turn.rule for turn in told if not turn.proposes}
    for turn in told:
        if turn.school == urn:
            by = (turn.event, turn.raised)
            assert by_rule[turn.child, turn.rule].setdefault(turn.order, by) == by, "one turn, one event"
    found: defaultdict[str, set[str]] = defaultdict(set)
    for (child, rule), said in by_rule.items():
        assert sorted(said) == list(range(1, len(said) + 1)), "no turn is missing"
        assert [said[order][1] for order in sorted(said)] == [place % 2 == 0 for place in range(len(said))], "raised, eased, raised ..."
        if said[len(said)][1] and rule not in shown:
            found[children[child]].add(rule)
    return dict(found)


async def proposals(school: School) -> list[dict[str, Any]]:
    answer = await school.get(f"/v1/proposals?school={school.urn}", service="referrals", role="head of service")
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()["proposals"]
    return found


async def proposed(school: School, children: int) -> list[dict[str, Any]]:
    """The school's proposals once there are so many."""

    async def probe() -> list[dict[str, Any]] | None:
        found = await proposals(school)
        return found if len(found) >= children else None

    return await until(f"{children} proposals", probe)
