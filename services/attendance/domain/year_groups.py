"""National curriculum year groups as schools write them."""

import re

YEAR_GROUPS = ("N1", "N2", "R", *(str(year) for year in range(1, 15)), "X")
"""As stored. Reception is also written 0; X is the census's mark for a child not taught by curriculum years."""

_PREFIX = re.compile(r"^(?:year|yr|y)(?=[0-9])")
_WORDS = {"nursery1": "N1", "nursery2": "N2", "reception": "R", "yearr": "R", "yr": "R", "0": "R"}


def normalise_year_group(text: str) -> str | None:
    """ "Year 7", "yr7", "07" are 7; None for what is no year group."""
    plain = _PREFIX.sub("", re.sub(r"\s+", "", text).lower())
    if re.fullmatch(r"[0-9]{1,2}", plain):
        plain = str(int(plain))
    group = _WORDS.get(plain, plain.upper())
    return group if group in YEAR_GROUPS else None
