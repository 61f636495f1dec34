"""What `iewo` shows on a narrow terminal, of much."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clients.iewo import show
from clients.iewo.main import main
from tests.contract.test_cli import Peer, serving


@pytest.fixture
def peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    monkeypatch.chdir(tmp_path)
    with serving() as made:
        yield made


def entry(number: int) -> dict[str, Any]:
    said = {"id": f"{number:024x}", "date": f"2026-{number % 9 + 1:02}-14", "kind": "attendance contract review", "seen": "no reply"}
    told = {"outcome": "mornings have been hard since the move; agreed to ring before nine", "with_whom": "Ms Alex Larkfield", "people": []}
    return {**said, **told, "next_step": "ring again", "due": "2026-11-30", "struck": None, "edition": 1}


ENTRIES = [entry(number) for number in range(300)]
CASE: dict[str, Any] = {
    **{"school": "900001", "child": "c" * 24, "person": {"forename": "Bartholomew", "surname": "Larkfield-Ashdown"}, "state": "monitoring"},
    **{"officer": "officer-hartley", "address_withheld": False, "opened_at": "2026-09-10", "closed_at": None, "possible": ["close"]},
    **{"handed_over": None, "standing": None, "flags": [], "interventions": ENTRIES},
    "concerns": [{"rule": "persistent absence", "since": "2026-09-30", "eased": False}],
}


def test_a_case_with_many_entries_is_read_on_a_terminal_of_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, peer: Peer
) -> None:
    monkeypatch.setattr(show.out, "width", 80)
    asked = ["case", "show", "3f", "--url", peer.url, "--token", "t"]

    def shown(*more: str) -> str:
        peer.answer(200, CASE)
        peer.answer(404, {"detail": "there is no such child of yours"})
        assert main([*asked, *more]) == 0
        return capsys.readouterr().out

    said = shown()
    done = said.partition("Done")[2].splitlines()
    assert (max(map(len, said.splitlines())) <= 100, max(map(len, done)) <= 80, len(said.splitlines()) < 100) == (True, True, True)
    latest = sorted(ENTRIES, key=lambda one: one["date"])[-20:]
    assert [one["id"] in said for one in ENTRIES].count(True) == 20
    assert all(one["id"] in said for one in latest)
    assert "these are the last 20 of 300 entries; all with --last 300" in said
    every = shown("--last", "300")
    assert all(one["id"] in every for one in ENTRIES)
    assert "these are the last" not in every


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_word_of_a_table_is_broken_and_none_is_wider_than_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr(show.out, "width", width)
    rows = [(f"{n:024x}", "900001", "Bartholomew Larkfield-Ashdown", "enforcement requested", "officer-hartley", n) for n in range(300)]
    show.table("Open cases", ("case", "school", "child", "state", "officer", "entries"), rows, right=("entries",))
    said = capsys.readouterr().out
    assert max(len(line.rstrip()) for line in said.splitlines()) <= width
    words = set(said.replace(";", " ").split())
    assert {f"{n:024x}" for n in range(300)} | {"Bartholomew", "Larkfield-Ashdown", "enforcement", "requested", "officer-hartley"} <= words
