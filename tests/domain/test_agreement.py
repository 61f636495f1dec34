"""What a school's agreement lets be kept of a roll."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.agreement import allowed, keep_agreed, missing
from services.attendance.domain.headers import OPTIONAL, PARENT_FIELDS, SCHOOL
from services.attendance.domain.roll_book import fields_of, new_entry, tell
from services.attendance.domain.roll_row import Cell, RollRow
from shared.agreement import AGREEABLE, Agreed

ADA, BEN = "B801200005001", "H801200001001"
PARENT: dict[str, Cell] = {"name": "Bea Testerly", "address": "1 Quay", "address confidential": True, "phone": "01632 960001"}
DETAILS: dict[str, Cell] = {"entry date": "2026-09-14", "sex": "F", "address": "2 Cockle Lane", "looked after": False, "health needs": None}


def row(upn: str) -> RollRow:
    return RollRow(upn, "Testerly", "Ada", date(2015, 4, 30), "6", dict(DETAILS), {1: dict(PARENT), 2: {"name": "Cy Testerly"}})


def test_every_optional_column_is_identity_or_can_be_agreed() -> None:
    agreed = allowed(AGREEABLE)
    assert {name for name in OPTIONAL["roll"] if not name.startswith("parent ")} <= agreed | {"pupil id", "former UPN", *SCHOOL}
    assert {f"parent {name}" for name in PARENT_FIELDS} <= agreed


def test_by_default_only_who_they_are_is_kept_and_the_rest_counted() -> None:
    (ada, ben), dropped = keep_agreed([row(ADA), row(BEN)], (), {BEN})
    assert (ada.details, ada.parents) == ({"entry date": "2026-09-14"}, {})
    assert ben == row(BEN)
    names = ["address", "looked after", "parent address", "parent address confidential", "parent name", "parent phone", "sex"]
    assert dropped == dict.fromkeys(names, 1), "an empty cell holds nothing that could be dropped"


@given(agreement=st.sets(st.sampled_from(AGREEABLE)))
def test_nothing_is_kept_that_is_not_listed_and_a_confidential_address_stays_known_as_one(agreement: set[Agreed]) -> None:
    (ada,), dropped = keep_agreed([row(ADA)], agreement, set())
    kept = set(ada.details) | {f"parent {name}" for parent in ada.parents.values() for name in parent}
    beside = {"entry date", "parent address confidential"}
    assert kept <= agreement | beside
    assert not agreement & set(dropped)
    addresses = bool({"address", "parent address"} & agreement)
    assert ("parent address confidential" in kept) is addresses
    assert ("parent address confidential" in dropped) is not addresses


def test_a_child_with_a_case_is_asked_for_until_a_roll_says_so_much_as_nothing() -> None:
    entry = new_entry(ADA)
    assert missing(None) == missing(entry) == list(AGREEABLE)
    tell(entry, 1, fields_of(row(ADA)))
    assert missing(entry) == ["special educational needs", "parent relationship", "parent date of birth", "parent email"]
