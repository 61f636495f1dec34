"""A later edition says why it exists and what is another by now: to the Local Authority all of it, to the parent the parent's own."""

import io
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from services.sharing.domain.material import EditionBefore, Material
from services.sharing.domain.paper.as_checked import as_checked
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.printing import volume_a, volume_b
from shared.contracts.attendance import ChildRegister
from shared.contracts.enforcement import ParentOfCase
from shared.contracts.sharing import Rested
from tests.domain import paper_sample as sample

FIRST_PACK = "0c0ffee00001"
SENT_ON = date(2027, 2, 16)
WHY = "The school put right what a supply teacher had entered."
NEW_HOME = "9 Whelk Terrace, Example Haven, ZZ99 5ZZ"


def corrected(number: int) -> tuple[ChildRegister, list[date]]:
    """The register with so many marks of unauthorised absence put right, and their days."""
    told = sample.register()
    places = [at for at, one in enumerate(told.sessions) if one.code == "O"][:number]
    assert len(places) == number
    sessions = tuple(one.model_copy(update={"code": "I"}) if at in places else one for at, one in enumerate(told.sessions))
    return told.model_copy(update={"sessions": sessions}), sorted({told.sessions[at].day for at in places})


def second(first: Material | None = None, why: str = WHY, told: tuple[Rested, ...] = (), **changes: Any) -> Material:
    """The next edition of a pack that was sent, before anybody has signed it."""
    first = first or sample.material()
    before = EditionBefore(
        pack=FIRST_PACK,
        edition=1,
        sent_on=SENT_ON,
        why=why,
        by="T. Okafor",
        told=told,
        marks=first.certificate.marks if first.certificate else None,
        sent=assemble(first, sample.PROFILE),
    )
    next_: dict[str, Any] = {"edition": 2, "supersedes": FIRST_PACK, "certificate": None, "edition_before": before}
    return sample.material(**next_ | changes)


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\u200b", "").split())


def volumes(material: Material) -> tuple[str, str]:
    pack = assemble(material, sample.PROFILE)
    return words(volume_a(pack, None)), words(volume_b(pack, None))


def other_parent(**changes: Any) -> tuple[ParentOfCase, ...]:
    return tuple(one.model_copy(update=changes) for one in sample.case().other_parents)


def test_corrected_marks_stand_on_both_covers_and_why_in_volume_a_alone() -> None:
    marks, days = corrected(3)
    told = assemble(second(marks=marks), sample.PROFILE)
    for_la, served = told.for_the_authority.edition_before, told.to_be_served.edition_before
    assert for_la
    assert served
    assert (for_la.pack, for_la.edition, for_la.sent_on, for_la.why, for_la.by) == (FIRST_PACK, 1, SENT_ON, WHY, "T. Okafor")
    assert (for_la.changed, {(one.before, one.after) for one in for_la.sessions}) == (("sessions",), {("O", "I")})
    assert (served.pack, served.sent_on, list(served.corrected), served.changed) == (FIRST_PACK, SENT_ON, days, ())
    a, b = volumes(second(marks=marks))
    assert f"T. Okafor: {WHY} Changed since edition 1, sent on 16 February 2027: the marks of" in a
    one = for_la.sessions[0]
    assert f"{one.date:%d %b %Y} {one.session} (O, now I)" in a
    assert "Marks that differ from those that were certified in edition 1" in a
    assert f"This takes the place of pack {FIRST_PACK} of 16 February 2027: the marks of {days[0].day}" in b
    assert "were corrected in the register" in b
    assert "supply teacher" not in b
    assert "Letters and exhibits show the figures on the day they were written" in b


def test_many_marks_are_counted_on_the_cover_and_listed_where_changes_are() -> None:
    marks, _ = corrected(14)
    a, _ = volumes(second(marks=marks))
    assert "the marks of 14 sessions, listed in this volume" in a
    assert a.count("(O, now I)") == 0


def test_what_concerns_others_is_told_by_its_kind_and_to_the_authority_alone() -> None:
    case = sample.case(other_parents=other_parent(address=NEW_HOME), flags=("domestic abuse",))
    told = second(told=("sessions", "address"), case=case)
    pack = assemble(told, sample.PROFILE)
    assert pack.for_the_authority.edition_before
    assert (pack.for_the_authority.edition_before.changed, pack.for_the_authority.edition_before.flags) == (
        ("address", "flag"),
        ("domestic abuse",),
    )
    assert pack.to_be_served.edition_before
    assert (pack.to_be_served.edition_before.corrected, pack.to_be_served.edition_before.changed) == ((), ())
    a, b = volumes(told)
    assert "an address; flags (domestic abuse)." in a
    assert f"This takes the place of pack {FIRST_PACK} of 16 February 2027." in b
    for secret in ("Whelk", "domestic", "address is another", "corrected", "day they were written", WHY):
        assert secret not in b, secret


def test_the_parents_own_name_and_address_are_served_by_their_kind() -> None:
    parent = sample.case().parent
    assert parent
    told = second(case=sample.case(parent=parent.model_copy(update={"name": "Jory Trewin", "address": NEW_HOME})))
    pack = assemble(told, sample.PROFILE)
    assert pack.to_be_served.edition_before
    assert pack.to_be_served.edition_before.changed == ("parent", "address")
    assert pack.for_the_authority.edition_before
    assert pack.for_the_authority.edition_before.changed == ("parent", "address")
    assert "the parent's address is another" in volumes(told)[1]


def test_a_reason_that_names_a_confidential_address_is_cleared() -> None:
    hidden = other_parent(address=sample.ELSEWHERE, confidential=True)
    told = assemble(second(why=f"She moved from {sample.ELSEWHERE}.", case=sample.case(other_parents=hidden)), sample.PROFILE)
    assert told.for_the_authority.edition_before
    assert sample.ELSEWHERE not in told.for_the_authority.edition_before.why


@pytest.mark.parametrize("number", [0, 2])
def test_what_follows_from_the_rest_takes_no_check_away(number: int) -> None:
    """The marks have a fingerprint of their own."""
    marks, _ = corrected(number)
    assert as_checked(second(marks=marks), sample.PROFILE) == as_checked(second(marks=marks, why="Another reason."), sample.PROFILE)


def test_a_first_edition_says_nothing_of_one_before() -> None:
    pack = assemble(sample.material(), sample.PROFILE)
    assert (pack.for_the_authority.edition_before, pack.to_be_served.edition_before) == (None, None)
    assert not any("takes the place" in text or "Why this edition" in text for text in volumes(sample.material()))
