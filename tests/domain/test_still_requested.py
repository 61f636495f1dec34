"""A parent whose packs were given up is not said to have a request of their own."""

from services.sharing.domain.gathered import still_requested
from tests.domain import readiness_sample as sample


def test_a_request_that_was_given_up_is_none() -> None:
    father, aunt = (sample.parent(parent=one, ref=None, records=(f"{one}-before",), requested=True) for one in ("p2", "p3"))
    case = sample.case(other_parents=(father, aunt))
    assert still_requested(case, frozenset()) == case
    after = still_requested(case, frozenset({"p2-before"})).other_parents
    assert [(one.parent, one.requested) for one in after] == [("p2", False), ("p3", True)], "by an earlier record too"
