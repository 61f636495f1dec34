"""Where parents live whose address the roll hides, as the officer of the child's open case is told it."""

from datetime import date

from services.attendance.domain.confidential import hidden_homes
from services.attendance.domain.roll_book import Entry, fields_of, new_entry, tell
from services.attendance.domain.roll_row import Cell, RollRow

CHILD, UPN = "6f1e2d3c4b5a69788796a5b4", "B801200005001"
REFUGE, ELSEWHERE = "7 Refuge Lane ZZ9 9ZZ", "2 Cockle Lane, Example Haven, ZZ99 4AA"


def parent(name: str | None, address: str | None, confidential: bool | None = None) -> dict[str, Cell]:
    return {"name": name, "relationship": None, "address": address, "address confidential": confidential}


JORY, ELOWEN = parent("Jory Tregear", "14 Pilchard Row"), parent("Elowen Tregear", REFUGE, True)


def told(*parents: dict[str, Cell]) -> Entry:
    entry = new_entry(UPN)
    tell(entry, 1, fields_of(RollRow(UPN, "Tregear", "Merryn", date(2013, 3, 9), "9", {}, dict(enumerate(parents, 1)))))
    return entry


def test_by_place_and_of_nobody_without_a_name() -> None:
    assert hidden_homes(CHILD, [told(JORY, ELOWEN, parent(None, REFUGE, True))]) == {f"{CHILD}.2": REFUGE}
    assert hidden_homes(CHILD, []) == hidden_homes(CHILD, [told(JORY)]) == {}


def test_as_the_latest_roll_that_names_the_child_has_it() -> None:
    entry = told(JORY, ELOWEN)
    assert hidden_homes(CHILD, [entry, told(JORY, parent("Elowen Tregear", ELSEWHERE, True))]) == {f"{CHILD}.2": ELSEWHERE}
    assert hidden_homes(CHILD, [entry, new_entry(UPN)]) == {f"{CHILD}.2": REFUGE}, "marks alone name nobody"
    assert hidden_homes(CHILD, [entry, told(JORY, parent("Elowen Tregear", REFUGE, False))]) == {}, "it hides it no more"
    assert hidden_homes(CHILD, [told(parent("Elowen Tregear", None, True))]) == {}, "it tells none"
