"""A confidential address of a child's parent or carer, from the roll to the pack: it arrives in no part of it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.attendance.domain.confidential import withheld
from services.attendance.domain.roll_book import Entry, fields_of, new_entry, person, tell
from services.attendance.domain.roll_row import Cell, RollRow
from services.sharing.domain.paper.assemble import assemble
from shared.contracts.attendance import Withheld
from shared.pack.document import Pack
from shared.pack.parts import MAY_BE_CONFIDENTIAL, WITHHELD, WORDS_LEFT_OUT
from tests.domain import paper_sample as sample
from tests.domain.paper_sample import CHILD, HOME

REFUGE = "7 Refuge Lane ZZ9 9ZZ"
ELSEWHERE = "2 Cockle Lane, Example Haven, ZZ99 4AA"


def parent(name: str | None, address: str | None = HOME, confidential: bool | None = None) -> dict[str, Cell]:
    return {"name": name, "relationship": None, "address": address, "address confidential": confidential}


def on_roll(*parents: dict[str, Cell], home: str | None = HOME) -> Entry:
    row = RollRow("B801200005001", "Tregear", "Merryn", date(2013, 3, 9), "9", {"address": home}, dict(enumerate(parents, 1)))
    entry = new_entry(row.keys[0])
    tell(entry, 1, fields_of(row))
    return entry


def packed(entry: Entry, *said: str, place: int = 1) -> Pack:
    """The pack about the parent in that place, with one contact in whose outcome the officer wrote this."""
    case = sample.case(entries=tuple(sample.entry(date(2026, 10, 12), outcome=outcome) for outcome in said), parent=None, other_parents=())
    return assemble(
        sample.material(
            case=case,
            person=person(CHILD, entry),
            withheld=withheld(CHILD, [entry]),
            wanted=sample.wanted(parent=f"{CHILD}.{place}"),
            statement=None,
            siblings=(),
        ),
        sample.PROFILE,
    )


def text_of(pack: Pack) -> str:
    return pack.as_json().decode()


@pytest.mark.parametrize("said", [f"Met her at {REFUGE}.", "Lives at 7, Refuge Lane now.", "She said zz99zz."])
def test_the_other_parents_confidential_address_in_what_the_officer_wrote(said: str) -> None:
    """The pack's own parent lives in the open."""
    pack = packed(on_roll(parent("Jory Tregear"), parent("Elowen Tregear", REFUGE, True)), said)
    assert pack.to_be_served.chronology[0].outcome == f"[{WORDS_LEFT_OUT}]"
    for part in ("Refuge", "9ZZ", "99ZZ", "zz99zz"):
        assert part not in text_of(pack)
    assert (pack.for_the_authority.child.address, pack.for_the_authority.parent.address) == (HOME, HOME)


def test_the_packs_own_parents_confidential_address_in_what_the_officer_wrote() -> None:
    pack = packed(on_roll(parent("Jory Tregear", REFUGE, True)), f"Seen at {REFUGE}.")
    assert pack.for_the_authority.parent.address == WITHHELD
    assert "Refuge" not in text_of(pack)


@pytest.mark.parametrize("confidential", [HOME, "14 pilchard row; Example Haven ZZ993WZ", "14 Pilchard Row, ZZ99 3WZ"])
def test_two_parents_at_one_address_that_is_confidential_for_one_of_them(confidential: str) -> None:
    pack = packed(on_roll(parent("Jory Tregear"), parent("Elowen Tregear", confidential, True)), f"Visited {HOME}.")
    assert (pack.for_the_authority.child.address, pack.for_the_authority.parent.address) == (MAY_BE_CONFIDENTIAL, HOME)
    assert pack.to_be_served.parent.address == HOME
    assert "pilchard" not in sample.but_own_address(pack).lower(), "whose it also is stands nowhere"


@pytest.mark.parametrize("place", [2, 3, 4])
@pytest.mark.parametrize("address", [HOME, None, "as above"])
def test_a_carer_without_a_name_has_a_confidential_address_too(place: int, address: str | None) -> None:
    """One without an address of its own, or with words in its place, may live with the child."""
    others = [parent(None, None)] * (place - 2)
    pack = packed(on_roll(parent("Jory Tregear"), *others, parent(None, address, True)), f"Visited {HOME}.")
    assert (pack.for_the_authority.child.address, pack.for_the_authority.parent.address) == (MAY_BE_CONFIDENTIAL, HOME)
    assert "Pilchard" not in sample.but_own_address(pack)


def test_a_nameless_carers_confidential_address_withholds_that_of_a_child_who_does_not_live_with_the_packs_parent() -> None:
    pack = packed(on_roll(parent("Jory Tregear", ELSEWHERE), parent(None, REFUGE, True)))
    assert (pack.for_the_authority.child.address, pack.for_the_authority.parent.address) == (MAY_BE_CONFIDENTIAL, ELSEWHERE)


def test_a_confidential_address_among_what_the_roll_says_of_the_parent() -> None:
    told = parent(f"Jory Tregear ({REFUGE})") | {"relationship": f"father, mother at {REFUGE}"}
    pack = packed(on_roll(told, parent("Elowen Tregear", REFUGE, True)))
    assert "Refuge" not in text_of(pack)


@pytest.mark.parametrize(
    ("this_year", "expected"),
    [
        (parent("Elowen Tregear", REFUGE), (REFUGE,)),  # this year's file has no such column, or an empty cell
        (parent("Elowen Tregear", REFUGE.lower(), False), ()),
        (parent("Elowen Tregear", ELSEWHERE, True), (REFUGE, ELSEWHERE)),
        (parent("Elowen Tregear", ELSEWHERE, False), (REFUGE,)),
    ],
)
def test_an_address_stays_confidential_until_a_later_roll_says_otherwise(this_year: dict[str, Any], expected: tuple[str, ...]) -> None:
    last_year = on_roll(parent("Elowen Tregear", REFUGE, True))
    assert set(withheld(CHILD, [last_year, on_roll(this_year)]).addresses) == set(expected)


def test_one_yes_outweighs_a_no_of_the_same_roll() -> None:
    entry = on_roll(parent("Jory Tregear", HOME, False), parent("Elowen Tregear", HOME, True))
    assert withheld(CHILD, [entry]) == Withheld(child=CHILD, confidential=True, addresses=(HOME,))


def test_nothing_is_withheld_of_a_family_that_asked_for_nothing() -> None:
    entries = [on_roll(parent("Jory Tregear"), parent("Elowen Tregear", ELSEWHERE, False)), new_entry("B801200005001")]
    assert withheld(CHILD, entries) == Withheld(child=CHILD, confidential=False, addresses=())


def test_a_name_as_long_as_a_roll_takes_is_whole_in_the_pack() -> None:
    row = RollRow("B801200005001", "S" * 500, "F" * 500, date(2013, 3, 9), "9", {}, {1: parent("P" * 500)})
    entry = on_roll()
    tell(entry, 2, fields_of(replace(row)))
    pack = packed(entry)
    assert pack.to_be_served.child.name == f"{'F' * 500} {'S' * 500}"
    assert Pack.model_validate_json(pack.as_json()) == pack


def told(*rolls: list[dict[str, Cell]]) -> Entry:
    """The entry after rolls that name these parents, in their order."""
    entry = new_entry("B801200005001")
    for number, parents in enumerate(rolls, 1):
        row = RollRow("B801200005001", "Tregear", "Merryn", date(2013, 3, 9), "9", {}, dict(enumerate(parents, 1)))
        tell(entry, number, fields_of(row))
    return entry


def shown(entry: Entry) -> dict[str, str | None]:
    return {carer.name: carer.address for carer in person(CHILD, entry).carers}


JORY, ELOWEN = parent("Jory Tregear"), parent("Elowen Tregear", REFUGE, True)


def unmarked(one: dict[str, Cell], **other: Cell) -> dict[str, Cell]:
    """As a format tells it that has no column for confidential addresses."""
    return {name: value for name, value in one.items() if name != "address confidential"} | other


def test_a_file_with_the_parents_in_another_order_moves_no_protected_address() -> None:
    entry = told([JORY, ELOWEN], [unmarked(ELOWEN), unmarked(JORY)])
    assert shown(entry)["Elowen Tregear"] is None
    assert REFUGE in withheld(CHILD, [entry]).addresses


def test_it_is_so_after_more_rolls_than_are_kept_whole() -> None:
    entry = told([JORY, ELOWEN], *([[unmarked(ELOWEN), unmarked(JORY)]] * 12))
    assert shown(entry)["Elowen Tregear"] is None


def test_a_protected_parent_under_another_spelling_protects_whoever_is_not_known_to_live_in_the_open() -> None:
    entry = told([parent("Jory Tregear", HOME, False), ELOWEN], [unmarked(ELOWEN, name="Mrs E Tregear"), unmarked(JORY)])
    assert shown(entry) == {"Mrs E Tregear": None, "Jory Tregear": None}  # his place is still marked
    entry = told([ELOWEN, parent("Jory Tregear", HOME, False)], [unmarked(ELOWEN, name="Mrs E Tregear"), unmarked(JORY)])
    assert shown(entry) == {"Mrs E Tregear": None, "Jory Tregear": HOME}


def test_an_explicit_no_lifts_it() -> None:
    entry = told([JORY, ELOWEN], [unmarked(JORY), {**ELOWEN, "address confidential": False}])
    assert shown(entry)["Elowen Tregear"] == REFUGE
