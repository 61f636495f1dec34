"""An address is printed for the authority only where it is certainly nobody's who is protected, and is one with another only where that is
certain too."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain import gathered
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.places import other_places, same_place
from shared.contracts.attendance import Carer, Withheld
from shared.contracts.enforcement import ParentOfCase
from shared.contracts.referrals import HiddenParent
from shared.pack.document import Pack
from shared.pack.parts import MAY_BE_CONFIDENTIAL, WITHHELD
from tests.domain import paper_sample as sample
from tests.domain.paper_sample import CHILD, ELSEWHERE, HOME

FATHER, MOTHER, GRAN = "Jory Tregear", "Elowen Tregear", "Wenna Winter"
REFUGE = "7 Refuge Lane, Example Haven, ZZ99 9ZZ"
KNOWN = "3 Limpet Close, Example Haven, ZZ98 1AB"
STEPFATHER = HiddenParent(names=("Kit Ravenscroft",))


def pack(
    *hidden: HiddenParent, home: str | None = None, grans: str | None = None, fathers: str = HOME, by_roll: tuple[str, ...] | None = None
) -> Pack:
    """The father's, whose address is open. The mother's is confidential and she is said to live nobody knows where; the child is with
    gran. `by_roll`: what the school's roll alone hides, of whom nobody else has heard."""
    father = ParentOfCase(parent="p9", name=FATHER, address=fathers, lives_with="no")
    mother = ParentOfCase(parent="p1", ref=f"{CHILD}.1", name=MOTHER, confidential=by_roll is None, lives_with="not known")
    gran = ParentOfCase(parent="p3", name=GRAN, address=grans, lives_with="yes")
    carers = (Carer(parent=f"{CHILD}.1", name=MOTHER, address_confidential=True),)
    person = sample.person(address=home, carers=carers)
    said = Withheld(child=CHILD, confidential=by_roll is not None, addresses=by_roll or ())
    person, withheld = gathered.protected(person, said, hidden)
    entry = sample.entry(date(2026, 10, 12), parents=("p9",))
    case = sample.case(parent=father, other_parents=(mother, gran), hidden=hidden, entries=(entry,), siblings=(), child_view="Met.")
    wanted = sample.wanted(parent="p9")
    material = sample.material(case=case, person=person, withheld=withheld, wanted=wanted, statement=None, siblings=(), certificate=None)
    return assemble(material, sample.ASKING)


def her(*addresses: str) -> HiddenParent:
    return HiddenParent(refs=(f"{CHILD}.1",), names=(MOTHER,), addresses=addresses)


def printed(made: Pack) -> tuple[str | None, str | None]:
    """Of the child and of gran, with whom it lives."""
    told = made.for_the_authority
    by_name = {one.name: one.address for one in told.other_parents}
    assert by_name[MOTHER] == WITHHELD
    assert told.parent.address is not None
    return told.child.address, by_name[GRAN]


NEITHER = (MAY_BE_CONFIDENTIAL, MAY_BE_CONFIDENTIAL)


def test_where_each_address_is_known_and_another_one_nobody_has_a_secret_there() -> None:
    assert printed(pack(her(KNOWN), home=ELSEWHERE, grans=ELSEWHERE)) == (ELSEWHERE, ELSEWHERE)
    both = (her(KNOWN), STEPFATHER.model_copy(update={"addresses": (REFUGE,)}))
    assert printed(pack(*both, home=ELSEWHERE, grans=ELSEWHERE)) == (ELSEWHERE, ELSEWHERE)


@pytest.mark.parametrize(
    "told",
    [
        *(
            "see safeguarding file",
            "Withheld by court order",
            "Do not disclose",
            "address withheld",
            "c/o Social Services",
            "2 be confirmed",
        ),
        *("unknown at present", "to be confirmed", "N/A - refuge", "PO Box 12", "The Refuge, PO Box 12, Haven", "07700 900111"),
        *("ring 01632 960111 first", "Rose Cottage", "Refuge Lane, Example Haven", "5 Sand Street, Example Haven"),
        "The Refuge, PO Box 12, Example Haven, ZZ99 1PB",  # a postcode, and not hers
        "P.O. Box 12, ZZ99 1PB",
        "c/o Social Services, 1 Sand Street, ZZ99 1PB",
        "care of Harbour Solicitors, 1 Sand Street, ZZ99 1PB",
        "formerly 1 Sand Street, ZZ99 1PB",
    ],
)
def test_what_is_typed_where_an_address_should_be_is_none_that_is_known(told: str) -> None:
    assert printed(pack(her(told), home=REFUGE, grans=REFUGE)) == NEITHER
    assert printed(pack(her(KNOWN, told), home=REFUGE, grans=REFUGE)) == NEITHER, "which of two is the present one nobody says"
    assert printed(pack(her(), home=REFUGE, grans=REFUGE)) == NEITHER


@pytest.mark.parametrize(
    ("told", "home"),
    [
        ("ZZ99 9ZZ", "7 Refuge Lane, Example Haven"),
        ("Rose Cottage, Refuge Lane, ZZ99 9ZZ", "7 Refuge Lane, Example Haven"),
        ("7 Refuge Lane, ZZ99 9ZZ", "Rose Cottage, Refuge Lane, Haven"),
        ("Seven Refuge Lane, Haven", "7 Refuge Lane, Haven"),
        ("7 Refuge Lane", "7-9 Refuge Lane"),
        ("7-9 Refuge Lane, ZZ99 9ZZ", "9 Refuge Lane"),
        ("Refuge Lane 7, ZZ99 9ZZ", "7 Refuge Lane"),
        ("7 Refuge Lane, ZZ99 9ZZ", "7 Refuge, Haven"),
        ("7 Refuge Lane, ZZ999ZZ", "7 Refugelane"),
        ("9 Refuge Lane, ZZ99 9ZZ", REFUGE),  # next door, or mistyped
        ("7 Refuge Lane, ZZ99 9ZY", REFUGE),  # mistyped
    ],
)
def test_what_cannot_be_compared_may_be_one_place(told: str, home: str) -> None:
    assert printed(pack(her(told), home=home, grans=home)) == NEITHER


def test_two_addresses_of_one_are_none_of_another() -> None:
    hers = her("1 Old Street, ZZ99 1AA", "2 New Street, ZZ99 2AA")
    assert printed(pack(hers, STEPFATHER, home=REFUGE, grans=REFUGE)) == NEITHER
    namesake = HiddenParent(names=(MOTHER,))
    assert printed(pack(hers, namesake, home=REFUGE, grans=REFUGE)) == NEITHER, "of one name, and not known to be one person"
    assert printed(pack(home=REFUGE, grans=REFUGE, by_roll=(KNOWN,))) == NEITHER, "whose it is the roll does not say"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Flat A, 20 Elm Court, ZZ99 4AA", "Flat B, 20 Elm Court, ZZ99 4AA"),
        ("First Floor Flat, 20 Elm Court, ZZ99 4AA", "Ground Floor Flat, 20 Elm Court, ZZ99 4AA"),
        ("20 Elm Court, ZZ99 4AA", "The Annexe, 20 Elm Court, ZZ99 4AA"),
        ("Flat 20, Elm Court, ZZ99 4AA", "20 Elm Court, ZZ99 4AA"),
        ("Flat 1, 20 Elm Court, ZZ99 4AA", "Flat 2, 20 Elm Court, ZZ99 4AA"),
        ("20A Elm Court, ZZ99 4AA", "20B Elm Court, ZZ99 4AA"),
        ("Flat 1, 11 Elm Court, ZZ99 4AA", "Flat 11, 1 Elm Court, ZZ99 4AA"),
        ("20 Elm Court, ZZ99 4AA", "20 Elm Court, Flat B, ZZ99 4AA"),
        ("20 Elm Court, ZZ99 4AA", "20 Elm Court, Apt B, ZZ99 4AA"),
        ("20 Elm Court, ZZ99 4AA", "20 Elm Court Mews, Example Haven, ZZ99 4AA"),
        ("20 Elm Court, Basement, ZZ99 4AA", "20 Elm Court, Top Floor, ZZ99 4AA"),
    ],
)
def test_parts_of_one_house_are_places_of_their_own(one: str, other: str) -> None:
    for mine, home in ((one, other), (other, one)):
        assert not same_place(mine, home)
        assert not other_places(mine, home), "nor certainly two: the same door, for all we know"
        assert pack(her(), home=home, fathers=mine).for_the_authority.child.address == MAY_BE_CONFIDENTIAL


@pytest.mark.parametrize("home", [HOME, "14 Pilchard Row, ZZ99 3WZ", "14 PILCHARD ROW; example haven ZZ993WZ"])
def test_at_the_open_parents_own_place_nobody_has_a_secret(home: str) -> None:
    assert printed(pack(her(), home=home, grans=HOME)) == (home, HOME)


STREETS = st.sampled_from(("Refuge Lane", "Elm Court", "Sand Street", "Cockle Row"))
POSTCODES = st.sampled_from(("ZZ99 9ZZ", "ZZ99 4AA", "ZZ98 1AB"))
PARTS = st.sampled_from(("Flat A", "Flat 2", "First Floor Flat", "The Annexe", "Garden Room"))


@st.composite
def houses(draw: st.DrawFn) -> tuple[str | None, int, str, str]:
    return draw(st.none() | PARTS), draw(st.integers(1, 30)), draw(STREETS), draw(POSTCODES)


@st.composite
def typed(draw: st.DrawFn, house: tuple[str | None, int, str, str]) -> str:
    """What an office may make of it."""
    part, number, street, postcode = house
    words = ("Seven" if number == 7 else str(number), f"{number}-{number + 2}", f"No. {number},", str(number))
    line = draw(st.sampled_from(words)) + " " + draw(st.sampled_from((street, street.split()[0], street.replace(" ", ""), street.upper())))
    line = draw(st.sampled_from((line, f"{street} {number}", street, "Rose Cottage", "The Refuge, PO Box 12", "see file")))
    lines = [*([part] if part and draw(st.booleans()) else []), line, *(["Example Haven"] if draw(st.booleans()) else [])]
    code = draw(st.sampled_from((postcode, postcode.replace(" ", ""), postcode.lower(), "")))
    return ", ".join([*lines, *([code] if code else [])])


@given(st.data(), houses())
def test_however_a_refuge_is_typed_nobody_who_is_there_has_it_printed(data: st.DataObject, house: tuple[str | None, int, str, str]) -> None:
    told = data.draw(st.lists(typed(house), max_size=2))
    here, grans = data.draw(typed(house)), data.draw(typed(house))
    second = data.draw(st.sampled_from(((), (STEPFATHER,), (STEPFATHER.model_copy(update={"addresses": (KNOWN,)}),))))
    assert printed(pack(her(*told), *second, home=here, grans=grans, fathers="16 Winkle Walk, ZZ97 1AA")) == NEITHER


@given(houses(), houses(), st.booleans())
def test_a_place_is_one_only_where_all_of_it_is(
    one: tuple[str | None, int, str, str], other: tuple[str | None, int, str, str], town: bool
) -> None:
    here, there = (
        ", ".join([*([part] if part else []), f"{number} {street}", *(["Example Haven"] if with_town else []), postcode])
        for (part, number, street, postcode), with_town in ((one, town), (other, False))
    )
    assert same_place(here, there) is same_place(there, here) is (one == other)
    assert other_places(here, there) is other_places(there, here) is (one[3] != other[3])
