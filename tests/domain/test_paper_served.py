"""What is planted wherever words can come in is nowhere in the volume that is served: not in its JSON, not in the text of its PDF."""

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from services.sharing.domain.material import Item, Material, NoticeHistory, Override
from services.sharing.domain.paper import birth
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.faults import faults
from services.sharing.domain.paper.make import make, preview
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.refusals import NotServable
from services.sharing.domain.paper.servable import Servable
from services.sharing.errors import NotOnRoll
from shared.contracts.attendance import Carer, Person, Withheld
from shared.contracts.enforcement import ParentOfCase, Referrer, Sibling
from shared.contracts.referrals import HiddenParent
from tests.domain import paper_sample as sample

REFUGE = "7 Refuge Lane, Example Haven, ZZ99 9ZZ"
GRAN = "31 Limpet Close, Example Haven, ZZ98 1AB"
WITNESS = "5 Whelk Terrace, Example Haven, ZZ97 2CD"
BORN = {"other": date(1986, 2, 3), "sibling": date(2016, 5, 20), "gran": date(1951, 11, 30)}
PHONES = {"other": "07700 900123", "officer": "01632 960010", "gran": "+44 1632 960 077", "witness": "(01632) 960088"}
KEY = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
SECRETS = {
    "the other parent's address": f"Lives at {sample.ELSEWHERE} now.",
    "its street": "Seen at 2 Cockle Lane.",
    "its street, with what is not seen": "Seen at 2 Coc\u00adkle\u200b Lane.",
    "its postcode": "Somewhere in zz994aa.",
    "a confidential address": f"Moved to {REFUGE}.",
    "a grandmother's address": f"Stays at {GRAN}.",
    "an address that nobody recorded": f"Write to me at {WITNESS}.",
    "the other parent's telephone": f"Ring {PHONES['other']}.",
    "the same, run together": "Ring 07700900123 please.",
    "the same, with strokes": "Ring 07700/900/123.",
    "the same, with long dashes": "Ring 07700\N{EN DASH}900\N{EN DASH}123 thanks.",
    "the same, in wide figures": "Text \uff10\uff17\uff17\uff10\uff10\uff19\uff10\uff10\uff11\uff12\uff13.",
    "the same, with the country": "Ring +44 7700 900123.",
    "the officer's telephone": f"Call me on {PHONES['officer']}.",
    "a telephone that nobody recorded": f"Her number is {PHONES['witness']}.",
    "the other parent's date of birth": "Elowen (3 February 1986) was there.",
    "the same, in figures": "Elowen 03/02/1986.",
    "the same, the other way round": "Elowen 1986-02-03.",
    "a sibling's date of birth": "Kerra, 20.05.2016, is in Year 6.",
    "a date of birth that nobody recorded": "His friend, born on 4th July 2012, came too.",
    "a day of September": "His friend, born 4 Sept 2012, came too.",
    "a mailbox": "Write to elowen@example.org.",
}
FOUND = re.compile(
    r"cockle|zz994aa|refuge|limpet|whelk|zz99\W*9zz|zz98|zz97|7700\W*900\W*123|960\W*010|960\W*077|960\W*088|elowen@|okafor@|"
    r"sept 2012|february 1986|03/02/1986|1986-02-03|20\.05\.2016|2016-05-20|30 november 1951|1951-11-30|july 2012",
    re.IGNORECASE,
)


def planted(words: str = "", **changes: Any) -> Material:
    """Everything that can hold words holds these; other people's particulars stand where they belong."""
    case = sample.case(
        officer=Referrer(name=f"T. Okafor {words}".strip(), role="Officer", telephone=PHONES["officer"], email="okafor@example.org"),
        parent=sample.case().parent.model_copy(update={"name": f"Jory Tregear {words}".strip(), "relationship": f"father {words}".strip()}),  # type: ignore[union-attr]
        other_parents=(
            ParentOfCase(
                parent="p2", ref=f"{sample.CHILD}.2", name="Elowen Tregear", address=sample.ELSEWHERE, telephones=(PHONES["other"],)
            ),
            ParentOfCase(parent="p3", name="Hidden Tregear", confidential=True),
            ParentOfCase(parent="p4", name="Gran Tregear", address=GRAN, telephones=(PHONES["gran"],)),
        ),
        siblings=(Sibling(child=sample.SIBLING, school=sample.SCHOOL),),
        entries=tuple(
            sample.entry(
                date(2026, 10, 12),
                kind=f"home visit {words}".strip(),
                with_whom=f"father {words}".strip(),
                engagement=f"engaged {words}".strip(),
                outcome=f"Agreed to come. {words}".strip(),
                officer=f"T. Okafor {words}".strip(),
                tells=tells,
            )
            for tells in (None, "support", "needs", "agencies")
        ),
        letters=tuple(one.model_copy(update={"records": f"warning {words}", "way": f"post {words}"}) for one in sample.case().letters),
        leave=(sample.leave(),),
        child_view=f"I like maths. {words}",
        flags=(f"do not contact {words}",),
        hidden=(HiddenParent(names=("Hidden Tregear",), addresses=(REFUGE,)),),
    )
    carers = (
        *sample.person().carers,
        Carer(parent=f"{sample.CHILD}.3", name="Gran Tregear", address=GRAN, born=BORN["gran"], phone=PHONES["gran"]),
        Carer(parent=f"{sample.CHILD}.4", name="Hidden Tregear", address_confidential=True),
    )
    person = sample.person(
        forename=f"Merryn {words}".strip(), year_group=f"9 {words}".strip(), carers=carers, special_educational_needs=f"K {words}"
    )
    sibling = Person(child=sample.SIBLING, upn=None, forename="Kerra", surname="Tregear", born=BORN["sibling"], address=GRAN)
    told: dict[str, Any] = {
        "case": case,
        "person": person,
        "siblings": (sibling,),
        "withheld": Withheld(child=sample.CHILD, confidential=True, addresses=(REFUGE,)),
        "wanted": sample.wanted(requested_by=f"T. Okafor {words}".strip()),
        "statement": sample.statement(exhibits=()),
        "certificate": sample.certificate(declaration=(f"I have looked. {words}",)),
        "notices": NoticeHistory(),
    }
    return sample.material(**told | changes)


def servable_of(material: Material) -> Servable:
    known = people(material)
    return Servable(material, known, Confidential(material, known))


SERVABLE = servable_of(planted())


def served_of(material: Material) -> str:
    return assemble(material, sample.PROFILE).to_be_served.model_dump_json()


def text_of(pdf: bytes) -> str:
    """As it is read: words that were broken over two lines in one."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("secret", SECRETS)
def test_what_was_planted_in_words_is_not_served(secret: str) -> None:
    served = served_of(planted(SECRETS[secret]))
    assert FOUND.search(served) is None
    assert "[left out" in served or "[withheld" in served


def test_a_house_with_a_name_alone_is_an_address_and_not_known_is_none() -> None:
    father, mother = sample.person().carers
    for said, found in (("The Old Smithy, Example Haven", True), ("not known", False), ("Unknown", False)):
        known = mother.model_copy(update={"address": said})
        material = sample.material(person=sample.person(carers=(father, known)), case=sample.case(other_parents=()))
        assert bool(list(servable_of(material).findings("Seen at the old smithy; her day is not known, unknown."))) is found


def test_a_sibling_born_in_september_is_not_told() -> None:
    pattern = re.compile(str(birth.written([date(2016, 9, 4)])), re.IGNORECASE)
    assert all(pattern.search(said) for said in ("4 Sept 2016", "4th Sept., 2016", "4 Sep 2016", "September 4, 2016"))


def test_everything_planted_at_once_is_in_neither_json_nor_pdf() -> None:
    material = planted(" ".join(SECRETS.values()))
    assert FOUND.search(served_of(material)) is None
    printed = text_of(preview(material, sample.PROFILE, "b", {}))
    assert FOUND.search(printed) is None
    assert "left out" in printed


def test_who_stands_in_anothers_place_on_the_roll_by_now_is_not_taken_for_them() -> None:
    father, mother = sample.person().carers
    places = father.parent, mother.parent
    swapped = (mother.model_copy(update={"parent": places[0]}), father.model_copy(update={"parent": places[1]}))
    with pytest.raises(NotOnRoll, match="changed between two questions"):
        assemble(sample.material(person=sample.person(carers=swapped)), sample.PROFILE)


def test_volume_a_and_the_whole_document_hold_no_confidential_address() -> None:
    material = planted(f"Moved to {REFUGE}, in zz999zz.")
    files = make(material, sample.PROFILE, {}, {}, KEY)
    for text in (files["pack.json"].decode(), *(text_of(files[name]) for name in ("volume-a.pdf", "volume-b.pdf"))):
        assert re.search(r"refuge|zz99\W*9zz", text, re.IGNORECASE) is None


def test_what_nobody_needs_to_hide_is_served_as_it_is() -> None:
    served = assemble(planted(), sample.PROFILE).to_be_served
    assert "[left out" not in served.model_dump_json()
    assert served.parent.address == sample.HOME
    assert served.child.date_of_birth == date(2013, 3, 9)
    (visit, _) = served.chronology
    assert visit.outcome == "Agreed to come."


@pytest.mark.parametrize(
    "words",
    [
        f"I visited {sample.HOME}.",
        "I visited 14 Pilchard Row on 12 October 2026.",
        "Merryn was born on 9 March 2013.",
        "Mr Tregear, born 1 July 1984, was at home.",
        "On 3 May Hill Road was closed; 12 sessions of 20 were missed.",
        "Reference 2026/0123456789, URN 900101.",
    ],
)
def test_the_parents_own_address_and_ordinary_figures_stay(words: str) -> None:
    statement = sample.statement(paragraphs=(words,), exhibits=())
    assert faults(planted(statement=statement)) == ()


def test_a_confidential_parents_own_address_is_not_served_either() -> None:
    parent = sample.case().parent
    assert parent is not None
    case = sample.case(parent=parent.model_copy(update={"confidential": True, "address": None}))
    person = sample.person(carers=(Carer(parent=f"{sample.CHILD}.1", name="Jory Tregear", address_confidential=True),))
    withheld = Withheld(child=sample.CHILD, confidential=True, addresses=(sample.HOME,))
    document = assemble(sample.material(case=case, person=person, withheld=withheld), sample.PROFILE)
    assert "Pilchard" not in document.model_dump_json()
    assert document.to_be_served.parent.address == "withheld: confidential"


@pytest.mark.parametrize("secret", SECRETS)
def test_a_statement_is_never_changed_and_its_maker_is_told_which_paragraph(secret: str) -> None:
    statement = sample.statement(paragraphs=("I am an officer.", f"I went there. {SECRETS[secret]}"), exhibits=())
    material = planted(statement=statement)
    with pytest.raises(NotServable, match=r"^paragraph 2 of the statement names an? .* that may not be served$") as refused:
        assemble(material, sample.PROFILE)
    assert FOUND.search(str(refused.value)) is None
    assert str(refused.value) in faults(material)


def test_an_exhibits_title_is_its_makers_too() -> None:
    exhibit = sample.exhibit(title=f"Letter to {GRAN}")
    with pytest.raises(NotServable, match=r"^the title of exhibit TO/1 names an address"):
        assemble(planted(statement=sample.statement(exhibits=(exhibit,))), sample.PROFILE)


def test_what_was_said_with_another_parent_of_needs_and_with_agencies_is_in_volume_a_alone() -> None:
    pack = assemble(sample.material(), sample.ASKING)
    assert {one.outcome for one in pack.to_be_served.chronology} == {"Agreed to meet the head of year on Monday."}
    told = pack.for_the_authority
    assert [one.outcome for one in (*told.needs, *told.agencies)] == ["A reader in tests: dyslexia.", "A family support worker visits."]
    assert [one.outcome for one in told.other_contacts] == ["She is abroad."]


def test_a_contact_that_names_this_parent_by_the_place_on_the_roll_is_served() -> None:
    by_place = sample.entry(date(2026, 11, 9), outcome="He will ring on Friday.", parents=(f"{sample.CHILD}.1",))
    pack = assemble(sample.material(case=sample.case(entries=(by_place,))), sample.PROFILE)
    assert [one.outcome for one in pack.to_be_served.chronology] == ["He will ring on Friday."]
    assert not pack.for_the_authority.other_contacts


PIECES = st.one_of(st.text(max_size=20), st.sampled_from([*SECRETS.values(), "07", "ZZ99 ", "4AA", "14 ", "Road", " ", "born ", "/1986"]))


@given(st.lists(PIECES, max_size=8).map("".join))
def test_any_text_can_be_cleared_and_is_clear_then(text: str) -> None:
    cleared = SERVABLE.cleared(text)
    assert SERVABLE.cleared(cleared) == cleared
    assert not list(SERVABLE.findings(cleared))


def test_the_reason_for_which_another_parent_was_let_pass_is_told_to_the_authority() -> None:
    let = Override(rule="every parent accounted for", by="A. Nance", at=datetime(2027, 2, 16, tzinfo=UTC), why="Never lived here.")
    item = Item(rule=let.rule, says="Lacking.", met=False, before="checking", may_be_overridden=True, override=let)
    other = ParentOfCase(parent="p2", ref=f"{sample.CHILD}.2", name="Elowen Tregear")
    pack = assemble(sample.material(items=(item,), case=sample.case(other_parents=(other,))), sample.PROFILE)
    assert [one.why_no_measure for one in pack.for_the_authority.other_parents] == ["Never lived here."]
    assert "Elowen Tregear (Never lived here.)" in {line.says for line in pack.for_the_authority.cover}


def test_whom_a_contact_was_with_says_that_it_was_this_parent_though_the_words_name_another_too() -> None:
    def whom(said: str, parents: tuple[str, ...]) -> str:
        told = sample.entry(date(2026, 10, 12), with_whom=said, parents=parents)
        [contact] = assemble(sample.material(case=sample.case(entries=(told,))), sample.PROFILE).to_be_served.chronology
        return contact.with_whom

    both = "Jory and Elowen Tregear"
    assert whom(both, ("p1", "p2")) == "this parent and another [words left out]"
    assert whom(both, ("p1",)) == "this parent [words left out]"
    assert whom(both, ()) == "[words left out]", "of which nobody said with whom it was"
    assert whom("father", ("p1", "p2")) == "father"
