"""The sample: invented schools with their registers for the end of last year and this year to date."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from deploy.demo.sample import files, mix, people, propensity, story
from deploy.demo.sample.calendar import half_terms, open_days
from deploy.demo.sample.model import Authority, Child, Officer, Plan, Story
from deploy.demo.sample.published import ABSENT, NOT_POSSIBLE, Phase
from deploy.demo.sample.register import Register
from shared import academic_year

MOST_OFTEN_LATE = 20.0
"""Times as often as the most punctual."""


@dataclass(frozen=True)
class School:
    plan: Plan
    pupils: list[Child]
    """Everyone who is on its roll in either year."""
    registers: dict[int, Register]
    """By academic year."""

    @property
    def urn(self) -> str:
        return self.plan.urn

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def authority(self) -> Authority:
        return self.plan.authority

    @property
    def phase(self) -> Phase:
        return self.plan.phase

    @property
    def head(self) -> str:
        """Who signs the certificates of attendance."""
        return self.plan.head

    def roll(self, year: int) -> list[Child]:
        """The children on roll in a year; in next year's, those who stay."""
        return people.on_roll(self.plan, self.pupils, year)

    def roll_csv(self, year: int) -> bytes:
        return files.roll_csv(self.roll(year), year, self.plan.style)

    def marks_csv(self, year: int) -> list[bytes]:
        """One file for each half-term of the year that has marks."""
        register = self.registers[year]
        return [files.marks_csv(register, block, self.plan.style) for block in half_terms(register.days)]

    def day_csv(self, day: date) -> bytes:
        """The register of one school day; beyond the sample's days everyone is present. ValueError: closed that day."""
        year = academic_year.of_session(day)
        if day not in open_days(year):
            raise ValueError(f"the schools are closed on {day}")
        register = self.registers.get(year)
        if register is None or day not in register.days:
            register = Register.blank(Random(0), (day,), self.roll(year), year)
            register.finish()
        return files.marks_csv(register, [day], self.plan.style)

    def expected(self, year: int) -> Counter[str]:
        """Sessions by code exactly as in the files of the year."""
        return self.registers[year].counts()

    def persistent(self, year: int) -> int:
        """Persistent absentees among the enrolments of the year."""
        return self.registers[year].persistent()


@dataclass(frozen=True)
class Sample:
    seed: int
    today: date
    year: int
    """This academic year; the year before it is the other that has marks."""
    schools: tuple[School, ...]
    officers: tuple[Officer, ...]
    story: Story

    @property
    def authorities(self) -> tuple[Authority, ...]:
        return tuple(dict.fromkeys(school.authority for school in self.schools))

    @property
    def markers(self) -> tuple[str, ...]:
        """Strings of the leaver that no file may hold after the disposal."""
        return self.story.markers

    def school(self, urn: str) -> School:
        return next(school for school in self.schools if school.urn == urn)

    def expected(self) -> dict[tuple[str, int], Counter[str]]:
        """By URN and academic year."""
        return {(school.urn, year): school.expected(year) for school in self.schools for year in school.registers}


def absence_perc(counts: Counter[str]) -> float:
    """100 x absent / possible sessions."""
    possible = sum(count for code, count in counts.items() if code not in NOT_POSSIBLE)
    return 100 * sum(counts[code] for code in ABSENT) / possible if possible else 0.0


def assemble(seed: int, today: date, plans: Sequence[Plan], officers: Sequence[Officer], days: dict[int, tuple[date, ...]]) -> Sample:
    """Schools with registers for the given days. The story's pair is in the first school, the others in the second."""
    year = max(days)
    pupils = [people.children(Random(f"{seed} people {plan.urn}"), plan, year - 1) for plan in plans]
    told = list(zip(plans, pupils, strict=True))
    told_of = story.cast(Random(f"{seed} story"), told[0], told[min(1, len(told) - 1)], year)
    schools = [_school(seed, plan, children, told_of, days) for plan, children in told]
    return Sample(seed, today, year, tuple(schools), tuple(officers), told_of)


def _school(seed: int, plan: Plan, pupils: list[Child], told_of: Story, days: dict[int, tuple[date, ...]]) -> School:
    random = Random(f"{seed} registers {plan.urn}")
    natures = _natures(random, plan, pupils)
    registers = {}
    for year, open_ in days.items():
        roll = people.on_roll(plan, pupils, year)
        register = Register.blank(random, open_, roll, year)
        story.lay(told_of, register, this_year=year == max(days))
        mix.fill(random, register, plan.phase, [natures[child.upn] for child in roll])
        registers[year] = register
    return School(plan, pupils, registers)


def _natures(random: Random, plan: Plan, pupils: list[Child]) -> dict[str, mix.Nature]:
    """Who is away much is away without leave more often; a few are always late."""
    rates = propensity.spread(plan.phase, random.random(), len(pupils))
    return {
        child.upn: mix.Nature(rate, random.uniform(0.3, 1.2) + 6 * rate, min(MOST_OFTEN_LATE, random.paretovariate(1.3)))
        for child, rate in zip(pupils, rates, strict=True)
    }
