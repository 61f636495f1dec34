"""The few named children whom the demo follows. Invented, like all the others."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

from deploy.demo.sample.model import Child, Parent, Pinned, Plan, Story
from deploy.demo.sample.people import address, on_roll, parent
from deploy.demo.sample.register import PRESENT, Register

PAIR = (("Abara", "Kelechi", "F"), ("Abbeyfield", "Tristan", "M"))
"""Before every other surname, so that they stand next to each other on the roll and on one page of it."""
ENFORCED = ("Winterbourne", "Jamie", "M")
LEAVER = ("Quillfeather-Aldous", "Zephyrine", "F")
LEAVER_HOME = "7 Marrowstone Tenter, Wexley, ZZ99 5QT"
LEAVER_PARENTS = (("Ottoline Quillfeather-Aldous", "Mother"), ("Barnabas Oxterhoulihan", "Father"))
LEAVER_COMMENT = "Bramblewick quarantine, mother phoned"
HOLIDAY_DAYS, LAST_DAYS = 4, 5


def cast(random: Random, pair_in: tuple[Plan, list[Child]], others_in: tuple[Plan, list[Child]], year: int) -> Story:
    """Choose the children, change them in place in their school's list, and say who they are. `year` is this year."""
    plan, pupils = others_in
    staying = _staying(plan, pupils, year)
    leavers = [child for child in pupils if child.year_group(year) > plan.oldest]
    enforced = _recast(pupils, staying[len(staying) // 2], ENFORCED)
    enforced = _replace(pupils, enforced, parents=tuple(_apart(random, enforced)), looked_after=False)
    leaver = _recast(pupils, random.choice(leavers), LEAVER)
    leaver = _replace(pupils, leaver, address=LEAVER_HOME, parents=tuple(_leaver_parents(random)), looked_after=False)
    pair_plan, pair_pupils = pair_in
    one, two = (child for child in _staying(pair_plan, pair_pupils, year)[:2])
    first, second = _recast(pair_pupils, one, PAIR[0]), _recast(pair_pupils, two, PAIR[1])
    return Story(
        enforced=_pin(plan, enforced),
        pair=(_pin(pair_plan, first), _pin(pair_plan, second)),
        leaver=_pin(plan, leaver),
        markers=(leaver.upn, *LEAVER[:2], "Marrowstone Tenter", *(name for name, _ in LEAVER_PARENTS), "Bramblewick"),
    )


def lay(story: Story, register: Register, *, this_year: bool) -> None:
    """Write the whole rows of the story's children, before the rest of the register is filled."""
    for index, child in enumerate(register.roll):
        if child.upn in {pinned.upn for pinned in story.pair}:
            away = range(max(0, len(register.days) - LAST_DAYS), len(register.days)) if this_year else ()
            register.cells[index] = _row(register, dict.fromkeys(away, "O"))
        elif child.upn == story.enforced.upn and this_year:
            register.cells[index] = _row(register, _enforced_days(len(register.days)))
        elif child.upn == story.leaver.upn:
            away = range(1, len(register.days), 4)
            register.cells[index] = _row(register, dict.fromkeys(away, "O"))
            if away:
                register.notes[index, 2 * away[0]] = (None, LEAVER_COMMENT)


def _enforced_days(days: int) -> dict[int, str]:
    """A holiday of four days early in the year, then three days of every five."""
    away = {day: "O" for day in range(days) if day % 5 in {1, 2, 4}}
    return away | dict.fromkeys(range(min(HOLIDAY_DAYS, days)), "G")


def _row(register: Register, away: dict[int, str]) -> list[str]:
    return [away.get(day, PRESENT) for day in range(len(register.days)) for _ in ("AM", "PM")]


def _staying(plan: Plan, pupils: list[Child], year: int) -> list[Child]:
    """Of compulsory school age, on last year's roll and on this year's, not in the last year group."""
    groups = range(plan.youngest + 2, plan.oldest)
    return [child for child in on_roll(plan, pupils, year) if child.year_group(year) in groups]


def _recast(pupils: list[Child], child: Child, name: tuple[str, str, str]) -> Child:
    surname, forename, sex = name
    parents = tuple(_in_family(parent, surname) for parent in child.parents)
    return _replace(pupils, child, surname=surname, forename=forename, sex=sex, parents=parents)


def _in_family(parent: Parent, surname: str) -> Parent:
    forename = parent.name.split()[0]
    return replace(parent, name=f"{forename} {surname}", email=f"{forename}.{surname}@example.org".lower())


def _replace(pupils: list[Child], child: Child, **changes: Any) -> Child:
    changed = replace(child, **changes)
    pupils[pupils.index(child)] = changed
    return changed


def _apart(random: Random, child: Child) -> Iterable[Parent]:
    """A mother at the child's home, a father whose address she must not learn."""
    yield parent(random, child.surname, "Mother", child.address)
    yield parent(random, child.surname, "Father", address(random), confidential=True)


def _leaver_parents(random: Random) -> Iterable[Parent]:
    for name, relationship in LEAVER_PARENTS:
        email = f"{name.lower().replace(' ', '.')}@example.org"
        yield replace(parent(random, "", relationship, LEAVER_HOME), name=name, email=email)


def _pin(plan: Plan, child: Child) -> Pinned:
    return Pinned(child.upn, plan.urn, child.forename, child.surname)
