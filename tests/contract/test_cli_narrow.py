"""What `iewo` shows on a narrow terminal, of much."""

import re
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


def pack(number: int, state: str, **said: Any) -> dict[str, Any]:
    about = {"child_name": "Bartholomew Larkfield-Ashdown", "parent_name": "Ms Alexandra Larkfield-Ashdown", "measure": "penalty notice"}
    due = {"request_by": "2026-12-01", "earliest_by": "2027-02-26"}
    return {"pack": f"{number:024x}", "state": state, "edition": 1, "school": "900001", "authority": "992", **about, **due, **said}


MARKS = [{"date": f"2026-10-{day:02}", "session": half, "before": "O", "after": "L"} for day in range(5, 9) for half in ("AM", "PM")]
PACKS = [
    pack(1, "draft", changed_since_checked=["sessions", "the parent's address"]),
    pack(2, "checked", measure="prosecution"),
    pack(3, "waiting", reason="the LA receives by hand: `iewo packs export`, and then `iewo packs handed-over`"),
    pack(4, "sent", edition=2, changed_since_sent=["sessions", "flags"], sessions_changed=MARKS),
    pack(5, "returned with questions"),
]


@pytest.mark.parametrize(("width", "most"), [(80, 32), (100, 26), (140, 20)])
def test_a_list_of_packs_stays_a_table_and_says_in_a_line_or_two_why_each_waits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, peer: Peer, width: int, most: int
) -> None:
    monkeypatch.setattr(show.out, "width", width)
    peer.answer(200, PACKS)
    assert main(["packs", "list", "--url", peer.url, "--token", "t"]) == 0
    said = capsys.readouterr().out
    lines = [line.rstrip() for line in said.splitlines()]
    assert (max(map(len, lines)) <= width, len(lines) <= most) == (True, True), said
    assert [line.split()[0] for line in lines if re.match("[0-9a-f]{24} ", line)] == [one["pack"] for one in PACKS]
    assert [column in lines[2] for column in ("pack", "child", "against", "state")] == [True] * 4
    told = " ".join(said.split())
    assert PACKS[2]["reason"] in told
    assert "changed since it was checked: sessions, the parent's address" in told
    assert "6 Oct 2026 AM O when sent, now L and 5 more), flags" in told
    for column, says in (("request by", "2026-12-01"), ("lay by", "2027-02-26"), ("school", "900001"), ("LA", "992")):
        assert column in lines[2] or told.count(f"{column} {says}") == len(PACKS), "beside or beneath, each row has all"
        assert told.count(says) == len(PACKS)


def test_a_list_of_packs_says_where_no_court_sits_on_the_last_day(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(200, [pack(1, "draft", earliest_by="2027-01-01", changed_since_checked=["sessions"]), pack(2, "checked")])
    assert main(["packs", "list", "--url", peer.url, "--token", "t"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "New Year's Day: lay it by 31 December 2026; changed since it was checked: sessions" in told
    assert told.count("lay it by") == 1
    peer.answer(200, [pack(1, "draft", request_by="2027-04-11", earliest_by="2027-05-09")])
    assert main(["packs", "list", "--url", peer.url, "--token", "t"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "a Sunday: ask by 9 April 2027; a Sunday: lay it by 7 May 2027" in told


def test_a_change_says_by_when_to_answer_it_and_the_last_day_in_court(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    def told(*words: str) -> str:
        assert main([*words, "--url", peer.url, "--token", "t"]) == 0
        return " ".join("".join(capsys.readouterr()).split())

    until = {"changed_since_sent": ["address"], "sessions_changed": [], "answer_by": "2026-11-24"}
    peer.answer(200, [pack(1, "paid", **until, earliest_by=None)])
    assert "changed since sent: address; answer by 24 November 2026" in told("packs", "list")
    changed = {"pack": "p", "state": "accepted", **until, "earliest_by": "2027-03-02", "answered": [], "edition": 1}
    offer = {"possible": ["supersede", "withdraw"], "refused": {"stands": "10 are needed."}, "relied_on": {"sent": 12, "now": 9}}
    peer.answer(200, changed | offer)
    said = "answer by 24 November 2026; last day in court: 2 March 2027; answer with --answer supersede or withdraw"
    figures = "changed since sent: address; 12 sessions were relied on when it was sent, 9 are now"
    assert f"{figures}; {said} not stands: 10 are needed." in told("packs", "changed", "p")
    one = {"at": "2026-11-23T08:00:00Z", "about": ["address"], "school": "900001", "link": "/v1/packs/5f2c"}
    notices = [
        one | {"what": "pack changed since it was sent", "act_by": "2026-11-24", "last_in_court": "2027-03-02"},
        one | {"what": "pack is a draft again", "act_by": "2027-04-11", "last_in_court": None},
    ]
    peer.answer(200, {"mail": "daily", "email": "o@example.org", "notices": notices})
    listed = told("notices", "list")
    assert "answer by 24 November 2026; last day in court: 2 March 2027" in listed
    assert "2027-04-11 (a Sunday: act by 9 April 2027)" in listed


def test_what_one_row_alone_says_stands_beneath_it(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("a", 1, None), ("b", 2, "why it waits")]
    show.table("Some", ("name", "number", ""), rows, right=("number",), beneath=("",))
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        *("Some", "", "name   number", "─────────────", "a           1", "b           2", "    why it waits", "")
    ]
