"""That a child has a parent, as it is known in clear: which record of which school, and until when it is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tie:
    parent: str
    child: str
    school: str
    cohort: str
