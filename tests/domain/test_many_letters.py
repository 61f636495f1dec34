"""The pages of many letters are not made again at every look."""

from collections import Counter
from datetime import date
from typing import Any, cast

from services.sharing.domain.material import Material
from services.sharing.leaf_pages import LeafPages
from shared.bus import Bus
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
        return CaseFile(document=question.document, content=question.document.encode(), type="pdf")


def with_letters(*texts: str, **changes: Any) -> Material:
    letters = tuple(letter(f"l{number}", DAY, text=text) for number, text in enumerate(texts))
    files = tuple(document(one.letter, str(one.document).encode()) for one in letters)
    return sample.material(case=sample.case(letters=letters, documents=files), statement=None, **changes)


async def test_the_pages_of_each_of_many_letters_are_asked_for_once() -> None:
    files, material = Files(), with_letters(*["Dear Mr Tregear"] * MANY)
    pages = LeafPages(cast(Bus, files))
    assert len(await pages.of(material)) == MANY
    assert len(await pages.of(material)) == MANY
    assert (len(files.asked), set(files.asked.values())) == (MANY, {1})
