"""Unique pupil numbers (UPN) in a text: the child's own however it is spaced, and whatever else has the shape of one.

Source: DfE, Unique pupil numbers: a letter, eleven figures, and a figure or, of a temporary one, a letter; UK GDPR Art. 5(1)(c): no court
needs it to know the child by, so none is served.
"""

import re
from typing import Final

from shared.contracts.attendance import Person

FOUND: Final = "a unique pupil number"
_SHAPE: Final = r"[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]"
_BETWEEN: Final = r"[\W_]*"


def search(child: Person) -> re.Pattern[str]:
    """For plain texts (`shared.words.plain`)."""
    own = (_BETWEEN.join(map(re.escape, child.upn)),) if child.upn else ()
    return re.compile(rf"(?<![^\W_])(?:{'|'.join((*own, _SHAPE))})(?![^\W_])", re.IGNORECASE)
