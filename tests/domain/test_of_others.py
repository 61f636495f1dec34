"""Volume A tells of other parents, of brothers and sisters and of agencies what the authority's profile asks for, and no more."""

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.sharing.domain.material import Material
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.make import preview
from services.sharing.domain.paper.printing import volume_a
from services.sharing.domain.profile import Profile
from services.sharing.profiles import FOLDER, BadProfile, load_profiles
from shared.contracts.attendance import Carer
from shared.contracts.enforcement import ParentOfCase, Sibling
from shared.pack.for_the_authority import ForTheAuthority
from tests.domain import paper_sample as sample
from tests.domain.paper_sample import ASKING, CHILD, ELSEWHERE, HOME, PROFILE
from tests.domain.test_paper_served import text_of

HERS: dict[str, Any] = {
    "title": "Dr",
    "relationship": "mother",
    "responsibility": "yes",
    "lives_with": "no",
    "address": ELSEWHERE,
    "telephones": ("07700 900123",),
    "language": "Cornish",
    "interpreter": True,
    "confirmed_on": date(2027, 1, 16),
    "left_out": "Abroad since May; post to 2 Cockle Lane, ring +44 7700 900 123, born 3 Feb 1986.",
}
PLANTED = re.compile(
    r"cockle|zz99\W*4aa|900\W*123|cornish|1986|16\W*(?:jan|january|01)\W*2027|2027-01-16|school dinners|at her sister|rang off|"
    r"in her own right|900177|URN 900177",
    re.IGNORECASE,
)


def planted() -> Material:
    """The mother's things, in the pack against the father; a meeting of hers, a call of hers before the period, and what an agency did with
    her alone."""
    mother = ParentOfCase(parent="p2", ref=f"{CHILD}.2", name="Elowen Tregear", **HERS)
    hers = [
        sample.entry(date(2026, 11, 4), kind="meeting in school", with_whom="at her sister's", outcome="School dinners.", parents=("p2",)),
        sample.entry(date(2026, 6, 2), kind="telephone call", with_whom="mother", outcome="She rang off.", parents=("p2",)),
        sample.entry(
            date(2026, 11, 6),
            kind="early help assessment done",
            with_whom="Harbour Family Service, at 2 Cockle Lane",
            outcome="Seen in her own right.",
            tells="agencies",
            parents=("p2",),
        ),
    ]
    entries = (*sample.case().entries[:6], *hers)
    case = sample.case(other_parents=(mother,), entries=entries, siblings=(Sibling(child=sample.SIBLING, school="900177", requested=True),))
    father, _ = sample.person().carers
    carer = Carer(
        parent=f"{CHILD}.2", name="Elowen Tregear", relationship="mother", address=ELSEWHERE, born=date(1986, 2, 3), phone="07700 900123"
    )
    return sample.material(case=case, person=sample.person(carers=(father, carer)))


def told(profile: Profile) -> ForTheAuthority:
    return assemble(planted(), profile).for_the_authority


def test_of_the_other_parent_the_least_that_forms_need() -> None:
    (mother,) = told(PROFILE).other_parents
    assert (mother.title, mother.name, mother.relationship, mother.responsibility) == ("Dr", "Elowen Tregear", "mother", "yes")
    left_out = "[left out: another person's]"
    why = f"Abroad since May; post to {left_out}, ring {left_out}, born {left_out}."
    assert (mother.lives_with, mother.requested, mother.why_no_measure) == ("no", False, why)
    assert (mother.address, mother.telephones, mother.date_of_birth, mother.language, mother.interpreter) == (None, (), None, None, None)
    assert told(PROFILE).parent.address == HOME, "of this pack's parent, whom papers have to reach"


@pytest.mark.parametrize("which", ["document", "a", "b"])
def test_what_is_not_asked_for_is_in_no_part(which: Any) -> None:
    def printed(profile: Profile) -> str:
        document = assemble(planted(), profile).as_json().decode()
        return document if which == "document" else " ".join(text_of(preview(planted(), profile, which, {})).split())

    assert PLANTED.search(printed(PROFILE)) is None
    assert (PLANTED.search(printed(ASKING)) is None) is (which == "b"), "what was planted is found where an authority asks for it"


def test_contacts_with_the_other_parent_of_the_period_by_kind_and_date() -> None:
    (meeting,) = told(PROFILE).other_contacts
    assert meeting.model_dump(exclude_none=True) == {"date": date(2026, 11, 4), "kind": "meeting in school"}
    (whole,) = told(ASKING).other_contacts
    assert (whole.with_whom, whole.outcome) == ("at her sister's", "School dinners.")
    nothing = PROFILE.model_copy(update={"of_others": PROFILE.of_others.model_copy(update={"contacts": "left out"})})
    assert told(nothing).other_contacts == ()


def test_an_agency_is_named_and_what_it_did_with_the_other_parent_alone_is_not_told() -> None:
    family, hers = told(PROFILE).agencies
    assert family.outcome == "A family support worker visits."
    assert (hers.with_whom, hers.outcome) == (
        "Harbour Family Service, at [left out: another person's]",
        "not told: with another parent",
    )


def test_what_is_this_parents_or_the_childs_too_stays_in_words() -> None:
    """Who lives with the mother, in a pack against her, is told as hers; so is the child who lives with the other parent."""
    home = planted()
    (mother,) = home.case.other_parents
    beside = mother.model_copy(update={"address": HOME, "telephones": home.case.parent.telephones if home.case.parent else ()})
    case = home.case.model_copy(update={"other_parents": (beside.model_copy(update={"left_out": f"Both live at {HOME}."}),)})
    (told_of,) = assemble(home.model_copy(update={"case": case}), PROFILE).for_the_authority.other_parents
    assert told_of.why_no_measure == f"Both live at {HOME}."


def test_brothers_and_sisters_by_name_and_whether_a_request_of_their_own_stands() -> None:
    (sibling,) = told(PROFILE).siblings
    assert (sibling.name, sibling.requested, sibling.school_urn, sibling.year_group) == ("Kerra Tregear", True, None, None)
    assert "Kerra Tregear, own request" in {line.says for line in told(PROFILE).cover}
    (all_of_it,) = told(ASKING).siblings
    assert (all_of_it.school_urn, all_of_it.year_group) == ("900177", "6")
    none = PROFILE.model_copy(update={"of_others": PROFILE.of_others.model_copy(update={"siblings": ()})})
    assert told(none).siblings == ()


def test_another_parents_request_is_not_said_to_be_sent() -> None:
    """It may be a mere draft, and go or not go after this pack was made."""
    mother = ParentOfCase(parent="p2", ref=f"{CHILD}.2", name="Elowen Tregear", requested=True)
    pack = assemble(sample.material(case=sample.case(other_parents=(mother,))), PROFILE)
    text = " ".join(text_of(volume_a(pack, None)).split())
    assert "in a request of its own, sent or being prepared" in text


def test_what_is_held_back_is_named_by_its_kind() -> None:
    found = [one.record for one in told(PROFILE).not_included]
    assert found[:3] == [
        "Of other parents and carers: date of birth, address, telephones, language and interpreter and when contacts were last confirmed",
        "Contacts with other parents, but for what tells of the child's needs: what was said, with whom, and what came of it; "
        "their kinds and dates of the period are here",
        "Of brothers and sisters: school and year group",
    ]
    assert not any(one.record.startswith(("Of other", "Contacts with", "Of brothers")) for one in told(ASKING).not_included)
    alone = sample.material(case=sample.case(other_parents=(), siblings=()), person=sample.person(carers=sample.person().carers[:1]))
    assert not any(one.record.startswith(("Of ", "Contacts")) for one in assemble(alone, PROFILE).for_the_authority.not_included)


def test_an_authority_says_in_its_profile_what_its_form_asks_for(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "national.toml", tmp_path)
    own = tmp_path / "803.toml"
    own.write_text("[[enforcement]]\nfrom = 2026-01-01\n[enforcement.of_others]\nparents = ['relationship', 'address']\n")
    asked = load_profiles(tmp_path).of("803", sample.TODAY)
    assert (asked.of_others.siblings, asked.of_others.contacts) == (PROFILE.of_others.siblings, "kind and date")
    (mother,) = told(asked).other_parents
    assert mother.why_no_measure is not None
    assert mother.why_no_measure.startswith("Abroad since May; post to 2 Cockle Lane, ring [left out")
    assert (mother.address, mother.responsibility, mother.told) == (ELSEWHERE, None, ("relationship", "address"))
    own.write_text("[[enforcement]]\nfrom = 2026-01-01\n[enforcement.of_others]\nsiblings = ['school']\n")
    with pytest.raises(BadProfile, match="without their name"):
        load_profiles(tmp_path)
