"""The `iewo` command without a system behind it: usage, addresses, answers of a service, tokens, certificates offline."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, get_args

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clients.iewo import show
from clients.iewo.commands.token import Role
from clients.iewo.failure import MEANING, Code
from clients.iewo.main import main
from shared import auth, certificates, merkle
from shared.development import ISSUER, make_token_key

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "clients.iewo"]

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()


@pytest.fixture(autouse=True)
def _away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, with no stack above it and nothing told by the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("IEWO_")]:
        monkeypatch.delenv(name)


def iewo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and the one line that was said of it; nothing else may stand on the standard error output."""
    code = main(arguments)
    said = capsys.readouterr().err
    assert said.startswith("iewo: ")
    assert said.count("\n") == 1
    return code, said.strip()


# starting ---------------------------------------------------------------------------------------------------------------


def test_help_tells_the_commands_and_the_exit_codes() -> None:
    helped = iewo("--help")
    assert helped.returncode == 0
    assert helped.stderr == ""
    for word in ("feed", "school", "officer", "authority", "token", "packs", "retention", "certificate", "provision", "deadletters"):
        assert f" {word} " in helped.stdout
    said = " ".join(helped.stdout.split())
    assert [f"{code} {says}" for code, says in MEANING.items() if f" {code} {says}." not in said] == []


def test_the_readme_has_the_exit_codes_of_the_command() -> None:
    table = (ROOT / "README.md").read_text().partition("| exit code | says |\n|---|---|\n")[2].partition("\n\n")[0]
    assert table.splitlines() == [f"| {code} | {says} |" for code, says in MEANING.items()]
    assert MEANING.keys() == set(Code)


def test_its_many_commands_cost_little_to_start() -> None:
    """What a command needs, from the HTTP client to the schemas, is imported when it runs."""

    def libraries(script: str) -> set[str]:
        command, listing = (sys.executable, "-X", "importtime", "-c", script), {**os.environ, "PYTHONPATH": str(ROOT)}
        said = subprocess.run(command, capture_output=True, text=True, check=True, env=listing).stderr
        names = {line.rpartition("|")[2].strip().partition(".")[0] for line in said.splitlines()}
        return {name for name in names if name and not name.startswith("_")} - sys.stdlib_module_names

    nothing, whole = libraries("import typer"), libraries("import clients.iewo.main")
    assert "typer" in nothing
    assert whole - nothing == {"clients", "shared"}


def test_it_says_which_version_it_is() -> None:
    said = iewo("--version")
    assert (said.returncode, said.stdout.startswith("iewo "), said.stderr) == (0, True, "")


def test_an_id_in_a_table_is_never_broken_and_an_empty_one_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show.out, "width", 60)
    ids, words = [digit * 24 for digit in "abc"], "words that take their room " * 3
    show.table("Documents", ("one", "two", "three", "what"), [(*ids, words)])
    show.table("Proposals", ("referral",), [])
    said = capsys.readouterr().out
    assert ([one in said for one in ids], said.splitlines()[-1]) == ([True] * 3, "Proposals: none")


# usage ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("feed", "push", "missing.csv", "--school", "900001"), "'missing.csv' does not exist"),
        (("feed", "push", "feed.csv", "--whole"), "--whole and --rehearse go with --school"),
        (("feed", "push", "feed.csv", "--school", "12"), "a URN is six digits"),
        (("school", "add", "900001", "--name", "N", "--authority", "80", "--phase", "Primary"), "an LA code is three digits"),
        (
            ("school", "add", "900001", "--name", "N", "--authority", "803", "--phase", "Primary", "--agreement", "sex, shoe size"),
            "an agreement does not list 'shoe size', but `all`, `none`, or some of: sex, address,",
        ),
        (("report", "900001", "--half-term", "autumn"), "which half term of it: 2026-autumn-1"),
        (("case", "act", "3f", "close"), "iewo case act CASE close --why WORDS"),
        (("case", "act", "3f", "start", "--officer", "officer-sen"), "--officer ID goes with allocate"),
        (("retention", "sweep", "--on", "31/08/2028"), "a date is written as"),
        (("token", "--role", "teacher"), "'teacher' is not one of"),
        (("token", "--role", "school"), "--role school needs --urn"),
        (("statistics", "--from", "2026-09-01", "--to", "2026-09-30"), "name one school, or give --authority CODE, or --all"),
        (("statistics", "900001", "--all", "--from", "2026-09-01", "--to", "2026-09-30"), "name one school"),
        (("token", "--role", "la"), "--role la needs --authority"),
        (("deadletters", "replay"), "name the sequences, or give --all"),
        (("deadletters", "replay", "3", "--all"), "name the sequences, or give --all"),
        (("feed", "show", "f1", "--url", "somewhere", "--token", "t"), "begins with http:// or https://"),
        (("packs", "receive", "--la", "803", "--to", "packs"), "give the LA's own files with --creds and --key"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str) -> None:
    Path("feed.csv").write_text("UPN\n")
    code, said = refusal(capsys, *arguments)
    assert code == 2
    assert says in said


def test_a_group_without_a_command_shows_its_help_and_says_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feed"]) == 2
    told = capsys.readouterr()
    assert "push" in told.out + told.err
    assert "iewo: " not in told.err


def test_the_trace_is_shown_only_when_asked_for() -> None:
    short, whole = iewo("feed", "show", "f1"), iewo("--debug", "feed", "show", "f1")
    assert "Traceback" not in short.stderr
    assert "Traceback" in whole.stderr


# where the system is ----------------------------------------------------------------------------------------------------


def write_endpoints(folder: Path, **said: Any) -> Path:
    file = folder / ".local" / "endpoints.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(said))
    return file


def test_an_unknown_address_says_how_to_make_it_known(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = refusal(capsys, "school", "list")
    assert code == 4
    assert "make up" in said
    assert "--endpoints" in said
    assert "--url" in said


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_file_that_is_not_an_endpoints_file_is_said(capsys: pytest.CaptureFixture[str], content: str) -> None:
    Path("e.json").write_text(content)
    code, said = refusal(capsys, "school", "list", "--endpoints", "e.json")
    assert code == 4
    assert said.startswith("iewo: e.json ")


def test_where_nothing_answers_it_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_endpoints(tmp_path, attendance="http://127.0.0.1:9", tokens={"operator": "t"})
    code, said = refusal(capsys, "school", "list")
    assert code == 4
    assert said == "iewo: nothing answers at http://127.0.0.1:9 (attendance): is it running?"


def test_without_a_token_it_says_how_to_give_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_endpoints(tmp_path, attendance="http://127.0.0.1:9")
    code, said = refusal(capsys, "school", "list")
    assert code == 5
    assert "IEWO_TOKEN" in said


# what a service answers -------------------------------------------------------------------------------------------------

Request = tuple[str, str, bytes, dict[str, str]]


class Peer:
    """A service with its answers written out beforehand; it keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], Any]] = []
        self.requests: list[Request] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, status: int, content: Any, **headers: str) -> None:
        self.answers.append((status, headers, content))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                peer.requests.append((self.command, self.path, body, {name.lower(): value for name, value in self.headers.items()}))
                status, headers, content = peer.answers.pop(0)
                said = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(said))}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(said)

            do_PUT = do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def serving() -> Iterator[Peer]:
    made = Peer()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    with serving() as made:
        tokens = {"operator": "operator-token"}
        write_endpoints(tmp_path, attendance=made.url, referrals=made.url, sharing=made.url, retention=made.url, tokens=tokens)
        yield made


@pytest.mark.parametrize(
    ("status", "detail", "code", "says"),
    [
        (401, "the token is not valid here", 5, "iewo: the token is not valid here (give a token by IEWO_TOKEN or --token)"),
        (403, "this is for: operator", 5, "iewo: not allowed: this is for: operator"),
        (404, "there is no such feed of yours", 1, "iewo: there is no such feed of yours"),
        (503, "a part of the system does not answer", 4, "iewo: attendance: a part of the system does not answer"),
        (500, "an error of ours; it is logged", 1, "iewo: attendance answered 500: an error of ours; it is logged: look at its log"),
        (422, [{"loc": ["body", "name"], "msg": "too short", "input": "Robin Example"}], 1, "iewo: name: too short"),
    ],
)
def test_an_answer_that_is_no_success_is_one_line(
    capsys: pytest.CaptureFixture[str], peer: Peer, status: int, detail: Any, code: int, says: str
) -> None:
    peer.answer(status, {"detail": detail})
    assert refusal(capsys, "feed", "show", "f1") == (code, says)


def test_a_token_of_another_role_that_the_shell_holds_is_named(
    capsys: pytest.CaptureFixture[str], peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = "this is for: school, operator; the caller is: officer"
    for _ in range(3):
        peer.answer(403, {"detail": says})
    assert refusal(capsys, "feed", "show", "f1", "--token", "typed") == (5, f"iewo: not allowed: {says}")
    monkeypatch.setenv("IEWO_TOKEN", "from-the-environment")
    assert refusal(capsys, "feed", "show", "f1") == (5, f"iewo: not allowed: {says}; unset IEWO_TOKEN or pass --token")
    assert refusal(capsys, "feed", "show", "f1", "--token", "typed") == (5, f"iewo: not allowed: {says}")


def test_of_too_little_of_a_upn_it_is_said_how_much_is_needed(
    capsys: pytest.CaptureFixture[str], peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IEWO_TOKEN", "of-an-officer")
    for typed, hinted in (("W99249", True), ("w992", True), ("tregear", False), ("W992490", False), ("zz99", False)):
        peer.answer(200, {"children": [], "more": False, "not_searched": [], "no_roll": []})
        assert main(["find", typed]) == 0
        assert ("first seven characters or more are needed" in capsys.readouterr().err) is hinted, typed


def test_an_answer_that_is_not_json_is_said(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    for status, says in ((502, "attendance answered 502: look at its log"), (200, "did not answer in JSON: is it the right address?")):
        peer.answer(status, b"<html>")
        code, said = refusal(capsys, "feed", "show", "f1")
        assert code == 1
        assert says in said


def test_the_users_own_token_goes_before_the_endpoints(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        peer.answer(200, [])
    main(["school", "list"])
    monkeypatch.setenv("IEWO_TOKEN", "from-the-environment")
    main(["school", "list"])
    main(["school", "list", "--token", "typed"])
    tokens = [headers["authorization"] for _, _, _, headers in peer.requests]
    assert tokens == ["Bearer operator-token", "Bearer from-the-environment", "Bearer typed"]


def test_what_is_typed_as_an_id_stays_one_segment_of_the_path(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(404, {"detail": "no"})
    refusal(capsys, "feed", "show", "../schools?x=1")
    assert peer.requests[0][1] == "/v1/feeds/..%2Fschools%3Fx%3D1"


def receipt(number: int, kind: str = "marks", refused: int = 0, state: str = "stored") -> dict[str, Any]:
    tally = [{"field": "code", "reason": "is no code", "rows": refused, "first_line": 2}] if refused else []
    counts = {"rows": 10, "accepted": 10 - refused, "refused_rows": refused, "missing": 0, "repeated": 0}
    listed = [{"line": line + 2, "field": "code", "reason": "is no code"} for line in range(refused)]
    said = {"feed": f"f{number}", "number": number, "school": "900001", "kind": kind, **counts, "refused": listed}
    return {"state": state, **said, "warnings": [], "refused_by_reason": tally, "warnings_by_reason": []}


def files(*names: str) -> Sequence[str]:
    for name in names:
        Path(name).write_text(f"content of {name}")
    return names


def test_files_are_pushed_in_the_order_given_and_json_stands_alone(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(202, receipt(1, "roll", state="accepted"))
    peer.answer(200, {"state": "stored"})
    peer.answer(202, receipt(2))
    assert main(["feed", "push", *files("b.csv", "a.csv"), "--school", "900001", "--json"]) == 0
    told = capsys.readouterr()
    assert [(one["file"], one["number"], one["state"]) for one in json.loads(told.out)] == [("b.csv", 1, "stored"), ("a.csv", 2, "stored")]
    assert told.err == ""
    assert [(method, path, body) for method, path, body, _ in peer.requests] == [
        ("POST", "/v1/schools/900001/feeds", b"content of b.csv"),
        ("GET", "/v1/feeds/f1", b""),  # a roll is in the register before the marks that name its children
        ("POST", "/v1/schools/900001/feeds", b"content of a.csv"),
    ]


def test_refused_rows_are_listed_and_the_exit_code_is_3(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(202, receipt(1, refused=2))
    assert main(["feed", "push", *files("a.csv"), "--school", "900001"]) == 3
    told = capsys.readouterr().out
    assert "refused" in told
    assert told.count("is no code") == 2


def test_many_refused_rows_are_told_by_reason(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(202, {**receipt(1), "refused_rows": 4000, "refused_by_reason": receipt(1, refused=4000)["refused_by_reason"]})
    assert main(["feed", "push", *files("a.csv"), "--school", "900001"]) == 3
    told = capsys.readouterr().out
    assert told.count("is no code") == 1
    assert "4,000" in told


def test_a_warning_that_stands_for_many_rows_says_for_how_many(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    once = {"field": "code", "reason": "no mark: what stood there is cleared"}
    warned = {"warnings": [{"line": 3, **once}], "warnings_by_reason": [{"rows": 12, "first_line": 3, **once}]}
    peer.answer(202, receipt(1) | warned)
    assert main(["feed", "push", *files("a.csv"), "--school", "900001"]) == 0
    (line,) = [line.split()[:3] for line in capsys.readouterr().out.splitlines() if "no mark" in line]
    assert line == ["3", "12", "code"]


def test_both_sessions_of_a_day_a_row_are_one_line(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    once = {"line": 2, "field": "UPN", "reason": "is no UPN"}
    tally = [{"field": "UPN", "reason": "is no UPN", "rows": 2, "first_line": 2}]
    peer.answer(202, receipt(1) | {"refused_rows": 2, "refused": [once, once], "refused_by_reason": tally})
    assert main(["feed", "push", *files("a.csv"), "--school", "900001"]) == 3
    (line,) = [line.split()[:3] for line in capsys.readouterr().out.splitlines() if "is no UPN" in line]
    assert line == ["2", "2", "UPN"]


def test_a_rehearsal_that_would_turn_nothing_says_so(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(200, receipt(1, state="rehearsed") | {"concerns": [], "dropped": [{"field": "sex", "rows": 1}]})
    assert main(["feed", "push", *files("a.csv"), "--school", "900001", "--rehearse"]) == 0
    told = capsys.readouterr().out
    assert "No concern would be raised or eased. Nothing is stored." in told
    assert "sex (1 row)" in told


def test_a_trusts_file_that_is_refused_is_told_once(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(422, {"detail": "The file is refused: it is empty."})
    assert main(["feed", "push", *files("a.csv"), "--token", "t"]) == 3
    assert capsys.readouterr().err.count("it is empty") == 1


def test_no_wait_asks_nothing_more(peer: Peer) -> None:
    peer.answer(202, receipt(1, "roll", state="accepted"))
    assert main(["feed", "push", *files("a.csv"), "--school", "900001", "--no-wait", "--year", "2025"]) == 0
    assert [path for _, path, _, _ in peer.requests] == ["/v1/schools/900001/feeds?year=2025"]


def test_a_whole_roll_that_waits_is_told_with_what_it_would_end(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(202, receipt(1, "roll", state="waiting for a yes") | {"ends": 60, "enrolled": 900})
    assert main(["feed", "push", *files("a.csv"), "--school", "900001", "--whole"]) == 6
    assert [path for _, path, _, _ in peer.requests] == ["/v1/schools/900001/feeds?whole=true"]
    assert "60 of 900 enrolments" in capsys.readouterr().out


def test_confirming_names_how_many_may_end(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(409, {"detail": "it would now end 61 of 900 enrolments; confirm that number, or decline"})
    assert main(["feed", "confirm", "f1", "--ends", "60"]) == 1
    assert "61 of 900" in capsys.readouterr().err
    assert [(method, path, json.loads(body)) for method, path, body, _ in peer.requests] == [("POST", "/v1/feeds/f1/confirm", {"ends": 60})]


def test_a_busy_system_is_asked_again_with_the_same_file(peer: Peer) -> None:
    peer.answer(503, {"detail": "full"}, Retry_After="0")
    peer.answer(202, receipt(1))
    assert main(["feed", "push", *files("a.csv"), "--school", "900001"]) == 0
    assert [body for _, _, body, _ in peer.requests] == [b"content of a.csv"] * 2


def test_after_a_file_refused_as_a_whole_the_rest_stay(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(202, receipt(1))
    peer.answer(422, {"detail": "The file is refused: it is empty."})
    code = main(["feed", "push", *files("a.csv", "b.csv", "c.csv"), "--school", "900001", "--json"])
    told = capsys.readouterr()
    assert code == 3
    assert told.err == "iewo: b.csv: The file is refused: it is empty.\n"
    assert [(one["file"], "error" in one) for one in json.loads(told.out)] == [("a.csv", False), ("b.csv", True)]
    assert len(peer.requests) == 2


def test_what_is_not_stored_in_time_is_told_as_received(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    for state in ["accepted"] * 30:
        peer.answer(200, {"state": state} if peer.answers else receipt(1, state=state))
    code, said = refusal(capsys, "feed", "push", *files("a.csv"), "--school", "900001", "--timeout", "1")
    assert code == 1
    assert "safely received but not in the register" in said


@pytest.mark.parametrize(
    ("whose", "path"),
    [
        (("900001",), "/v1/schools/900001/statistics"),
        (("--school", "900001"), "/v1/schools/900001/statistics"),
        (("--authority", "803"), "/v1/authorities/803/statistics"),
        (("--all",), "/v1/statistics"),
    ],
)
def test_statistics_of_a_school_an_authority_or_all_as_a_line_of_csv(
    capsys: pytest.CaptureFixture[str], peer: Peer, whose: tuple[str, ...], path: str
) -> None:
    peer.answer(200, {"from": "2026-09-01", "enrolments": 3, "attendance_perc": 94.0766362203115, "pa_perc": None})
    assert main(["statistics", *whose, "--from", "2026-09-01", "--to", "2026-09-30", "--year-group", "7", "--csv"]) == 0
    assert capsys.readouterr().out == "from,enrolments,attendance_perc,pa_perc\n2026-09-01,3,94.0766362203115,\n"
    assert peer.requests[0][1] == f"{path}?from=2026-09-01&to=2026-09-30&year_group=7"


def sweep(state: str, *steps: str) -> dict[str, Any]:
    cohorts = [{"cohort": "2027-08-31", "step": step, "counts": {"children": 3}, "certificate": None} for step in steps]
    return {"sweep": "s1", "on": "2027-09-01", "state": state, "ahead_of_time": True, "cohorts": cohorts, "certificates": [], "alarms": []}


DUE = {
    "on": "2027-09-01",
    "cohorts": [
        {
            "cohort": "2027-08-31",
            "year": "2025/26",
            "goes": 3,
            "stays": 1,
            "schools": [{"school": "900001", "goes": 3, "stays": 1}, {"school": None, "goes": 0, "stays": 0}],
        }
    ],
}


def test_what_is_due_is_shown_and_nothing_is_sent_but_the_question(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(200, DUE)
    assert main(["retention", "due", "--on", "2027-09-01"]) == 0
    told = capsys.readouterr().out
    assert "2025/26" in told
    assert "of 2027-08-31 in all: 3 go, 1 stay" in told
    assert [(method, path) for method, path, *_ in peer.requests] == [("GET", "/v1/due?on=2027-09-01")]


def test_a_sweep_shows_what_is_due_and_asks_and_no_is_no(
    capsys: pytest.CaptureFixture[str], peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.answer(200, DUE)
    monkeypatch.setattr("sys.stdin", answering("n"))
    assert main(["retention", "sweep", "--on", "2027-09-01"]) == 1
    told = capsys.readouterr()
    assert "900001" in told.out
    assert "Erase the records of 3 children and destroy the keys? Nothing brings them back." in told.err
    assert told.err.splitlines()[-1].endswith("iewo: nothing was disposed of")
    assert {method for method, *_ in peer.requests} == {"GET"}


def test_a_sweep_that_is_agreed_to_is_ordered(capsys: pytest.CaptureFixture[str], peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    peer.answer(200, DUE)
    peer.answer(202, sweep("running", "close the key"))
    peer.answer(200, sweep("done", "done"))
    monkeypatch.setattr("sys.stdin", answering("y"))
    assert main(["retention", "sweep", "--on", "2027-09-01"]) == 0
    assert [method for method, *_ in peer.requests] == ["GET", "POST", "GET"]


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_where_nobody_can_be_asked_a_sweep_wants_yes(capsys: pytest.CaptureFixture[str], peer: Peer, more: tuple[str, ...]) -> None:
    peer.answer(200, DUE)
    assert main(["retention", "sweep", "--on", "2027-09-01", *more]) == 2
    assert "look with `iewo retention due --on 2027-09-01`, then give --yes" in capsys.readouterr().err
    assert {method for method, *_ in peer.requests} == {"GET"}


def answering(word: str) -> io.StringIO:
    """A terminal at which somebody types a word."""
    typed = io.StringIO(f"{word}\n")
    typed.isatty = lambda: True  # type: ignore[method-assign]
    return typed


def test_a_sweep_is_watched_step_by_step_until_it_is_done(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(202, sweep("running", "close the key"))
    for state, step in (("running", "close the key"), ("running", "second look"), ("done", "done")):
        peer.answer(200, sweep(state, step))
    assert main(["retention", "sweep", "--on", "2027-09-01", "--yes"]) == 0
    told = capsys.readouterr()
    assert told.err.splitlines() == ["2027-08-31: close the key", "2027-08-31: second look", "2027-08-31: done"]
    assert "ahead of time" in told.out
    assert json.loads(peer.requests[0][2]) == {"on": "2027-09-01"}


def test_a_sweep_in_alarm_ends_with_the_alarms_line(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(202, sweep("running", "close the key"))
    peer.answer(200, sweep("alarm: sharing has not answered", "await schools"))
    assert main(["retention", "sweep", "--on", "2027-09-01", "--yes", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["state"].startswith("alarm")
    assert told.err.startswith("iewo: alarm: sharing has not answered")


# tokens -----------------------------------------------------------------------------------------------------------------


def test_every_role_that_services_know_can_be_had() -> None:
    assert tuple(role.value for role in Role) == get_args(auth.Role)


def test_a_token_is_printed_alone_and_is_believed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    gate = auth.Gate(str(make_token_key(tmp_path / "credentials")), ISSUER)
    write_endpoints(tmp_path, credentials=str(tmp_path / "credentials"))
    assert main(["token", "--role", "officer", "--id", "officer-hartley", "--school", "900001", "--school", "900002"]) == 0
    caller = gate.check(capsys.readouterr().out.strip())
    assert (caller.role, caller.sub, caller.schools) == ("officer", "officer-hartley", ("900001", "900002"))


def test_a_token_for_an_officer_who_was_not_added_is_printed_with_a_warning(
    capsys: pytest.CaptureFixture[str], peer: Peer, tmp_path: Path
) -> None:
    gate = auth.Gate(str(make_token_key(tmp_path / "credentials")), ISSUER)
    write_endpoints(tmp_path, referrals=peer.url, credentials=str(tmp_path / "credentials"), tokens={"operator": "t"})
    for officer, warned in (("officer-hartley", False), ("nobody", True)):
        peer.answer(200, {"officers": [{"id": "officer-hartley", "name": "H", "email": "h@example.org", "schools": ["900001"]}]})
        assert main(["token", "--role", "officer", "--id", officer]) == 0
        told = capsys.readouterr()
        assert gate.check(told.out.strip()).schools == (() if warned else ("900001",))
        assert ("officer nobody is not known yet: iewo officer add nobody" in told.err) is warned
        assert warned or told.err == ""


def test_where_there_is_no_token_key_there_is_no_token(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_endpoints(tmp_path, credentials=str(tmp_path))
    code, said = refusal(capsys, "token", "--role", "operator")
    assert code == 5
    assert "`make up` stack only" in said


def test_on_a_development_stack_a_push_is_made_with_a_token_of_the_schools_own(peer: Peer, tmp_path: Path) -> None:
    gate = auth.Gate(str(make_token_key(tmp_path / "credentials")), ISSUER)
    write_endpoints(tmp_path, attendance=peer.url, credentials=str(tmp_path / "credentials"))
    peer.answer(202, receipt(1))
    assert main(["feed", "push", *files("a.csv"), "--school", "900001"]) == 0
    caller = gate.check(peer.requests[0][3]["authorization"].removeprefix("Bearer "))
    assert (caller.role, caller.schools) == ("school", ("900001",))


# certificates -----------------------------------------------------------------------------------------------------------


def test_an_empty_list_of_certificates_says_so(capsys: pytest.CaptureFixture[str], peer: Peer) -> None:
    peer.answer(200, [])
    peer.answer(200, [])
    assert main(["certificate", "list"]) == 0
    assert capsys.readouterr().out == "there are none\n"
    assert main(["certificate", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def chain(length: int, key: Ed25519PrivateKey = KEY, *, ahead: bool = False) -> list[Path]:
    """A chain of certificates as files, the first first."""
    made: list[certificates.Certificate] = []
    for number in range(1, length + 1):
        answers = (certificates.ServiceAnswers(service="attendance", erased=2, nothing_held=0, retained=0, failed=0, records=9),)
        statement = certificates.Statement(
            number=number,
            previous=certificates.digest(made[-1]) if made else None,
            company="Example Education Welfare Ltd",
            disposal_date=date(2026 + number, 8, 31),
            swept_on=date(2026 + number, 9, 1),
            ahead_of_time=ahead,
            issued_at=datetime(2026 + number, 9, 1, 2, 0, tzinfo=UTC),
            purge=f"p{number}",
            children=2,
            services=answers,
            found_by_second_look=0,
            merkle_root=merkle.root([merkle.leaf(bytes(32), "c1", "erased")]),
            key_destroyed=True,
        )
        made.append(certificates.sign(statement, key))
    paths = [Path(f"certificate-{one.number}.json") for one in made]
    for path, one in zip(paths, made, strict=True):
        path.write_bytes(certificates.canonical(one))
    return paths


def names(paths: Iterable[Path]) -> list[str]:
    return [str(path) for path in paths]


def pem(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize("written", [lambda: PUBLIC, lambda: PUBLIC.upper() + "\n", lambda: pem(KEY)])
def test_a_good_chain_is_right_by_a_key_in_a_file(capsys: pytest.CaptureFixture[str], written: Callable[[], str]) -> None:
    Path("company.pub").write_text(written())
    assert main(["certificate", "verify", *names(reversed(chain(3))), "--key", "company.pub"]) == 0
    told = capsys.readouterr().out
    assert told.count("right") == 3
    assert "Checked against a trusted key: company.pub" in told


def test_without_a_trusted_key_it_says_what_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certificate", "verify", *names(chain(1))]) == 0
    told = capsys.readouterr().out
    assert "No trusted key was given" in told
    assert certificates.fingerprint(PUBLIC) in told


def test_a_stacks_own_key_is_found(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "certificates.pub").write_text(PUBLIC)
    write_endpoints(tmp_path, credentials=str(tmp_path))
    assert main(["certificate", "verify", *names(chain(1))]) == 0
    told = capsys.readouterr().out
    assert f"No key was given (--key): trusted was {tmp_path / 'certificates.pub'}" in told
    assert "Another stack signs with another key" in told


def test_it_says_when_a_certificate_was_issued_and_whether_it_is_ahead_of_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["certificate", "verify", *names(chain(1)), "--key", PUBLIC]) == 0
    real = capsys.readouterr().out
    assert main(["certificate", "verify", *names(chain(1, ahead=True)), "--key", PUBLIC]) == 0
    ahead = capsys.readouterr().out
    assert "2027-09-01 02:00 UTC" in real
    assert "ahead of" not in real
    assert "certificate-1.json was made on a development stack" in ahead


def test_an_altered_certificate_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    (path,) = chain(1)
    path.write_bytes(path.read_bytes().replace(b'"records":9', b'"records":8'))
    code, said = refusal(capsys, "certificate", "verify", str(path))
    assert code == 1
    assert "1 of 1 wrong" in said


def test_another_signer_is_wrong_though_the_signature_fits(capsys: pytest.CaptureFixture[str]) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert main(["certificate", "verify", *names(chain(1, other)), "--key", PUBLIC]) == 1
    assert "another key than the trusted one" in " ".join(capsys.readouterr().out.split())


def test_a_certificate_left_out_of_the_chain_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = chain(3)
    assert main(["certificate", "verify", str(third), "--previous", str(first)]) == 0
    assert "2 not given" in capsys.readouterr().out
    second.write_bytes(chain(2, Ed25519PrivateKey.from_private_bytes(bytes(32)))[1].read_bytes())
    assert main(["certificate", "verify", str(third), "--previous", str(second)]) == 1
    assert "is not the one that this certificate names" in " ".join(capsys.readouterr().out.split())


def test_what_is_no_certificate_is_wrong_beside_a_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.json").write_text("{}")
    assert main(["certificate", "verify", *names(chain(1)), "other.json"]) == 1
    told = capsys.readouterr().out
    assert "right" in told
    assert "not a certificate of disposal" in " ".join(told.split())


def test_a_key_that_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("key.txt").write_text("not a key")
    code, said = refusal(capsys, "certificate", "verify", *names(chain(1)), "--key", "key.txt")
    assert code == 1
    assert "is not an Ed25519 public key" in said
