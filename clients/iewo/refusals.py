"""A refusal for several reasons, as a service says it (`what it is: rule: why`, then a line for each other rule): one rule a line."""

import textwrap
from collections.abc import Iterator
from typing import Final

LEAST: Final = 40
"""Letters of a line that are left for the reason beside its rule; where there are fewer it goes on close to the edge."""
INDENT: Final = "  "


def lines(begin: str, refusal: str, width: int) -> Iterator[str]:
    """`begin` stands before the first line. The reasons begin in one column, and what goes on below stands in. A refusal for one reason is
    one line."""
    first, *more = refusal.splitlines()
    head, colon, one = first.partition(": ")
    found = [text.partition(": ") for text in (one, *more)]
    if not more or not colon or not all(beside for _, beside, _ in found):
        yield f"{begin}{' '.join(refusal.split())}"
        return
    yield f"{begin}{head}:"
    room = max(len(rule) for rule, _, _ in found)
    within = INDENT + " " * (room + len(INDENT))
    for rule, _, why in found:
        begun, after = f"{INDENT}{rule:{room}}{INDENT}", within if width - len(within) >= LEAST else 2 * INDENT
        fitted = textwrap.wrap(why, width, initial_indent=begun, subsequent_indent=after, break_long_words=False, break_on_hyphens=False)
        yield from fitted or [begun.rstrip()]
