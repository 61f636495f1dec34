"""What stands in exhibits' own pages, as far as it can be read: a person decides, but a confidential address is never served."""

import io

import pytest
import typst
from pypdf import PdfWriter

from services.sharing.domain.exhibit_pages import read
from services.sharing.domain.material import Exhibit, ExhibitText, Item, Material
from services.sharing.domain.readiness import judge
from tests.domain import paper_sample as sample
from tests.domain.test_paper_served import BORN, GRAN, PHONES, REFUGE, planted

HIDE, SEARCHED = "exhibits hide particulars", "exhibits searched"


def pdf(*pages: str) -> bytes:
    """A file with these pages; the text of each is broken wherever the line ends."""
    text = "#set page(width: 60mm, height: 90mm)\n" + "#pagebreak()\n".join(f"#text(12pt)[#{page!r}]\n".replace("'", '"') for page in pages)
    made = typst.compile(text.encode())
    assert isinstance(made, bytes)
    return made


def picture() -> bytes:
    """A page without a text layer, as a scanner makes it."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def with_exhibits(*contents: bytes) -> Material:
    exhibits = tuple(
        Exhibit(initials="TO", number=number, document=f"d{number}", title="A letter", sha256="0" * 64, type="pdf")
        for number in range(1, len(contents) + 1)
    )
    texts = tuple(ExhibitText(document=f"d{number}", **read(content)._asdict()) for number, content in enumerate(contents, 1))
    return planted(statement=sample.statement(exhibits=exhibits), exhibit_texts=texts)


def items(*contents: bytes) -> dict[str, Item]:
    return {one.rule: one for one in judge(with_exhibits(*contents), sample.PROFILE)}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"She has gone to live with her aunt at {REFUGE}.", None),
        ("She has gone to 7 Refuge Ln. to her aunt.", None),
        ("She has gone to 7 R e f u g e L n to her aunt.", None),
        (f"The grandmother lives at {GRAN}, which is far from school.", "another person's address"),
        (f"Ring the mother on {PHONES['other']} or +44 7700 900 123.", "another person's telephone number"),
        (f"The brother was born on {BORN['sibling']:%d/%m/%Y} and is six.", "another person's date of birth"),
    ],
)
def test_what_an_exhibit_says_of_others_is_found_on_its_page(text: str, what: str | None) -> None:
    found = items(pdf("Dear Mr Tregear, please come.", text))
    if what is None:
        assert (found[HIDE].met, found[HIDE].may_be_overridden) == (False, False)
        assert found[HIDE].says.startswith("TO/1 names a confidential address (page 2)")
        assert found[SEARCHED].met
    else:
        assert (found[HIDE].met, found[HIDE].may_be_overridden) == (False, False), "it is on record of another: nobody lets it pass"
        assert found[HIDE].says == f"TO/1 names {what} (page 2)."
        assert found[SEARCHED].met


@pytest.mark.parametrize("home", [sample.HOME, "14 PILCHARD ROW, Porthkerris ZZ99 1AB"])
def test_who_lives_with_the_parent_has_the_parents_address_however_the_roll_writes_it(home: str) -> None:
    made = with_exhibits(pdf(f"To both, {sample.HOME}."))
    carers = tuple(one.model_copy(update={"address": home}) for one in sample.person().carers)
    both = sample.material(
        person=sample.person(carers=carers, address=home),
        statement=made.statement,
        exhibit_texts=made.exhibit_texts,
    )
    found = {one.rule: one for one in judge(both, sample.PROFILE)}
    assert found[HIDE].met, found[HIDE].says


@pytest.mark.parametrize(
    ("text", "words"),
    [("She is waiting for CAMHS and takes medication.", "camhs, medication"), ("Ask the social worker.", "social worker")],
)
def test_what_may_tell_of_needs_is_found_for_a_person_to_read(text: str, words: str) -> None:
    found = items(pdf("Dear Mr Tregear", text))[SEARCHED]
    assert (found.met, found.may_be_overridden, found.each) == (False, True, ("TO/1",))
    assert found.says == f"TO/1 names what may be of health, of needs or of other agencies ({words}) (page 2)."


def test_a_letter_with_the_parents_own_particulars_and_the_officers_is_fit() -> None:
    own = f"Mr Jory Tregear, {sample.HOME}. Merryn, born on 9 March 2013. Ring me on {PHONES['officer']}."
    found = items(pdf(own))
    assert (found[HIDE].met, found[SEARCHED].met) == (True, True), found[SEARCHED].says
    assert "Not searched" not in found[SEARCHED].says


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Mrs Begum next door has seen him: 07700 900555.", "a telephone number that is not the family's"),
        ("He stays with friends, ZZ97 4QQ.", "a postcode that is not the family's"),
        ("Write to begum@example.org about it.", "an e-mail address that is not the family's"),
    ],
)
def test_what_is_on_no_record_and_not_the_familys_is_found_but_in_our_own_letters(text: str, what: str) -> None:
    found = items(pdf("Dear Mr Tregear", text))[SEARCHED]
    assert (found.met, found.may_be_overridden) == (False, True)
    assert found.says.startswith(f"TO/1 names {what} (page 2).")
    made = with_exhibits(pdf("Dear Mr Tregear", text))
    ours = made.case.letters[0].model_copy(update={"document": "d1"})
    letter = made.model_copy(update={"case": made.case.model_copy(update={"letters": (ours,)})})
    assert {one.rule: one.met for one in judge(letter, sample.PROFILE)}[SEARCHED]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("KERRA also misses school.", "another child or parent by name"),
        ("Signed: Tregear, Elowen", "another child or parent by name"),
        ("E l o w e n T r e g e a r", "another child or parent by name"),
        ("UPN: B 8012 0000 5001", "a unique pupil number"),
        ("A801200005003 was with him.", "a unique pupil number"),
    ],
)
def test_names_and_pupil_numbers_are_found_on_their_page_in_our_own_letters_too(text: str, what: str) -> None:
    found = items(pdf("Dear Mr Tregear, please come with Merryn Tregear.", text))[SEARCHED]
    assert (found.met, found.may_be_overridden) == (False, True)
    assert found.says.startswith(f"TO/1 names {what} (page 2).")
    made = with_exhibits(pdf(text))
    ours = made.case.letters[0].model_copy(update={"document": "d1"})
    letter = made.model_copy(update={"case": made.case.model_copy(update={"letters": (ours,)})})
    assert not {one.rule: one.met for one in judge(letter, sample.PROFILE)}[SEARCHED]


def test_a_name_that_goes_on_overleaf_is_found() -> None:
    assert "another child or parent by name (page 1)" in items(pdf("Signed by Elo-", "wen Tregear."))[SEARCHED].says


def test_what_has_no_text_is_listed_for_who_checks() -> None:
    half = PdfWriter()
    half.append(io.BytesIO(pdf("Dear Mr Tregear")))
    half.append(io.BytesIO(picture()))
    out = io.BytesIO()
    half.write(out)
    found = items(pdf("Dear Mr Tregear"), picture(), b"\x89PNG", out.getvalue(), b"%PDF-1.7 broken")
    assert (found[SEARCHED].met, found[SEARCHED].may_be_overridden) == (False, True), "until somebody says to have looked"
    assert "Not searched, since not all of it can be read as text: TO/2, TO/3, TO/4 and TO/5." in found[SEARCHED].says


def test_without_exhibits_nothing_is_said() -> None:
    assert {HIDE, SEARCHED}.isdisjoint(items())
