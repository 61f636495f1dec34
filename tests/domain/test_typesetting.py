"""Pages by typst (`shared.typesetting`)."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from shared import typesetting
from shared.typesetting import NotTypeset

ON = date(2026, 11, 22)
TABLE = b"""#let rows = json(bytes(sys.inputs.rows))
#set document(title: "Rows")
#for row in rows [#row: #lorem(40) \\ ]"""
GROWTH = f"""
from datetime import date
from pathlib import Path
from shared import typesetting
from shared.memory import give_back_at_once

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 1_000_000

give_back_at_once()
sizes = []
for turn in range(14):
    typesetting.pdf({TABLE!r}, "rows", [turn * 1000 + row for row in range(300)], date(2026, 11, 22))
    sizes.append(resident())
print(sizes[2], sizes[-1])
"""


def test_the_same_input_makes_the_same_bytes() -> None:
    made = [typesetting.pdf(TABLE, "rows", ["#panic()", "née"], ON) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF-")


def test_an_error_tells_nothing_of_the_document() -> None:
    with pytest.raises(NotTypeset) as refused:
        typesetting.pdf(b'#panic(sys.inputs.at("rows"))', "rows", ["Robin Example"], ON)
    assert str(refused.value) == ""
    assert refused.value.__suppress_context__


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not say what is resident")
def test_a_process_grows_by_no_document() -> None:
    """What typst keeps of ten documents is far more than these few megabytes."""
    root = Path(__file__).parents[2]
    told = subprocess.run(
        [sys.executable, "-c", GROWTH], check=True, capture_output=True, text=True, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    third, last = map(int, told.stdout.split())
    assert last - third < 25, told.stdout
