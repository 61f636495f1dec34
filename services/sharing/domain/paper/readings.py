"""How a register is counted in a pack, whatever the Local Authority's profile says of notices."""

from typing import Final

READINGS: Final = (
    (
        "Possible sessions",
        "Sessions with a code of presence, approved educational activity, authorised or unauthorised absence. "
        "Codes D, Q, X, Y1 to Y7, Z and # and sessions without a mark are not possible sessions.",
    ),
    (
        "Lateness",
        "L (before the register closed) is presence. U (after it closed) is unauthorised absence for the whole session.",
    ),
    (
        "Withdrawn codes",
        "A code withdrawn on 19 August 2024 that the school still sent is shown and counts by its old class.",
    ),
)
