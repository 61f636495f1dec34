"""Two records of parents that are one person: said by somebody, with why, and taken back as plainly. Never by likeness.

Neither record is changed by it: what belongs to the person is what stands in all of the records, each field with the school that gave
it. Brothers and sisters are the children who share a person so.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.referrals.domain.flags import Word

State = Literal["same", "apart"]


class Step(BaseModel):
    model_config = ConfigDict(frozen=True)

    state: State
    word: Word


class Same(BaseModel):
    """What has been said of two records; the last step counts."""

    model_config = ConfigDict(frozen=True)

    parents: tuple[str, str]
    steps: tuple[Step, ...] = ()

    @property
    def state(self) -> State:
        return self.steps[-1].state if self.steps else "apart"

    def with_step(self, state: State, word: Word) -> "Same":
        """Said again it changes nothing; the first word stays."""
        if self.state == state:
            return self
        return self.model_copy(update={"steps": (*self.steps, Step(state=state, word=word))})


def group(parent: str, said: Iterable[Same]) -> frozenset[str]:
    """All records of the person whose record this is."""
    pairs = [frozenset(one.parents) for one in said if one.state == "same"]
    found: frozenset[str] = frozenset({parent})
    while grown := [pair for pair in pairs if pair & found and not pair <= found]:
        found = found.union(*grown)
    return found


def components(pairs: Iterable[Iterable[str]]) -> dict[str, frozenset[str]]:
    """From each record to all of whom anything was said together with it, directly or through others, whatever it was."""
    found: dict[str, frozenset[str]] = {}
    for pair in pairs:
        whole = frozenset().union(*(found.get(one, frozenset({one})) for one in pair))
        found |= dict.fromkeys(whole, whole)
    return found
