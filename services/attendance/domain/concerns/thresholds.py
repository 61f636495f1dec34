"""The numbers behind the rules, as settings: local authorities differ."""

from dataclasses import dataclass

from services.attendance.domain.standing import PENALTY_CODES


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a rule is met. Numbers are whole and at least 1, else ValueError.

    persistent_ratio, severe_ratio: absence is persistent (severe) when ratio x absent >= possible: 10 means
        10 %, 2 means 50 %.
    minimum_possible: possible sessions below which neither is judged. Our own: the Department has no minimum, and in
        the first days of September one morning at the dentist's would be a persistent absence.
    ten_sessions, ten_weeks: sessions of `counted_codes` within so many school weeks.
    counted_codes: some or all of G, N, O, U; for `class_table`, which makes a series ready to be judged.
    late_sessions, late_weeks: sessions of L or U within so many school weeks. Our own.
    """

    persistent_ratio: int = 10
    severe_ratio: int = 2
    minimum_possible: int = 20
    ten_sessions: int = 10
    ten_weeks: int = 10
    counted_codes: frozenset[str] = PENALTY_CODES
    late_sessions: int = 10
    late_weeks: int = 10

    def __post_init__(self) -> None:
        rates = (self.persistent_ratio, self.severe_ratio, self.minimum_possible)
        if min(*rates, self.ten_sessions, self.ten_weeks, self.late_sessions, self.late_weeks) < 1:
            raise ValueError("a threshold is a whole number of at least 1")
        if not self.counted_codes <= PENALTY_CODES:
            raise ValueError("only unauthorised absence counts towards a penalty notice: G, N, O, U")
