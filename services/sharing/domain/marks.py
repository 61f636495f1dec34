"""Marks of exhibits (`TO/1`) in what people write.

One stands alone: TO/1/2026, 7/TO/1, TO/1-2026 and TO/12 are references of something else; `TO/1.`, `(TO/1)` and TO/1-TO/3 are marks.
"""

import re

_BEFORE = r"(?<![\w/])"
_BEHIND = r"(?!\w|/|\s/\s?\d|[.\-]\d)"


def standing_alone(pattern: str) -> re.Pattern[str]:
    """What finds a mark of this pattern."""
    return re.compile(f"{_BEFORE}(?:{pattern}){_BEHIND}")
