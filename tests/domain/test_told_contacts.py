"""What officers were told of contacts, over what the rolls say."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.roll_book import fields_now, new_entry, of_one, person, tell
from services.attendance.domain.told_contacts import heard, over, trail
from shared.contracts.referrals import ContactSaid

DAY = date(2026, 11, 20)
ROLL: dict[str, Any] = {
    "surname": "Marsh",
    "address": "1 Example Street",
    "1 name": "Alex Marsh",
    "1 phone": "01632 960001",
    "2 name": "Jo Reed",
}
NEW = ContactSaid(parent="c.1", field="phone", value="07700 900123")


def test_an_officers_word_stands_until_a_roll_says_something_else() -> None:
    told = heard({}, "i", [NEW, ContactSaid(field="address"), ContactSaid(parent="c.2", field="email", value="jo@example.org")], DAY, ROLL)
    known = over(told, ROLL)
    assert (known["1 phone"], known["address"], known["2 email"]) == ("07700 900123", "1 Example Street", "jo@example.org")
    turned = {**ROLL, "1 name": "Jo Reed", "2 name": "ALEX MARSH", "2 phone": "01632 960001", "1 phone": None}
    assert over(told, turned)["2 phone"] == "07700 900123", "a parent is known by name, in whatever place"
    assert over(told, {**ROLL, "1 phone": "01632 960777"})["1 phone"] == "01632 960777", "the school's is newer"
    gone = {**ROLL, "1 name": "Sam Other"}
    assert over(told, gone)["1 phone"] == "01632 960001", "another person's telephone is not changed"
    assert [(one.parent, one.field, one.what, one.counts) for one in trail("c", told, ROLL)] == [
        (None, "address", "confirmed", True),
        ("c.1", "phone", "changed", True),
        ("c.2", "email", "changed", True),
    ]
    assert [one.counts for one in trail("c", told, gone)] == [True, False, True]


def test_the_latest_of_two_words_counts_and_one_taken_back_leaves_the_other() -> None:
    first = heard({}, "a", [NEW], DAY, ROLL)
    both = heard(first, "b", [NEW.model_copy(update={"value": "07700 900999"})], date(2026, 11, 21), ROLL)
    assert over(both, ROLL)["1 phone"] == "07700 900999"
    assert over(heard(both, "b", (), DAY, ROLL), ROLL)["1 phone"] == "07700 900123"
    assert heard(heard(both, "b", (), DAY, ROLL), "a", (), DAY, ROLL) == {}


words = st.lists(
    st.builds(ContactSaid, parent=st.sampled_from([None, "c.1", "c.2", "c.9"]), field=st.just("phone"), value=st.none() | st.just("x"))
)


@given(st.lists(st.tuples(st.sampled_from("abc"), words), max_size=6), st.data())
def test_the_last_word_of_each_entry_counts_however_often_and_in_whatever_order_entries_come(
    said: list[tuple[str, list[ContactSaid]]], data: st.DataObject
) -> None:
    last = dict(said)
    told: dict[str, Any] = {}
    for entry in data.draw(st.permutations([*last, *last])):
        told = heard(told, entry, last[entry], DAY, ROLL)
    assert told.keys() <= last.keys()
    assert over(told, ROLL) == over({entry: told[entry] for entry in sorted(told)}, ROLL)


def test_a_confidential_address_stays_hidden_whatever_an_officer_was_told() -> None:
    entry = new_entry("A801000026111")
    tell(entry, 1, {**ROLL, "1 address": "2 Refuge Lane", "1 address confidential": True})
    entry["told"] = heard({}, "i", [ContactSaid(parent="c.1", field="address", value="3 Refuge Lane"), NEW], DAY, fields_now(entry))
    alex = person("c", entry).carers[0]
    assert (alex.address, alex.address_confidential, alex.phone) == (None, True, "07700 900123")
    joined = of_one([entry, new_entry("A801000026112")])
    assert person("c", joined).carers[0].phone == "07700 900123"


def test_a_parent_is_known_by_name_whether_or_not_the_accent_is_written() -> None:
    told = heard({}, "i", [NEW], DAY, {**ROLL, "1 name": "Alexé Marsh"})
    assert over(told, {**ROLL, "1 name": "Alexe\u0301 MARSH"})["1 phone"] == "07700 900123"
    (line,) = told["i"]
    told = {"i": [["alexémarsh", *line[1:]]]}  # as it was kept when accents counted
    assert over(told, {**ROLL, "1 name": "Alexe Marsh"})["1 phone"] == "07700 900123"
