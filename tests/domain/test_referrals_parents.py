"""What the roll says of parents, what officers say, and whose word stands."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.flags import Word
from services.referrals.domain.parent import Link, Parent, changed, relinked, taken, without
from services.referrals.domain.roll_parents import followed, settled
from services.referrals.domain.same_person import Same, group
from shared.contracts.attendance import Carer

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
SAID = Word(by="officer-sen", at=AT, why="by telephone")
MOTHER = Carer(parent="c.1", name="Ms Alex Larkfield", relationship="mother", address="1 Example Street", phone="01632 960111")
FATHER = Carer(parent="c.2", name="Mr Jo Larkfield", relationship="father", address="2 Example Street")


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"p{next(numbers)}"


def hear(held: Sequence[Parent], *carers: Carer, new_id: Callable[[], str] | None = None) -> list[Parent]:
    """The records after a roll, changed or not."""
    after = followed(held, "100001", "c", carers, AT, new_id or ids())
    new = {parent.id: parent for parent in after.parents}
    return [new.pop(parent.id, parent) for parent in held] + list(new.values())


def test_the_first_roll_makes_a_parent_of_each_carer_with_a_link() -> None:
    after = followed((), "100001", "c", (MOTHER, FATHER), AT, ids())
    assert [(one.name, one.refs, one.telephones) for one in after.parents] == [
        ("Ms Alex Larkfield", ("c.1",), ("01632 960111",)),
        ("Mr Jo Larkfield", ("c.2",), ()),
    ]
    assert [(link.parent, link.child, link.relationship) for link in after.links] == [("p1", "c", "mother"), ("p2", "c", "father")]
    assert {(told.source, told.who) for one in after.parents for told in one.fields.values()} == {("school", "100001")}


def test_a_parent_is_found_by_name_whatever_the_place() -> None:
    held = hear((), MOTHER, FATHER)
    swapped = hear(held, FATHER.model_copy(update={"parent": "c.1"}), MOTHER.model_copy(update={"parent": "c.2", "phone": "01632 960222"}))
    assert [(one.name, one.refs) for one in swapped] == [("Ms Alex Larkfield", ("c.2",)), ("Mr Jo Larkfield", ("c.1",))]
    assert swapped[0].telephones == ("01632 960222",), "the roll's own word follows the roll"
    assert [step.field for step in swapped[0].trail] == ["telephones"]


def test_father_and_son_of_one_name_stay_two() -> None:
    carers = (MOTHER, MOTHER.model_copy(update={"parent": "c.2", "phone": "01632 960999"}))
    held = hear((), *carers)
    again = hear(held, *carers)
    assert [one.refs for one in held] == [("c.1",), ("c.2",)]
    assert again == held


def test_what_an_officer_changed_is_only_suggested_otherwise() -> None:
    [mother] = hear((), MOTHER)
    told = changed(mother, {"telephones": ("01632 960333",)}, SAID)
    [same] = hear([told], MOTHER)
    assert (same.telephones, same.suggestions()) == (("01632 960333",), {}), "the officer knew what the roll said"
    [otherwise] = hear([same], MOTHER.model_copy(update={"phone": "01632 960444"}))
    assert (otherwise.telephones, otherwise.suggestions()) == (("01632 960333",), {"telephones": ("01632 960444",)})
    left = taken(otherwise, "telephones", SAID, take=False)
    assert (left.telephones, left.suggestions()) == (("01632 960333",), {})
    took = taken(otherwise, "telephones", SAID, take=True)
    assert (took.telephones, took.suggestions()) == (("01632 960444",), {})


def test_another_name_in_the_place_is_a_doubt_until_somebody_says() -> None:
    held = hear((), MOTHER)
    married = MOTHER.model_copy(update={"name": "Mrs Alex Ashdown", "phone": "01632 960555"})
    [doubted] = hear(held, married)
    assert (doubted.name, doubted.telephones, list(doubted.doubts)) == ("Ms Alex Larkfield", ("01632 960111",), ["c"])
    assert hear([doubted], married) == [doubted], "the same roll again changes nothing"
    [same] = settled(doubted, "c", SAID, ids(), same=True).parents
    assert (same.name, same.telephones, same.doubts, same.refs) == ("Mrs Alex Ashdown", ("01632 960555",), {}, ("c.1",))
    assert same.is_called("Ms Alex Larkfield"), "and is known by either name"
    other = settled(doubted, "c", SAID, lambda: "p9", same=False)
    assert [(one.id, one.name, one.refs) for one in other.parents] == [
        ("p1", "Ms Alex Larkfield", ()),
        ("p9", "Mrs Alex Ashdown", ("c.1",)),
    ]
    assert [link.parent for link in other.links] == ["p9"]
    [back] = hear([doubted], MOTHER)
    assert back.doubts == {}


def test_who_is_no_longer_on_the_roll_stays_and_has_no_place() -> None:
    held = hear((), MOTHER, FATHER)
    [mother, father] = hear(held, MOTHER)
    assert (mother.refs, father.refs, father.name) == (("c.1",), (), "Mr Jo Larkfield")


def test_an_address_that_the_roll_hides_is_taken_out_and_stays_hidden() -> None:
    [mother] = hear((), MOTHER)
    [hidden] = hear([mother], MOTHER.model_copy(update={"address": None, "address_confidential": True}))
    assert (hidden.hides_address, hidden.value("address")) == (True, None)
    assert hidden.addresses == ("1 Example Street",), "known still as what must not be told"
    assert changed(hidden, {"address confidential": False}, SAID).hides_address, "no officer shows what the roll hides"


def test_a_child_who_goes_takes_the_places_on_its_roll_along() -> None:
    [mother] = hear((), MOTHER)
    assert without(mother, "c").refs == ()


def test_a_letter_goes_to_nobody_who_may_not_be_written_to() -> None:
    link = Link(parent="p", child="c", school="100001", said=SAID)
    today = AT.date()
    assert link.may_be_lettered(today)
    ordered = relinked(link, {"court_order": "no contact with the child"}, SAID)
    assert not ordered.may_be_lettered(today), "an order stands and nobody has said that letters may go"
    assert relinked(ordered, {"may_be_written_to": "yes"}, SAID).may_be_lettered(today)
    assert not relinked(link, {"may_be_written_to": "no"}, SAID).may_be_lettered(today)
    assert not relinked(link, {"until": today - timedelta(1)}, SAID).may_be_lettered(today)
    assert [one.court_order for one in relinked(ordered, {"court_order": None}, SAID).trail] == [None, "no contact with the child"]


CARERS = st.lists(
    st.builds(
        Carer,
        parent=st.just("c.0"),
        name=st.sampled_from(["Ms Larkfield", "Mr Larkfield", "Mx Ashdown"]),
        phone=st.sampled_from([None, "01632 960111", "01632 960222"]),
        address=st.sampled_from([None, "1 Example Street"]),
        address_confidential=st.booleans(),
    ),
    max_size=4,
).map(lambda found: tuple(one.model_copy(update={"parent": f"c.{place}"}) for place, one in enumerate(found, 1)))


@given(st.lists(CARERS, max_size=6))
def test_rolls_in_any_number_leave_each_carer_one_record_and_the_last_word_again_changes_nothing(rolls: list[tuple[Carer, ...]]) -> None:
    held: list[Parent] = []
    new_id = ids()
    for carers in rolls:
        held = hear(held, *carers, new_id=new_id)
        refs = [ref for one in held for ref in one.refs]
        assert len(refs) == len(set(refs)), "a place on the roll is one parent's"
        assert {carer.parent for carer in carers} <= {*refs, *(doubt.ref for one in held for doubt in one.doubts.values())}
        assert followed(held, "100001", "c", carers, AT, new_id).parents == ()
        for carer in carers:
            if carer.address_confidential:
                assert any(one.is_called(carer.name) and one.hides_address for one in held) or any(one.doubts for one in held)


def test_one_person_is_said_and_taken_back_through_any_chain() -> None:
    first = Same(parents=("a", "b")).with_step("same", SAID)
    second = Same(parents=("b", "c")).with_step("same", SAID)
    assert group("a", [first, second]) == {"a", "b", "c"}
    apart = second.with_step("apart", SAID)
    assert group("a", [first, apart]) == {"a", "b"}
    assert [step.state for step in apart.steps] == ["same", "apart"]
    assert apart.with_step("apart", SAID) is apart
