"""What the demo's officer writes is what the services take of an officer, and no two reasons are the same."""

from pydantic import TypeAdapter

from deploy.demo.entries import REASONS, entries
from services.referrals.api.interventions import InterventionBody
from services.sharing.api.pack_acts import Reason
from services.sharing.domain.demands import RULES

CHILD = "6f1e2d3c4b5a69788796a5b4"


def test_each_entry_names_the_parent_with_whom_it_was() -> None:
    for told in entries(CHILD):
        entry = InterventionBody.model_validate(told)
        assert [one.parent for one in entry.people] == [f"{CHILD}.1"]


def test_each_rule_is_let_pass_for_a_reason_of_its_own() -> None:
    reasons = [TypeAdapter(Reason).validate_python(why) for why in REASONS.values()]
    assert len(set(reasons)) == len(reasons)
    assert REASONS.keys() <= set(RULES)
