"""Finding people: by part of a name, misspelt too, by telephone and postcode, in the caller's schools alone."""

import gc
import random
import string
from threading import Event, Thread
from types import FunctionType, ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.addresses import digits, place, postcode
from services.referrals.domain.find_index import FoundChild, FoundParent, Hit, Index, Part
from services.referrals.domain.find_terms import Class, Term, Vocabulary, terms

MOTHER = FoundParent("p1", "Ms Siân O’Leary", "mother", ("+44 1632 960123", "07700 900 456"), None, "1 Example Street, ZZ99 1AB")
NOBODY = FoundParent(None, "Mr Jo Ashdown", "father", (), None, None)


def child(id_: str, forename: str, surname: str, *parents: FoundParent, address: str | None = None, upn: str | None = None) -> FoundChild:
    return FoundChild(id_, (), forename, surname, "9", None, address, parents, (), upn)


CHILDREN = [
    child("c1", "Robin", "Quillfeather", MOTHER, address="1 Example Street, ZZ99 1AB", upn="A900001000017"),
    child("c2", "Robyn", "Larkfield", NOBODY, upn="T90000126001B"),
    child("c3", "Anna-Marie", "Quill", NOBODY, address="7 Refuge Lane ZZ98 7XY"),
]


@pytest.fixture(scope="module")
def index() -> Index:
    made = Index()
    made.put("100001", Part(CHILDREN))
    made.put("100002", Part([child("far", "Robin", "Quillfeather", MOTHER)]))
    return made


def found(index: Index, typed: str, *schools: str) -> list[str]:
    return [hit.child.child for hit in index.search(terms(typed), schools or ("100001",), 25)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("quillfeather", ["c1"]),
        ("Quill", ["c3", "c1"]),
        ("feather", ["c1"]),
        ("quilfeather", ["c1"]),
        ("quillfaether", ["c1"]),
        ("Quilfeath", ["c1"]),
        ("robin", ["c1", "c2"]),
        ("ROBIN quill", ["c1"]),
        ("sian oleary", ["c1"]),
        ("siân o'leary", ["c1"]),
        ("anna marie", ["c3"]),
        ("01632 960123", ["c1"]),
        ("+441632960123", ["c1"]),
        ("960123", ["c1"]),
        ("01632 960132", ["c1"]),
        ("900456", ["c1"]),
        ("zz99 1ab", ["c1"]),
        ("ZZ991AB robin", ["c1"]),
        ("ZZ99", ["c1"]),
        ("1ab", ["c1"]),
        ("7XY", ["c3"]),
        ("zz99 1ac", ["c1"]),
        ("robin ashdown", ["c2"]),
        ("quillfeather larkfield", []),
        ("xylophone", []),
        ("robin zz98", []),
        ("A900001000017", ["c1"]),
        ("a900001000017 quill", ["c1"]),
        ("A900001", ["c1"]),
        ("A900001000071", ["c1"]),
        ("t90000126001b", ["c2"]),
        ("T90000126", ["c2"]),
        ("B900001000017", ["c1"]),
        ("Z999999999999", []),
        ("A900001000017 larkfield", []),
    ],
)
def test_what_is_found(index: Index, typed: str, expected: list[str]) -> None:
    assert found(index, typed) == expected


@pytest.mark.parametrize("typed", ["", " ", "a", "?", "'", "1", "-- ()"])
def test_what_says_nothing(typed: str) -> None:
    assert terms(typed) == []


def test_only_the_callers_schools_are_searched(index: Index) -> None:
    assert found(index, "quillfeather", "100002") == ["far"]
    assert found(index, "quillfeather", "100003") == []
    assert found(index, "larkfield", "100002") == []


def test_why_it_was_found_is_said(index: Index) -> None:
    [hit] = index.search(terms("robin 960123"), ["100001"], 25)
    assert [(why.what, why.of, why.text, why.score) for why in hit.why] == [
        ("telephone", "Ms Siân O’Leary (mother)", "+44 1632 960123", 70),
        ("forename", "the child", "Robin", 100),
    ]


def test_a_school_that_is_dropped_leaves_nothing() -> None:
    made = Index()
    made.put("100001", Part(CHILDREN))
    assert found(made, "larkfield") == ["c2"]
    made.put("100001", Part([one for one in CHILDREN if one.child != "c2"]))
    assert found(made, "larkfield") == []
    assert "quillfeather" in held(made)
    made.drop("100001")
    assert found(made, "quill") == []
    assert "quillfeather" not in held(made)


@pytest.mark.parametrize("change", ["put", "drop"])
def test_a_search_at_the_moment_of_a_change_leaves_nothing_of_before(change: str) -> None:
    made = Index()
    begun, changed = Event(), Event()
    slow = Part([child("c9", "Avery", "Longbarrow")])
    slow.places = Waiting(slow.places, begun, changed)
    made.put("100001", Part(CHILDREN))
    made.put("100002", slow)
    searching = Thread(target=found, args=(made, "avery", "100002"))
    searching.start()
    assert begun.wait(10)
    if change == "put":
        made.put("100001", Part([child("c8", "Zephyrine", "Marsh")]))
    else:
        made.drop("100001")
    changed.set()
    searching.join(10)
    assert found(made, "zephyrine") == (["c8"] if change == "put" else [])
    assert "quillfeather" not in held(made)


class Waiting(dict[Class, dict[str, tuple[int, ...]]]):
    """Texts by class that are given out, the first time, when something else has happened."""

    def __init__(self, of: dict[Class, dict[str, tuple[int, ...]]], begun: Event, until: Event) -> None:
        super().__init__(of)
        self._begun, self._until = begun, until

    def __getitem__(self, kind: Class) -> dict[str, tuple[int, ...]]:
        self._begun.set()
        assert self._until.wait(10)
        return super().__getitem__(kind)


def held(index: Index) -> set[str]:
    """Every text that the index keeps in memory."""
    seen: dict[int, object] = {}
    waiting: list[object] = [index]
    while waiting:
        one = waiting.pop()
        if id(one) not in seen and not isinstance(one, type | ModuleType | FunctionType):
            seen[id(one)] = one
            waiting += gc.get_referents(one)
    return {one for one in seen.values() if isinstance(one, str)}


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    made = Index()
    made.put("100001", Part([child(f"c{n}", "Robin", name) for n, name in enumerate(["Robinson", "Hood"] * 30)]))
    hits: list[Hit] = made.search(terms("robin robinson"), ["100001"], 10)
    assert len(hits) == 10
    assert {hit.child.surname for hit in hits} == {"Robinson"}


@given(st.text(string.ascii_lowercase, min_size=4, max_size=12), st.randoms(use_true_random=False))
def test_one_slip_of_a_finger_is_forgiven(name: str, chance: random.Random) -> None:
    place_ = chance.randrange(len(name))
    slips = {
        "left out": name[:place_] + name[place_ + 1 :],
        "put in": name[:place_] + chance.choice(string.ascii_lowercase) + name[place_:],
        "changed": name[:place_] + chance.choice(string.ascii_lowercase) + name[place_ + 1 :],
        "swapped": name[:place_] + name[place_ : place_ + 2][::-1] + name[place_ + 2 :],
    }
    known = Vocabulary("name", [name, "zzzzzzzzzzzzzzzz"])
    for slip, typed in slips.items():
        if len(typed) >= 4:
            assert name in known.fitting(typed), slip


@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    made = Index()
    made.put("100001", Part(CHILDREN))
    sought = terms(typed)
    assert all(isinstance(term, Term) and len(term.text) >= 2 for term in sought)
    assert len(made.search(sought, ["100001"], 25)) <= len(CHILDREN)


@pytest.mark.parametrize(
    "written",
    ["01632 960123", "(01632) 960123", "+44 1632 960123", "+44 (0)1632 960123", "0044 1632 960123", "44 1632 960123", "01632-960-123"],
)
def test_a_number_is_its_digits_as_dialled_in_england(written: str) -> None:
    assert digits(written) == "01632960123"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1 Example Street, Wexley", "1 EXAMPLE STREET  Wexley.", True),
        ("1 Example Street, Wexley ZZ99 1AA", "1 Example Street, Wexley", True),
        ("Flat 2, 10 Example Street, ZZ99 1AA", "10 Example St, zz991aa", True),
        ("The Old Mill, ZZ99 1AA", "Old Mill, Wexley, ZZ99 1AA", True),
        ("10 Example Street, ZZ99 1AA", "12 Example Street, ZZ99 1AA", False),
        ("1 Example Street, ZZ99 1AA", "1 Example Street, ZZ98 1AA", False),
        ("1 Example Street", "11 Example Street", False),
        ("7 Caf\u00e9 Lane, Wexley", "7 Cafe\u0301 Ln, Wexley", True),
        ("4 St Piran Street", "4 Saint Piran St.", True),
        ("1 Example Street", "1 Example Square", False),
    ],
)
def test_an_address_is_the_same_by_postcode_and_number_or_by_its_letters(one: str, other: str, same: bool) -> None:
    assert place(one).is_same(place(other)) is same
    assert place(other).is_same(place(one)) is same


def test_a_postcode_is_read_from_an_address() -> None:
    assert postcode("7 Refuge Lane, Wexley, zz9 9zz.") == "ZZ99ZZ"
    assert postcode("7 Refuge Lane") is None


def test_a_child_is_known_by_any_of_its_records_at_its_own_school(index: Index) -> None:
    far = index.child("100002", "far")
    assert far
    assert (far.forename, far.surname) == ("Robin", "Quillfeather")
    assert index.child("100001", "far") is None
    assert index.child("100003", "far") is None
    joined = FoundChild("kept", ("kept", "joined"), "Robin", "Marsh", None, None, None, (), ())
    index.put("100004", Part([joined]))
    assert index.child("100004", "kept") is index.child("100004", "joined") is joined
