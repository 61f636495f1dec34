"""What a Local Authority (LA) asks to be told, in the volume that is for it alone, of others than the child and the parent of the pack.

Source: UK GDPR Art. 5(1)(c): no more than is necessary for the purpose, which is a measure against one parent for one child. Each parent
has a pack of their own, which has their address.
"""

from typing import Final, Literal, Self, get_args

from pydantic import model_validator

from services.sharing.domain.demands import Strict
from shared.pack.for_the_authority import Particular

SiblingParticular = Literal["name", "school", "year group", "own request"]
SIBLING_PARTICULARS: Final[tuple[SiblingParticular, ...]] = get_args(SiblingParticular)


class OfOthers(Strict):
    parents: tuple[Particular, ...]
    """Beside the name, and whether a measure is asked for against them or why not, which are always told."""
    siblings: tuple[SiblingParticular, ...]
    """None: not a word of them."""
    contacts: Literal["left out", "kind and date", "words"]
    """Of contacts with other parents since the first day of the period: nothing, that they took place, or what came of them too."""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.siblings and "name" not in self.siblings:
            raise ValueError("`siblings` without their name are nobody: add it, or say []")
        return self
