"""A large CSV in pieces: rows whole, each piece under the header, and lines that lead back to the file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.iewo.pieces import Piece, pieces, told_of

cells = st.sampled_from(["A", "", '"x,y"', '"two\nlines"', '"a ""quoted"" word"', '"three\r\n\r\nlines"', "é"])
rows = st.lists(cells, min_size=1, max_size=3).map(",".join)
ends = st.sampled_from(["\n", "\r\n"])
beginnings = st.sampled_from([b"", b"\xef\xbb\xbf", b"\r\n \n"])


def content(piece: Piece) -> bytes:
    return b"".join(piece.chunks(lambda _: None))


def lines(data: bytes) -> list[str]:
    """As the service counts them."""
    found = data.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return found if found[-1] else found[:-1]


@given(
    st.lists(rows, min_size=1, max_size=30), ends, st.booleans(), st.integers(1, 80), st.sampled_from([b"", b"\xef\xbb\xbf", b"\r\n \n"])
)
def test_pieces_are_the_file_and_their_lines_are_its_lines(
    tmp_path_factory: pytest.TempPathFactory, table: list[str], end: str, ended: bool, limit: int, before: bytes
) -> None:
    whole = before + end.join(["UPN,date", *table]).encode() + end.encode() * ended
    file = tmp_path_factory.mktemp("pieces") / "marks.csv"
    file.write_bytes(whole)
    cut = pieces(file, limit)
    header = cut[0].header
    assert header + b"".join(content(piece)[len(header) :] for piece in cut) == whole
    for piece in cut:
        assert content(piece).startswith(header)
        assert len(content(piece)) == piece.size
        for number, line in enumerate(lines(content(piece)), 1):
            assert line == lines(whole)[piece.line(number) - 1]


def test_a_piece_is_no_larger_than_the_limit_as_far_as_its_rows_are(tmp_path: Path) -> None:
    file = tmp_path / "marks.csv"
    file.write_text("UPN,date\n" + "B801200005001,2026-09-07\n" * 100)
    cut = pieces(file, 500)
    assert len(cut) == 6
    assert all(piece.size <= 500 for piece in cut)


def test_a_quotation_mark_that_is_never_closed_does_not_hold_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "marks.csv"
    file.write_text('UPN,date\n"never closed\n' + "B801200005001,2026-09-07\n" * 1000)
    assert max(piece.size for piece in pieces(file, 2000)) <= 2000


@pytest.mark.parametrize("beginning", [b"PK\x03\x04", b'{"data"', b" [", b"\xef\xbb\xbf<Super", b"\xff\xfeU\0"])
def test_what_is_no_csv_stays_whole(tmp_path: Path, beginning: bytes) -> None:
    file = tmp_path / "feed"
    file.write_bytes(beginning + b"line\n" * 100)
    (piece,) = pieces(file, 50)
    assert content(piece) == file.read_bytes()


def test_a_receipt_of_a_piece_names_the_lines_of_the_file() -> None:
    piece = Piece(Path("marks.csv"), 100, 200, b"UPN,date\n", 1, first=51)
    said = {
        "rows": 3,
        "refused": [{"line": 2, "field": "code", "reason": "a different mark for the same session: line 4"}],
        "warnings": [{"line": 1, "field": "header", "reason": "a column that is not known is not read: column 3"}],
        "refused_by_reason": [{"field": "code", "reason": "r", "rows": 1, "first_line": 2}],
    }
    assert told_of(piece, said) == {
        "rows": 3,
        "refused": [{"line": 51, "field": "code", "reason": "a different mark for the same session: line 53"}],
        "warnings": [{"line": 1, "field": "header", "reason": "a column that is not known is not read: column 3"}],
        "refused_by_reason": [{"field": "code", "reason": "r", "rows": 1, "first_line": 51}],
    }
