"""Invented children with their parents, addresses and UPNs."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from deploy.demo.sample import names
from deploy.demo.sample.model import Child, Parent, Plan

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
DRAMA_NUMBERS = ("07700 900", "07700 900", "07700 900", "01632 960")
"""The ranges that Ofcom keeps free for drama, three digits to follow."""


def upn(authority: str, establishment: str, year: int, serial: int) -> str:
    """A UPN with its check letter: each digit times its place (2 to 13), summed, modulo 23.

    Source: Government Data Standards Catalogue 2.0, unique pupil number.
    """
    digits = f"{authority}{establishment}{year % 100:02d}{serial:03d}"
    total = sum(place * int(digit) for place, digit in enumerate(digits, start=2))
    return UPN_LETTERS[total % 23] + digits


def children(random: Random, plan: Plan, last_year: int) -> list[Child]:
    """Everyone who is on the school's roll last year or this year, the youngest year group first."""
    groups = plan.oldest - plan.youngest + 1
    made = []
    for starts in range(last_year + 1 - plan.youngest, last_year - plan.oldest - 1, -1):
        place = (last_year + 1 - plan.youngest - starts) % groups
        size = plan.children // groups + (place < plan.children % groups)
        made += [_child(random, plan, starts, serial) for serial in range(1, size + 1)]
    return made


def on_roll(plan: Plan, pupils: list[Child], year: int) -> list[Child]:
    """The roll of a year, by surname as a school prints it."""
    roll = (child for child in pupils if plan.youngest <= child.year_group(year) <= plan.oldest)
    return sorted(roll, key=lambda child: (child.surname, child.forename, child.upn))


def _child(random: Random, plan: Plan, starts: int, serial: int) -> Child:
    sex = random.choice("FM")
    surname = _surname(random)
    home = address(random)
    looked_after = random.random() < 0.008
    return Child(
        upn=upn(plan.authority.code, plan.establishment, starts, serial),
        surname=surname,
        forename=random.choice(names.GIRLS if sex == "F" else names.BOYS),
        sex=sex,
        born=date(starts - 5, 9, 1) + timedelta(days=random.randrange(365)),
        starts=starts,
        address=home,
        parents=tuple(_carers(random, home) if looked_after else _parents(random, surname, home)),
        looked_after=looked_after,
        needs=_needs(random, plan),
        health=random.choice(names.HEALTH) if random.random() < 0.06 else "",
    )


def address(random: Random) -> str:
    """ZZ99 is a pseudo postcode area: no letter is ever delivered there."""
    street = f"{random.randint(1, 240)} {random.choice(names.STREETS)} {random.choice(names.WAYS)}"
    return f"{street}, Wexley, ZZ99 {random.randint(1, 9)}{random.choice('ABDEFGHJ')}{random.choice('LNPQRSTU')}"


def _needs(random: Random, plan: Plan) -> str:
    if plan.phase == "Special":
        return "EHC plan"
    return random.choice(names.NEEDS) if random.random() < 0.17 else ""


def _parents(random: Random, surname: str, home: str) -> Iterator[Parent]:
    yield parent(random, surname, random.choices(["Mother", "Father", "Grandmother"], [80, 16, 4])[0], home)
    if random.random() < 0.72:
        apart = random.random() < 0.22
        family = surname if random.random() < 0.7 else _surname(random)
        hidden = apart and random.random() < 0.15
        yield parent(random, family, "Father", address(random) if apart else home, confidential=hidden)


def _carers(random: Random, home: str) -> Iterator[Parent]:
    yield parent(random, _surname(random), "Foster carer", home, confidential=True)
    yield parent(random, _surname(random), "Mother", address(random))


def parent(random: Random, surname: str, relationship: str, home: str, *, confidential: bool = False) -> Parent:
    forename = random.choice(names.MEN if relationship == "Father" else names.WOMEN)
    phone = f"07700 900{random.randrange(1000):03d}" if random.random() < 0.85 else f"01632 960{random.randrange(1000):03d}"
    born = date(random.randint(1972, 1996), random.randint(1, 12), random.randint(1, 28)) if random.random() < 0.6 else None
    email = f"{forename}.{surname}{random.randrange(100)}@example.org".lower().replace(" ", "")
    return Parent(f"{forename} {surname}", relationship, home, confidential, born if random.random() < 0.6 else None, phone, email)


def _surname(random: Random) -> str:
    first = random.choice(names.SURNAMES)
    return f"{first}-{random.choice(names.SURNAMES)}" if random.random() < 0.08 else first
