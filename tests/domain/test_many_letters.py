"""What is known of many letters is not found out again at every look."""

from collections import Counter
from datetime import date
from typing import Any, cast

from services.sharing.domain.material import Material
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.letter_search import search_letters
from services.sharing.domain.paper.people import people
from services.sharing.domain.paper.servable import Servable
from services.sharing.leaf_pages import LeafPages
from shared.bus import Bus
from shared.contracts.attendance import Person
from shared.contracts.enforcement import AskCaseFile, CaseFile
from tests.domain import paper_sample as sample
from tests.domain.test_leaves import document, letter

DAY = date(2026, 11, 16)
MANY = 300


class Files:
    """Answers for a file of a case, and counts."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    async def ask(self, question: AskCaseFile, _: type[CaseFile]) -> CaseFile:
        self.asked[question.document] += 1
        return CaseFile(document=question.document, content=question.document.encode(), type="application/pdf")


class Counted(Servable):
    """Counts the texts that are searched."""

    searched = 0

    def recorded(self, text: str) -> Any:
        self.searched += 1
        return super().recorded(text)


def with_letters(*texts: str, **changes: Any) -> Material:
    letters = tuple(letter(f"l{number}", DAY, text=text) for number, text in enumerate(texts))
    files = tuple(document(one.letter, str(one.document).encode()) for one in letters)
    return sample.material(case=sample.case(letters=letters, documents=files), statement=None, **changes)


def searched(material: Material) -> tuple[dict[str, tuple[str, ...]], int]:
    known = people(material)
    confidential = Confidential(material, known)
    servable = Counted(material, known, confidential)
    return dict(search_letters(material, known, confidential, servable)), servable.searched


async def test_the_pages_of_each_of_many_letters_are_asked_for_once() -> None:
    files, material = Files(), with_letters(*["Dear Mr Tregear"] * MANY)
    pages = LeafPages(cast(Bus, files))
    assert len(await pages.of(material)) == MANY
    assert len(await pages.of(material)) == MANY
    assert (len(files.asked), set(files.asked.values())) == (MANY, {1})


def test_a_letter_is_searched_once_for_the_same_people() -> None:
    material = with_letters("Dear Mr Tregear, nothing.", "Jowan sees her.", "Ring 01632 960555.")
    first, count = searched(material)
    assert (first, count) == ({"l2": ("a telephone number that is not the family's",)}, 3)
    assert searched(material) == (first, 0)


def test_a_letter_is_searched_anew_for_other_people_and_other_words() -> None:
    """What was looked for, and the text, make what was found."""
    searched(with_letters("Jowan sees her.", "Her UPN: C801200005009."))
    brother = Person(child=sample.SIBLING, upn=None, forename="Jowan", surname="Tregear")
    found, count = searched(with_letters("Jowan sees her.", "Nothing.", siblings=(brother,)))
    assert (found, count) == ({"l0": ("another child or parent by name",)}, 2)
    parents = sample.case().other_parents
    assert parents
    other = with_letters("Jowan sees her.").model_copy(update={"siblings": ()})
    assert searched(other)[0] == {}
    ours = other.case.letters[0].model_copy(update={"text": "Ring 01632 960555.", "on_it": ("01632 960555",)})
    assert searched(other.model_copy(update={"case": other.case.model_copy(update={"letters": (ours,)})}))[0] == {}
