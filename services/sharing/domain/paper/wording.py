"""What a Local Authority's profile has a pack say in words of its own."""

from typing import NamedTuple


class Wording(NamedTuple):
    """`cover`: the fields of the authority's first page, in its order; every one stands in `cover.FIELDS`."""

    profile: str
    """Its version, as a pack names it: `national 2024-08-19`."""
    cover: tuple[str, ...]
    declaration: tuple[str, ...]
    """What the head teacher declares, sentence by sentence."""
    statement: str
    """What stands above the signature of a witness statement."""
    readings: tuple[tuple[str, str], ...]
    """(rule, how it is read)."""
