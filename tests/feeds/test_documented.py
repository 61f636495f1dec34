"""The example files of docs/feeds.md are taken as they stand there."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from services.attendance.domain.check_feed import check_feed
from tests.feeds.terms import TERMS

DOCUMENT = Path(__file__).parents[2] / "docs/feeds.md"
EXAMPLES = re.findall(r"^```(?:csv|xml|json)\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_there_is_an_example_of_each_format_in_text() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("text", EXAMPLES, ids=["roll", "marks", "SIMS", "Wonde", "CTF"])
def test_every_row_of_an_example_is_taken(text: str) -> None:
    receipt = check_feed(text.encode(), replace(TERMS, laestab="9912001")).receipt
    assert receipt.accepted == receipt.rows > 0
    assert not receipt.refused
