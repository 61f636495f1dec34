"""What a rule finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

RuleName = Literal["persistent absence", "severe absence", "ten sessions unauthorised", "late"]
"""The names under which concerns are stored, published and shown."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A rule that is met, with the figures that met it, by name. The figures are personal data, the rule is not."""

    rule: RuleName
    figures: Mapping[str, int]
