"""Exhibits are read apart: one that takes too much is for a person to look at, and holds up nobody else."""

import asyncio
import hashlib
import time
import zlib
from dataclasses import dataclass, field

import pytest

from services.sharing import apart
from services.sharing.domain.material import Exhibit, Statement
from services.sharing.exhibit_texts import ExhibitTexts, read_apart
from shared.contracts.enforcement import AskCaseFile, CaseFile
from tests.domain import paper_sample as sample
from tests.support.drawn_pdf import drawn, line, stream

PACKED = zlib.compress(b"BT /F1 12 Tf 40 700 Td (x) Tj ET\n" * 200_000, 9)
LETTER = drawn(line("A letter of the school."))
ENDLESS = drawn(*[stream(PACKED, b"/Filter/FlateDecode")] * 3)
"""58 KB, which take a minute."""


@dataclass
class Cases:
    """What `referrals` answers, and how often it was asked."""

    files: dict[str, bytes]
    asked: list[str] = field(default_factory=list)

    async def ask(self, question: AskCaseFile, answer: type[CaseFile]) -> CaseFile:
        self.asked.append(question.document)
        return answer(document=question.document, type="pdf", content=self.files[question.document])


def statement(documents: dict[str, bytes]) -> Statement:
    made = enumerate(documents.items(), 1)
    return sample.statement(
        exhibits=tuple(
            Exhibit(
                initials="TO",
                number=number,
                document=name,
                title="A letter",
                sha256=hashlib.sha256(content).hexdigest(),
                type="pdf",
            )
            for number, (name, content) in made
        )
    )


async def test_an_exhibit_that_takes_too_much_is_unread_and_the_process_goes_on() -> None:
    begun = time.monotonic()
    endless = asyncio.create_task(read_apart(ENDLESS))
    said = await read_apart(LETTER)
    assert (said.whole, said.pages[0].startswith("A letter of the school.")) == (True, True)
    assert not endless.done()
    assert await endless == ((), "", False)
    assert time.monotonic() - begun < apart.PATIENCE + 5


async def test_what_several_look_at_at_once_is_fetched_and_read_once() -> None:
    cases = Cases({"d1": LETTER, "d2": b"\x89PNG"})
    texts = ExhibitTexts(cases)  # type: ignore[arg-type]
    looks = [asyncio.create_task(texts.of("c1", statement(cases.files))) for _ in range(8)]
    looks[0].cancel()
    found = await asyncio.gather(*looks[1:])
    assert sorted(cases.asked) == ["d1", "d2"]
    assert [(one.document, one.unread) for one in found[0]] == [("d1", False), ("d2", True)]
    assert all(one == found[0] for one in found)
    assert texts._reading == {}


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", b"", LETTER[:200]])
async def test_what_is_damaged_is_unread(content: bytes) -> None:
    assert not (await read_apart(content)).whole
