"""What may be told: the table allows an LA its enforcement pack, and everything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain import policy

PURPOSES = ("penalty notice", "prosecution")


@pytest.mark.parametrize("purpose", PURPOSES)
def test_an_authority_may_have_the_whole_pack_for_either_measure(purpose: str) -> None:
    decision = policy.decide("local authority", policy.PACK, purpose)
    assert decision.allowed
    assert decision.bases.keys() == set(policy.PACK)
    assert all("Education Act 1996 s.444" in basis and "Art. 6(1)(e)" in basis for basis in decision.bases.values())


def test_what_may_show_health_or_an_offence_has_a_basis_for_that() -> None:
    bases = policy.decide("local authority", policy.PACK, "prosecution").bases
    assert "Art. 9(2)(g)" in bases["attendance certificate"]
    assert "Art. 9(2)(g)" in bases["chronology"]
    assert "Art. 9(2)(g)" not in bases["identity of the child"]


@given(agency=st.text(), purpose=st.sampled_from(PURPOSES))
def test_another_agency_is_told_nothing(agency: str, purpose: str) -> None:
    decision = policy.decide(agency, policy.PACK, purpose)
    assert decision.allowed == (agency == "local authority")
    assert decision.allowed or decision.refused == policy.PACK


@given(purpose=st.text().filter(lambda text: text not in PURPOSES))
def test_another_purpose_opens_nothing(purpose: str) -> None:
    assert not policy.decide("local authority", policy.PACK, purpose).allowed


def test_one_category_too_many_refuses_the_whole_and_is_named() -> None:
    decision = policy.decide("local authority", (*policy.PACK, "conversation notes"), "prosecution")
    assert not decision.allowed
    assert decision.refused == ("conversation notes",)


def test_an_empty_table_allows_nothing() -> None:
    assert policy.decide("local authority", policy.PACK, "prosecution", ()).refused == policy.PACK


def test_no_row_stands_twice() -> None:
    rows = [(row.agency, row.category, row.purpose) for row in policy.TABLE]
    assert len(rows) == len(set(rows))
