"""The Department's published session counts, England 2025/26, as shares of possible sessions.

Source: DfE, "Pupil attendance in schools" (Open Government Licence v3.0); see the README beside this file.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Phase = Literal["Primary", "Secondary", "Special"]

COLUMN = {
    "L": "reason_l_present_late_before_registers_closed",
    "B": "reason_b_aea_education_off_site",
    "P": "reason_p_aea_approved_sporting_activity",
    "V": "reason_v_aea_educational_visit_trip",
    "W": "reason_w_aea_work_experience",
    "K": "reason_k_aea_education_arranged_by_la",
    "I": "reason_i_authorised_illness",
    "M": "reason_m_authorised_medical_dental",
    "R": "reason_r_authorised_religious_observance",
    "S": "reason_s_authorised_study_leave",
    "T": "reason_t_authorised_mobile_child",
    "E": "reason_e_authorised_excluded",
    "C": "reason_c_authorised_other",
    "C1": "reason_c1_authorised_regulated_performance",
    "C2": "reason_c2_authorised_temp_reduced_timetable",
    "J1": "reason_j1_authorised_interview",
    "G": "reason_g_unauthorised_holiday",
    "U": "reason_u_unauthorised_late_after_registers_closed",
    "O": "reason_o_other_unauthorised",
    "N": "reason_n_no_reason_yet",
}
"""The codes that the sample draws. The withdrawn H and J are left out: a few hundred sessions in all of England."""

ABSENT = frozenset({"I", "M", "R", "S", "T", "E", "C", "C1", "C2", "J1", "G", "U", "O", "N"})
UNAUTHORISED = frozenset("GUON")
ATTENDING = frozenset("LBPVWK")
NOT_POSSIBLE = frozenset({"D", "Y4"})
"""What the sample uses of the codes that do not count as possible sessions."""


@dataclass(frozen=True)
class Mix:
    """Shares are fractions of possible sessions by code; the rates are the Department's printed percentages."""

    shares: dict[str, float]
    absence_perc: float
    persistent_perc: float


@cache
def mixes() -> dict[str, Mix]:
    """By phase: Primary, Secondary, Special and Total."""
    path = Path(__file__).with_name("dfe_session_counts_2025_26.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["education_phase"]: _mix(row) for row in csv.DictReader(file)}


def _mix(row: dict[str, str]) -> Mix:
    possible = int(row["possible_sessions"])
    shares = {code: int(row[column]) / possible for code, column in COLUMN.items()}
    return Mix(shares, float(row["overall_absence_perc"]), float(row["pa_perc"]))
