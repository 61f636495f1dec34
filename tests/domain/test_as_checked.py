"""What comes to be another in a pack after it was checked is told by its kind; days, signatures and what is worked out are not."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.sharing.domain.paper.as_checked import KINDS, as_checked
from shared.contracts.attendance import ChildRegister
from shared.contracts.enforcement import Sibling
from shared.contracts.referrals import ConcernMet
from tests.domain.paper_sample import (
    CHILD,
    FIRST,
    PROFILE,
    SCHOOL,
    TODAY,
    case,
    certificate,
    entry,
    leave,
    material,
    person,
    register,
    statement,
    wanted,
)

LATER = date(2027, 2, 20)
BEFORE = as_checked(material(), PROFILE)


def kinds(**changes: Any) -> set[str]:
    now = as_checked(material(**changes), PROFILE)
    assert now.keys() == set(KINDS)
    return {kind for kind in KINDS if now[kind] != BEFORE[kind]}


def parents(**changes: Any) -> Any:
    found = case()
    assert found.parent is not None
    return found.model_copy(update={"parent": found.parent.model_copy(update=changes)})


def last_year(code: str) -> ChildRegister:
    told = register(date(2025, 9, 3), 190, changed=False)
    first = told.sessions[0].model_copy(update={"code": code})
    return told.model_copy(update={"sessions": (first, *told.sessions[1:])})


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("child", {"person": person(forename="Another")}),
        ("child", {"person": person(born=date(2011, 1, 1))}),
        ("child", {"person": person(upn="B801200005999")}),
        ("chronology", {"case": case(entries=(*case().entries, entry(LATER, parents=("p1",))))}),
        ("chronology", {"case": case(entries=(*case().entries, entry(LATER, tells="needs")))}),
        ("chronology", {"case": case(child_view="Nothing.")}),
        ("letters", {"case": case(letters=())}),
        ("leave", {"case": case(leave=(leave(),))}),
        ("siblings", {"case": case(siblings=())}),
        ("siblings", {"case": case(siblings=(Sibling(child=CHILD[::-1], school=SCHOOL),))}),
        ("particulars of parents", {"case": parents(telephones=("07700 900199",))}),
        ("particulars of parents", {"case": case(other_parents=())}),
        ("concerns", {"case": case(concerns=(ConcernMet(rule="another", raised_on=FIRST, figures={}),))}),
        ("notices", {"notices": material().notices.model_copy(update={"asked": ()})}),
        ("other registers", {"last_year": last_year("O")}),
        ("particulars", {"case": case(officer=None)}),
        ("particulars", {"company": "Another company"}),
    ],
)
def test_each_change_is_of_its_kind(kind: str, changes: dict[str, Any]) -> None:
    assert kinds(**changes) == {kind}


def test_a_late_mark_of_the_morning_is_not_one_of_the_afternoon() -> None:
    told = register(date(2025, 9, 3), 190, changed=False)
    one, two = (
        [mark.model_copy(update={"code": "O"}) if place == number else mark for number, mark in enumerate(told.sessions)]
        for place in (0, 1)
    )
    prints = [as_checked(material(last_year=told.model_copy(update={"sessions": tuple(marks)})), PROFILE) for marks in (one, two)]
    assert prints[0]["other registers"] != prints[1]["other registers"]


@pytest.mark.parametrize(
    "changes",
    [
        {"created": TODAY + timedelta(days=3)},
        {"certificate": None},
        {"certificate": certificate(frozen_at=certificate().frozen_at + timedelta(days=1))},
        {"statement": statement(signed=None)},
        {"checked": None, "approved": None},
        {"items": ()},
        {"authority_name": "As it is called since it is on the bus"},
        {"this_year": register(number=118)},
        {"case": case(entries=case().entries[::-1])},
    ],
    ids="-".join,
)
def test_days_signatures_and_what_is_worked_out_are_no_change(changes: dict[str, Any]) -> None:
    assert kinds(**changes) == set()


def test_the_certificates_own_marks_are_compared_as_sessions() -> None:
    told = register()
    inside = tuple(mark.model_copy(update={"code": "G"}) for mark in told.sessions)
    assert kinds(this_year=told.model_copy(update={"sessions": inside})) == set()
    before = wanted(first=FIRST + timedelta(days=30))
    one, other = (
        as_checked(material(wanted=before, this_year=told.model_copy(update={"sessions": marks})), PROFILE)
        for marks in (told.sessions, inside)
    )
    assert {kind for kind in KINDS if one[kind] != other[kind]} == {"other registers"}


def test_a_pack_that_cannot_be_laid_out_is_compared_with_nothing() -> None:
    assert as_checked(material(person=person(born=None)), PROFILE) == {}
