"""Schools whose rolls name children and parents, each with an address and a telephone number, as those are found and written to."""

import csv
import io
import random
from dataclasses import dataclass
from typing import Any

from bench.schools import CHILDREN, School, make_schools
from deploy.demo.sample import names
from deploy.demo.sample.people import address, parent
from shared.agreement import AGREEABLE

_COLUMNS = ("UPN", "Surname", "Forename", "Date of birth", "Year group")
_PARENT = ("name", "relationship", "address", "phone", "email")


@dataclass(frozen=True)
class FamilySchool(School):
    """Its agreement lets everything be kept."""

    @property
    def facts(self) -> dict[str, Any]:
        return {**super().facts, "agreement": AGREEABLE}

    def roll(self, year: int) -> bytes:
        draw, out = random.Random(f"families {self.urn}"), io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow((*_COLUMNS, *(f"Parent {place} {column}" for place in (1, 2) for column in _PARENT)))
        for at, upn in enumerate(self.upns):
            surname, home, group = draw.choice(names.SURNAMES), address(draw), 7 + at % 5
            forename = draw.choice(names.GIRLS + names.BOYS)
            both = [parent(draw, surname, relationship, home) for relationship in ("Mother", "Father")]
            cells = [(one.name, one.relationship, one.address, one.phone, one.email) for one in both[: 1 + (at % 3 > 0)]]
            row = (upn, surname, forename, f"{year - group - 5}-01-15", group, *(cell for some in cells for cell in some))
            writer.writerow((*row, *[""] * (len(_COLUMNS) + 2 * len(_PARENT) - len(row))))
        return out.getvalue().encode()


def make_families(count: int, children: int = CHILDREN) -> list[School]:
    return [FamilySchool(school.urn, school.upns) for school in make_schools(count, children)]
