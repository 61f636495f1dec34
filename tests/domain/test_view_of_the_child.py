"""Whether what a child has said of its own goes with the pack."""

from datetime import date

from services.sharing.domain.readiness import judge
from tests.domain import readiness_sample as sample
from tests.domain.readiness_sample import NATIONAL, item, material
from tests.domain.test_sharing_readiness import lacking, profile_with


def test_a_view_of_the_child_that_is_recorded_is_reviewed_or_somebody_says_why_not() -> None:
    rule, day = "view of the child", date(2027, 1, 20)
    none = {one.rule for one in judge(material(), NATIONAL)}
    assert rule not in none, "of a child who has said nothing, nationally, nothing is asked"
    assert item(rule, case=sample.case(child_view="Mornings are loud.")).met
    found = lacking(rule, case=sample.case(child_view="Mornings are loud.", view_not_reviewed=day))
    assert (found.may_be_overridden, "is on record of 20 January 2027 that nobody has reviewed" in found.says) == (True, True)
    always = profile_with("view_of_the_child", asked_for="always")
    assert lacking(rule, profile=always).says == "No view of the child's own is on record."
    assert item(rule, profile=always, case=sample.case(child_view="Mornings are loud.")).met
