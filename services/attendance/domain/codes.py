"""The register codes of schools in England, each with its statistical class, its reason column and its stored byte.

Source: School Attendance (Pupil Registration) (England) Regulations 2024 (SI 2024/208) reg. 10, Tables 1 to 3, in force
since 19 August 2024; classes as the Department for Education counts them in "Pupil attendance in schools". A withdrawn
code still arrives years later, and the Department goes on counting it by its old class (H as authorised, J as approved
activity), so a class belongs to a code and not to a date: the interview moved from attended to absent, from J to J1.

The byte of a code is a stored format: never changed, never given to another code. 0 is no mark.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from types import MappingProxyType

NO_MARK = 0
"""The byte of a session for which nothing has been received."""

CLEARED = ord("-")
"""The byte of a session that is said to have no mark: it is missing, and what stood before is kept. No code, so of no class."""

REGULATIONS_2024 = date(2024, 8, 19)
"""The day on which SI 2024/208 came into force."""

_LAST_DAY_OF_OLD_SET = date(2024, 8, 18)
# F was withdrawn from the spring 2014 census, which collects the autumn before: 1 August to 31 December 2013.
_LAST_DAY_OF_F = date(2013, 7, 31)

NOT_MARKS = frozenset({"", "-", "@", "&", "!"})
"""What school systems export for no statutory mark: no mark, do not use, in school but not in class, none required. Each says that the
session has no mark: one that stood is cleared."""


class StatClass(IntEnum):
    """How a session counts. The number is the class byte of `CLASS_TABLE`; 0 there is no mark or no code."""

    PRESENT = 1
    LATE = 2
    AEA = 3
    AUTHORISED = 4
    UNAUTHORISED = 5
    NOT_POSSIBLE = 6
    ADMINISTRATIVE = 7


ATTENDED = frozenset({StatClass.PRESENT, StatClass.LATE, StatClass.AEA})
"""L is present: late_sessions counts it again, it is no class of absence."""

ABSENT = frozenset({StatClass.AUTHORISED, StatClass.UNAUTHORISED})
POSSIBLE = ATTENDED | ABSENT
"""Possible sessions = attendance + absence: exact in every row that the Department publishes."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is written in registers.

    `reason` is the Department's column for classes inside possible sessions; it publishes none for the others, whose
    names are ours in its manner. `first` and `last` are the days between which the code could be entered, both
    included; None is open. `ahead`: whether it may be entered for a session that is yet to come.
    """

    text: str
    byte: int
    klass: StatClass
    meaning: str
    reason: str
    first: date | None = None
    last: date | None = None
    ahead: bool = False

    def in_use(self, on: date) -> bool:
        """Whether the code could be entered for a session of that day."""
        return (self.first is None or self.first <= on) and (self.last is None or on <= self.last)


_AHEAD = frozenset({"K", "V", "P", "W", "B", "D", "C", "C1", "C2", "E", "J1", "M", "R", "S", "T", "X", "Y3", "Y4", "Y5", "Y6", "Z", "#"})
"""Codes that may be entered for a session to come: what somebody has arranged, granted or decided beforehand.

Arranged: education, visit, sport or work elsewhere, the other school's day, an appointment, an interview, a place not yet taken up.
Granted: leave, a part-time timetable, study leave, a religious day, a travelling family, a day not required. Decided: a suspension, a
sentence, a closure of the site or of a part of it, a quarantine, a holiday. What is left says that a child came, or that its absence took
the school by surprise (illness, no reason yet, unauthorised, transport, travel, no access, any other cause): nobody knows that beforehand.
The regulations do not list them; this is our reading of what each code's row in SI 2024/208 reg. 10 presupposes."""


def _code(text: str, byte: str, klass: StatClass, meaning: str, reason: str) -> Code:
    return Code(text, ord(byte), klass, meaning, reason, ahead=text in _AHEAD)


def _new(text: str, byte: str, klass: StatClass, meaning: str, reason: str) -> Code:
    return Code(text, ord(byte), klass, meaning, reason, first=REGULATIONS_2024, ahead=text in _AHEAD)


def _old(text: str, klass: StatClass, meaning: str, reason: str, last: date = _LAST_DAY_OF_OLD_SET) -> Code:
    return Code(text, ord(text), klass, meaning, reason, last=last)


_PRESENT, _LATE, _AEA = StatClass.PRESENT, StatClass.LATE, StatClass.AEA
_AUTH, _UNAUTH = StatClass.AUTHORISED, StatClass.UNAUTHORISED
_NOT, _ADMIN = StatClass.NOT_POSSIBLE, StatClass.ADMINISTRATIVE

CURRENT: tuple[Code, ...] = (
    _code("/", "/", _PRESENT, "Present, morning", "reason_present_am"),
    _code("\\", "\\", _PRESENT, "Present, afternoon", "reason_present_pm"),
    _code("L", "L", _LATE, "Late, before the register closed", "reason_l_present_late_before_registers_closed"),
    _new("K", "K", _AEA, "Education arranged by the local authority", "reason_k_aea_education_arranged_by_la"),
    _code("V", "V", _AEA, "Educational visit or trip", "reason_v_aea_educational_visit_trip"),
    _code("P", "P", _AEA, "Approved sporting activity", "reason_p_aea_approved_sporting_activity"),
    _code("W", "W", _AEA, "Work experience", "reason_w_aea_work_experience"),
    _code("B", "B", _AEA, "Other approved educational activity", "reason_b_aea_education_off_site"),
    _code("C", "C", _AUTH, "Leave in exceptional circumstances", "reason_c_authorised_other"),
    _new("C1", "c", _AUTH, "Leave for a regulated performance", "reason_c1_authorised_regulated_performance"),
    _new("C2", "d", _AUTH, "Part-time timetable", "reason_c2_authorised_temp_reduced_timetable"),
    _code("E", "E", _AUTH, "Suspended or permanently excluded", "reason_e_authorised_excluded"),
    _code("I", "I", _AUTH, "Illness", "reason_i_authorised_illness"),
    _new("J1", "j", _AUTH, "Interview for a job or another school", "reason_j1_authorised_interview"),
    _code("M", "M", _AUTH, "Medical or dental appointment", "reason_m_authorised_medical_dental"),
    _code("R", "R", _AUTH, "Religious observance", "reason_r_authorised_religious_observance"),
    _code("S", "S", _AUTH, "Study leave for a public examination", "reason_s_authorised_study_leave"),
    _code("T", "T", _AUTH, "Parent travelling for work", "reason_t_authorised_mobile_child"),
    _code("G", "G", _UNAUTH, "Holiday not granted", "reason_g_unauthorised_holiday"),
    _code("N", "N", _UNAUTH, "Reason not yet established", "reason_n_no_reason_yet"),
    _code("O", "O", _UNAUTH, "Other or unknown circumstances", "reason_o_other_unauthorised"),
    _code("U", "U", _UNAUTH, "Arrived after the register closed", "reason_u_unauthorised_late_after_registers_closed"),
    _code("D", "D", _NOT, "Dual registered, due at the other school", "reason_d_not_possible_dual_registered"),
    _new("Q", "Q", _NOT, "No access arrangements by the authority", "reason_q_not_possible_no_access_arrangements"),
    _code("X", "X", _NOT, "Not of compulsory school age, not required", "reason_x_not_possible_not_required"),
    _new("Y1", "1", _NOT, "Transport normally provided not available", "reason_y1_not_possible_transport"),
    _new("Y2", "2", _NOT, "Widespread travel disruption", "reason_y2_not_possible_travel_disruption"),
    _new("Y3", "3", _NOT, "Part of the premises closed", "reason_y3_not_possible_premises_part_closed"),
    _new("Y4", "4", _NOT, "Whole site unexpectedly closed", "reason_y4_not_possible_site_closed"),
    _new("Y5", "5", _NOT, "In criminal justice detention", "reason_y5_not_possible_detention"),
    _new("Y6", "6", _NOT, "Public health guidance or law", "reason_y6_not_possible_public_health"),
    _new("Y7", "7", _NOT, "Other unavoidable cause", "reason_y7_not_possible_unavoidable_cause"),
    _code("Z", "Z", _ADMIN, "Not yet on the admission register", "reason_z_administrative_not_on_register"),
    _code("#", "#", _ADMIN, "Planned whole-school closure", "reason_hash_administrative_planned_closure"),
)
"""The 34 codes of SI 2024/208."""

WITHDRAWN: tuple[Code, ...] = (
    _old("H", _AUTH, "Agreed family holiday (withdrawn)", "reason_h_authorised_holiday"),
    _old("J", _AEA, "Interview (withdrawn)", "reason_j_aea_interview"),
    _old("Y", _NOT, "Exceptional circumstances (withdrawn)", "reason_y_not_possible_exceptional"),
    # the Department folded F into H
    _old("F", _AUTH, "Agreed extended holiday (withdrawn)", "reason_h_authorised_holiday", last=_LAST_DAY_OF_F),
)
"""Codes that may no longer be entered, and still arrive."""

CODES: tuple[Code, ...] = CURRENT + WITHDRAWN

BY_TEXT: Mapping[str, Code] = MappingProxyType({code.text: code for code in CODES})
BY_BYTE: Mapping[int, Code] = MappingProxyType({code.byte: code for code in CODES})


def find(text: str) -> Code | None:
    """The code that a register means, None when there is none. Surrounding spaces and lower case are forgiven."""
    text = text.strip()
    # ASCII only: the capital of the Turkish dotless i is I, and nobody meant illness
    return BY_TEXT.get(text.upper()) if text.isascii() else None


def table(value: Mapping[int, int]) -> bytes:
    """256 bytes for `bytes.translate`: each code's byte to its value, every other byte to 0."""
    return bytes(value.get(byte, 0) for byte in range(256))


CLASS_TABLE = table({code.byte: int(code.klass) for code in CODES})
"""`marks.translate(CLASS_TABLE)` is the statistical class of every session of a series; 0 where there is no mark."""
