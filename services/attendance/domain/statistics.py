"""Counts and rates under the column names of the Department for Education, in its order.

Source: "Pupil attendance in schools", data file 2025/26: every rate here recomputes all its numeric rows, and every sum
too, but for 51 rows that print more authorised absence than the reasons they give for it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.attendance.domain.codes import ABSENT, BY_TEXT, CLEARED, CODES, NO_MARK, POSSIBLE, StatClass
from services.attendance.domain.concerns.persistent_absence import is_persistent
from services.attendance.domain.concerns.severe_absence import is_severe
from services.attendance.domain.standing import class_table, classes_of, standing_of
from shared.academic_year import SLOTS

# fmt: off
_DEPARTMENTS_ORDER = (
    "L", "I", "M", "R", "S", "T", "H", "E", "C", "C1", "J1", "C2", "B", "J", "P", "V", "W", "K", "G", "U", "O", "N",
)
# fmt: on
_REASONS = tuple(BY_TEXT[text].reason for text in _DEPARTMENTS_ORDER)
# in no possible session, so in no published column
_OTHER_REASONS = tuple(code.reason for code in CODES if code.klass not in POSSIBLE)

_BYTES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {code.reason: tuple(other.byte for other in CODES if other.reason == code.reason) for code in CODES}
)

_RATES = MappingProxyType(
    {
        "attendance_perc": "overall_attendance",
        "overall_absence_perc": "overall_absence",
        "authorised_absence_perc": "authorised_absence",
        "unauthorised_absence_perc": "unauthorised_absence",
        "illness_perc": BY_TEXT["I"].reason,
        "appointments_perc": BY_TEXT["M"].reason,
        "unauth_hol_perc": BY_TEXT["G"].reason,
        "unauth_oth_perc": BY_TEXT["O"].reason,
        "unauth_late_registers_closed_perc": BY_TEXT["U"].reason,
        "unauth_not_yet_perc": BY_TEXT["N"].reason,
        "auth_religious_perc": BY_TEXT["R"].reason,
        "auth_study_perc": BY_TEXT["S"].reason,
        "auth_mob_perc": BY_TEXT["T"].reason,
        "auth_excluded_perc": BY_TEXT["E"].reason,
        "auth_performance_perc": BY_TEXT["C1"].reason,
        "auth_interview_perc": BY_TEXT["J1"].reason,
        "auth_part_time_perc": BY_TEXT["C2"].reason,
        # C alone: the withdrawn H is in the authorised total and in no rate of its own
        "auth_other_perc": BY_TEXT["C"].reason,
    }
)
"""Each published rate and the count that it is of possible sessions."""

# the three that are most of any register; the rest is counted one by one
_PLAIN = (BY_TEXT["/"].byte, BY_TEXT["\\"].byte)
_FREQUENT = bytes((NO_MARK, CLEARED, *_PLAIN))

# whose absence is persistent or severe is the Department's to say, with no least number of sessions and no setting: 10 % and 50 %
_PERSISTENT, _SEVERE, _LEAST = 10, 2, 1
_CLASSES = class_table()


def rate(sessions: int, of: int) -> float | None:
    """100 times sessions over `of`, unrounded; None of nothing."""
    return 100 * sessions / of if of else None


def count(marks: bytes) -> Counter[int]:
    """Sessions by stored byte, in a series, a page or many; sessions without a mark are left out."""
    counts = Counter(marks.translate(None, _FREQUENT))
    counts.update({byte: n for byte in _PLAIN if (n := marks.count(byte))})
    return counts


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of a group of enrolments over a period.

    `counts`: sessions by stored byte. `enrolments`: children with at least one possible session in the period;
    persistent and severe absentees are among them, each by the child's own possible sessions, the severe within the
    persistent. `missing`: sessions without a mark that ought to have one, where they are counted (see calendar/missing.py).
    Statistics of different enrolments add up.
    """

    counts: Mapping[int, int]
    enrolments: int
    persistent_absentees: int
    severe_absentees: int
    missing: int = 0

    def __add__(self, other: "Statistics") -> "Statistics":
        return Statistics(
            Counter(self.counts) + Counter(other.counts),
            self.enrolments + other.enrolments,
            self.persistent_absentees + other.persistent_absentees,
            self.severe_absentees + other.severe_absentees,
            self.missing + other.missing,
        )

    def of_class(self, *classes: StatClass) -> int:
        """Sessions whose code is of one of these classes."""
        return sum(self.counts.get(code.byte, 0) for code in CODES if code.klass in classes)

    def of_reason(self, column: str) -> int:
        """Sessions of one `reason_` column; the withdrawn F is in H's, as the Department has it."""
        return sum(self.counts.get(byte, 0) for byte in _BYTES[column])

    def columns(self) -> dict[str, int | float | None]:
        """Every column by name: the Department's in its order, then ours.

        Rates are per cent, unrounded, None without possible sessions (or, for persistent absence, enrolments).
        """
        sums = self._sums()
        rates = {name: rate(sums[column], sums["possible_sessions"]) for name, column in _RATES.items()}
        return {
            "enrolments": self.enrolments,
            **sums,
            **rates,
            "pa_perc": rate(self.persistent_absentees, self.enrolments),
            "persistent_absentees": self.persistent_absentees,
            "severe_absentees": self.severe_absentees,
            "not_possible_sessions": self.of_class(StatClass.NOT_POSSIBLE),
            "administrative_sessions": self.of_class(StatClass.ADMINISTRATIVE),
            "missing_sessions": self.missing,
            **{column: self.of_reason(column) for column in _OTHER_REASONS},
        }

    def _sums(self) -> dict[str, int]:
        present, late, aea = (
            self.of_class(StatClass.PRESENT),
            self.of_class(StatClass.LATE),
            self.of_class(StatClass.AEA),
        )
        return {
            "present_sessions": present + late,
            "overall_attendance": present + late + aea,
            "approved_educational_activity": aea,
            "overall_absence": self.of_class(*ABSENT),
            "authorised_absence": self.of_class(StatClass.AUTHORISED),
            "unauthorised_absence": self.of_class(StatClass.UNAUTHORISED),
            "late_sessions": late + self.of_reason(BY_TEXT["U"].reason),
            "possible_sessions": self.of_class(*POSSIBLE),
            "reason_present_am": self.of_reason("reason_present_am"),
            "reason_present_pm": self.of_reason("reason_present_pm"),
            "reason_present": present,
            **{column: self.of_reason(column) for column in _REASONS},
        }


NOTHING = Statistics(MappingProxyType({}), 0, 0, 0)
"""The statistics of nobody, to add to."""


def tally(children: Iterable[bytes], begin: int = 0, end: int = SLOTS) -> Statistics:
    """The statistics of children's series of stored marks, over the slots from `begin` up to, not including, `end`.

    A child is one series: for a period across two academic years, join the two years' parts first (and leave `begin`
    and `end` alone as far as they fit), else the child is two enrolments. Holds every series at once: tally page by
    page and add up.
    """
    parts = [child[begin:end] for child in children]
    standings = [standing_of(classes_of(part, _CLASSES)) for part in parts]
    enrolled = [standing for standing in standings if standing.possible]
    return Statistics(
        count(b"".join(parts)),
        len(enrolled),
        sum(is_persistent(standing, _PERSISTENT, _LEAST) for standing in enrolled),
        sum(is_severe(standing, _SEVERE, _LEAST) for standing in enrolled),
    )
