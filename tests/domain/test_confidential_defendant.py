"""Who has a confidential address may be the one whom a pack is about: where that parent lives is in no part of it, nor to be concluded from
what is said of the others; and those who have no secret are not said to have one."""

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from services.sharing.domain import gathered
from services.sharing.domain.material import Material, Override
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.make import preview
from services.sharing.domain.paper.places import same_place
from services.sharing.domain.readiness import judge
from shared.contracts.attendance import Carer, Withheld
from shared.contracts.enforcement import ParentOfCase
from shared.contracts.referrals import HiddenParent
from shared.pack.document import Pack
from shared.pack.parts import MAY_BE_CONFIDENTIAL, WITHHELD
from tests.domain import paper_sample as sample
from tests.domain.paper_sample import CHILD, ELSEWHERE, HOME
from tests.domain.test_paper_served import text_of

REFUGE = "7 Refuge Lane, Example Haven, ZZ99 9ZZ"
PHONE, MAILBOX = "07700 900321", "jory@example.org"
FATHER, MOTHER = "Jory Tregear", "Elowen Tregear"


def family(about: str, words: str = "Met.", *, refuge: str | None = REFUGE, mothers: str | None = HOME, **more: Any) -> Material:
    """The father has a confidential address, the mother has none. `about`: p1, the father, or p2."""
    father = ParentOfCase(
        parent="p1", ref=f"{CHILD}.1", name=FATHER, confidential=True, telephones=(PHONE,), lives_with=more.get("his", "no")
    )
    mother = ParentOfCase(parent="p2", ref=f"{CHILD}.2", name=MOTHER, address=mothers, lives_with=more.get("hers", "yes"))
    carers = (
        Carer(parent=f"{CHILD}.1", name=FATHER, address_confidential=True, phone=PHONE, email=MAILBOX),
        Carer(parent=f"{CHILD}.2", name=MOTHER, address=mothers),
    )
    hidden = (HiddenParent(refs=(f"{CHILD}.1",), names=(FATHER,), addresses=(refuge,) if refuge else ()),)
    mine, other = (father, mother) if about == "p1" else (mother, father)
    entries = tuple(sample.entry(date(2026, 10, day), outcome=words, parents=(who,)) for day, who in ((12, "p1"), (13, "p2")))
    case = sample.case(parent=mine, other_parents=(other,), hidden=hidden, entries=entries, siblings=(), child_view=words)
    person = sample.person(address=more.get("home", HOME), carers=carers)
    person, withheld = gathered.protected(person, Withheld(child=CHILD, confidential=False), hidden)
    return sample.material(
        case=case, person=person, withheld=withheld, wanted=sample.wanted(parent=about), statement=None, siblings=(), certificate=None
    )


def packed(about: str, words: str = "Met.", **more: Any) -> Pack:
    return assemble(family(about, words, **more), sample.ASKING)


def shown(about: str, **more: Any) -> tuple[str | None, str | None, str | None]:
    """The addresses of the child, the father and the mother in volume A."""
    told = packed(about, **more).for_the_authority
    by_name = {one.name: one.address for one in (told.parent, *told.other_parents)}
    return told.child.address, by_name[FATHER], by_name[MOTHER]


@pytest.mark.parametrize("about", ["p1", "p2"])
def test_the_mother_and_the_child_who_lives_with_her_have_no_secret(about: str) -> None:
    assert shown(about) == (HOME, WITHHELD, HOME)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"refuge": None}, (MAY_BE_CONFIDENTIAL, WITHHELD, MAY_BE_CONFIDENTIAL)),  # where he lives is not known: perhaps there
        ({"refuge": HOME}, (MAY_BE_CONFIDENTIAL, WITHHELD, MAY_BE_CONFIDENTIAL)),
        ({"refuge": "14 Pilchard Row"}, (MAY_BE_CONFIDENTIAL, WITHHELD, MAY_BE_CONFIDENTIAL)),
        ({"his": "yes"}, (MAY_BE_CONFIDENTIAL, WITHHELD, MAY_BE_CONFIDENTIAL)),  # with both, at one address
        ({"his": "yes", "hers": "no"}, (MAY_BE_CONFIDENTIAL, WITHHELD, MAY_BE_CONFIDENTIAL)),  # the child's would tell his
        ({"mothers": ELSEWHERE}, (MAY_BE_CONFIDENTIAL, WITHHELD, ELSEWHERE)),  # with whom the child lives is not certain
        ({"mothers": None}, (MAY_BE_CONFIDENTIAL, WITHHELD, None)),
        ({"home": "14 Pilchard Row ZZ993WZ"}, ("14 Pilchard Row ZZ993WZ", WITHHELD, HOME)),  # another writing of hers
        ({"home": "Flat 3, 14 Pilchard Row, ZZ99 3WZ"}, (MAY_BE_CONFIDENTIAL, WITHHELD, MAY_BE_CONFIDENTIAL)),  # hers holds its street
        ({"home": None}, (None, WITHHELD, HOME)),
    ],
)
def test_what_is_in_doubt_is_withheld_and_called_that(more: dict[str, Any], expected: tuple[str | None, ...]) -> None:
    assert shown("p1", **more) == expected


@pytest.mark.parametrize("refuge", [HOME, "16 Pilchard Row, Example Haven, ZZ99 3WZ", "Flat 2, 14 Pilchard Row, ZZ99 3WZ", "ZZ99 3WZ"])
def test_an_open_parents_own_address_is_in_their_own_pack_whoever_else_has_it_or_lives_next_door(refuge: str) -> None:
    material = family("p2", f"Seen at {HOME}, and at {refuge}.", refuge=refuge)
    pack = assemble(material, sample.ASKING)
    told = pack.for_the_authority
    assert told.parent.address == pack.to_be_served.parent.address == HOME
    assert f"{MOTHER}, {HOME}" in {line.label: line.says for line in told.cover}["Parent"]
    assert next(one.met for one in judge(material, sample.PROFILE) if one.rule == RULE)
    assert re.search(r"pilchard|zz99\W*3wz", sample.but_own_address(pack), re.IGNORECASE) is None, "nor is it said whose it also is"
    assert not re.search("also|another's|shared", " ".join(one.record + one.why for one in told.not_included if "ddress" in one.record))


def test_of_somebody_whom_nobody_can_name_the_roll_may_hide_the_parents_own_address() -> None:
    """Under another spelling, which no record knows."""
    material = family("p2", refuge=None)
    person = material.person.model_copy(update={"carers": ()})
    withheld = Withheld(child=CHILD, confidential=True, addresses=(HOME,))
    pack = assemble(material.model_copy(update={"person": person, "withheld": withheld}), sample.ASKING)
    assert (pack.for_the_authority.parent.address, pack.to_be_served.parent.address) == (MAY_BE_CONFIDENTIAL, WITHHELD)
    assert "pilchard" not in pack.as_json().decode().lower()


def test_nobody_is_reached_or_found_by_what_the_other_parents_pack_says() -> None:
    """Where the child lives would tell where who lives with it does, too."""
    words = f"He rang from {PHONE.replace(' ', '')}, and from {MAILBOX.upper()}."
    material = family("p2", words, his="yes")
    pack = assemble(material, sample.ASKING)
    (father,) = pack.for_the_authority.other_parents
    assert (father.telephones, father.lives_with) == ((WITHHELD,), WITHHELD)
    assert {one.outcome for one in pack.for_the_authority.other_contacts} == {f"He rang from [{WITHHELD}], and from [{WITHHELD}]."}
    for volume in (pack.as_json().decode(), *(text_of(preview(material, sample.ASKING, which, {})) for which in ("a", "b"))):
        assert re.search(r"900\W*321|jory@", volume, re.IGNORECASE) is None
    assert packed("p1").for_the_authority.parent.telephones == (PHONE,), "to the authority that asks about him he can be reached"


def test_a_number_that_both_have_is_this_parents_too() -> None:
    material = family("p2", f"Rang {PHONE}.")
    mine = material.case.parent
    assert mine is not None
    case = material.case.model_copy(update={"parent": mine.model_copy(update={"telephones": (PHONE,)})})
    pack = assemble(material.model_copy(update={"case": case}), sample.ASKING)
    assert pack.for_the_authority.parent.telephones == (PHONE,)


def test_two_writings_of_one_place() -> None:
    assert same_place(HOME, "14 pilchard row; EXAMPLE HAVEN ZZ993WZ")
    assert same_place(HOME, "14 Pilchard Row, ZZ99 3WZ")
    for other in ("16 Pilchard Row, Example Haven, ZZ99 3WZ", "14 Pilchard Row", "Flat 2, 14 Pilchard Row, ZZ99 3WZ", "", ELSEWHERE):
        assert not same_place(HOME, other)
        assert not same_place(other, HOME)
    assert not same_place("", "")


TOLD = "Told by telephone to the court officer on 3 February 2027."
RULE = "address for service"


def let_pass(material: Material) -> Material:
    says = next(one.says for one in judge(material, sample.ASKING) if one.rule == RULE)
    why = Override(rule=RULE, by="A. Nance", at=datetime(2027, 2, 16, tzinfo=UTC), why=TOLD, says=says, authority="893")
    given = material.model_copy(update={"overrides": (why,)})
    return given.model_copy(update={"items": judge(given, sample.ASKING)})


def test_how_the_authority_has_the_address_is_printed_for_the_authority_alone() -> None:
    material = let_pass(family("p1"))
    assert not any(one.holds_up for one in material.items if one.rule == RULE)
    pack = assemble(material, sample.ASKING)
    (asked,) = (one for one in pack.for_the_authority.requirements if one.rule == RULE)
    assert asked.overridden is not None
    assert asked.overridden.why == TOLD
    held = pack.for_the_authority.not_included[0]
    assert held.record == f"Address for service of {FATHER}"
    assert "the officer of the case, T. Okafor, of Harbour Lane Education Welfare. Told apart" in held.why
    served = pack.to_be_served.model_dump_json() + text_of(preview(material, sample.ASKING, "b", {}))
    assert "court officer" not in served
    assert TOLD in text_of(preview(material, sample.ASKING, "a", {}))


def test_of_an_address_that_stands_in_the_pack_nothing_is_told_apart() -> None:
    material = family("p2")
    assert next(one.met for one in judge(material, sample.ASKING) if one.rule == RULE)
    assert not any("for service" in one.record for one in assemble(material, sample.ASKING).for_the_authority.not_included)


ADDRESSES = (
    HOME,
    ELSEWHERE,
    REFUGE,
    "3 Limpet Close, Example Haven, ZZ98 1AB",
    "Flat 2, 14 Pilchard Row, ZZ99 3WZ",
    "Old Smithy, Example Haven",
)
PLACES = st.sampled_from(ADDRESSES)
SAID = st.sampled_from(("yes", "no", "not known", None))
SECRET = {
    HOME: r"pilchard|zz99\W*3wz",
    ELSEWHERE: r"cockle|zz99\W*4aa",
    REFUGE: r"refuge|zz99\W*9zz",
    ADDRESSES[3]: r"limpet|zz98",
    ADDRESSES[4]: r"14 pilchard|zz99\W*3wz",
    ADDRESSES[5]: r"smithy",
}


@st.composite
def families(draw: st.DrawFn) -> tuple[Material, set[str], set[str]]:
    """Up to four parents, of whom each may have a confidential address, by the school's roll or by an officer, known or not; with the
    addresses that are confidential and told, and those that nobody has told."""
    known: list[tuple[ParentOfCase, Carer, HiddenParent | None]] = []
    secrets, untold = set[str](), set[str]()
    for place in range(1, draw(st.integers(1, 4)) + 1):
        name, address, by = (
            f"{'ABCD'[place - 1]}nna Tregear",
            draw(st.none() | PLACES),
            draw(st.sampled_from(("nobody", "officer", "roll"))),
        )
        record = ParentOfCase(
            parent=f"p{place}",
            ref=f"{CHILD}.{place}",
            name=name,
            address=None if by == "officer" else address if by == "nobody" else None,
            confidential=by == "officer",
            lives_with=draw(SAID),
            left_out="No part in it.",
        )
        carer = Carer(parent=f"{CHILD}.{place}", name=name, address=address if by == "nobody" else None, address_confidential=by == "roll")
        hidden = HiddenParent(names=(name,), addresses=(address,) if address else ()) if by == "officer" else None
        secrets |= {address} if address and by != "nobody" else set()
        untold |= {draw(PLACES)} if not address and by != "nobody" else set()
        known.append((record, carer, hidden))
    told_by_roll = tuple(sorted(secrets)) if any(carer.address_confidential for _, carer, _ in known) else ()
    hides = tuple(hidden for _, _, hidden in known if hidden)
    words = "Seen at " + "; and at ".join(ADDRESSES) + "."
    person = sample.person(address=draw(st.none() | PLACES), carers=tuple(carer for _, carer, _ in known))
    says = Withheld(child=CHILD, confidential=any(carer.address_confidential for carer in person.carers), addresses=told_by_roll)
    person, withheld = gathered.protected(person, says, hides)
    records = [record for record, _, _ in known]
    entries = tuple(sample.entry(date(2026, 10, 12), outcome=words, tells=tells) for tells in (None, "needs"))
    case = sample.case(parent=records[0], other_parents=tuple(records[1:]), hidden=hides, entries=entries, siblings=(), child_view=words)
    made = sample.material(case=case, person=person, withheld=withheld, wanted=sample.wanted(parent="p1"), statement=None, siblings=())
    return made, secrets, untold


@given(families())
def test_no_family_has_a_confidential_address_in_any_part(made: tuple[Material, set[str], set[str]]) -> None:
    material, secrets, untold = made
    pack = assemble(material, sample.ASKING)
    document = sample.but_own_address(pack)
    for secret in secrets:
        assert re.search(SECRET[secret], document, re.IGNORECASE) is None, secret
    open_ones = {one.name for one in (*material.case.other_parents, material.case.parent) if one and not one.confidential} - {
        carer.name for carer in material.person.carers if carer.address_confidential
    }
    told = pack.for_the_authority
    mine = material.case.parent
    assert mine is not None
    assert mine.name not in open_ones or told.parent.address == mine.address, "papers go there"
    for one in (told.parent, *told.other_parents):
        assert (one.address == WITHHELD) is (one.name not in open_ones), "the label is of those alone who have one"
    others = {address for address in (told.child.address, *(one.address for one in told.other_parents)) if address} - {told.parent.address}
    assert not any(same_place(address, secret) for address in others for secret in untold), "whoever has it lives there, for all we know"
    parents = (material.case.parent, *material.case.other_parents)
    with_hidden = [one for one in parents if one and one.name not in open_ones and one.lives_with == "yes"]
    if with_hidden and told.child.address and told.child.address not in (WITHHELD, MAY_BE_CONFIDENTIAL):
        assert same_place(told.child.address, told.parent.address or ""), "the child's address would tell theirs"


def test_the_pages_of_a_confidential_defendants_pack_hold_no_trace() -> None:
    material = family("p1", f"Seen at {REFUGE}, in zz999zz.")
    for which in ("a", "b"):
        pages = PdfReader(io.BytesIO(preview(material, sample.ASKING, which, {}))).pages
        assert re.search(r"refuge|zz99\W*9zz", " ".join(page.extract_text() for page in pages), re.IGNORECASE) is None
