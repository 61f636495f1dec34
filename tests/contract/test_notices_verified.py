"""`iewo packs verify` of a notice of a change, as it was received."""

from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clients.iewo.main import main
from shared.pack import change
from shared.pack.register import MarkChange

KEY = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
PUBLIC, OTHER = change.public_of(KEY), change.public_of(Ed25519PrivateKey.from_private_bytes(b"8" * 32))
NOTICE = change.NoticeOfChange(
    pack="p1",
    notice="p1-change-1",
    authority="803",
    told_on=date(2027, 3, 1),
    says="changed since sent",
    what=("sessions", "address"),
    sessions=(
        MarkChange(date=date(2027, 2, 8), session="AM", before="O", after="I", submitted_on=date(2027, 3, 1)),
        MarkChange(date=date(2027, 2, 9), session="PM", before="O", after=None, submitted_on=None),
    ),
    public_key=PUBLIC,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / NOTICE.notice
    made.mkdir()
    for name, content in change.sign(NOTICE, KEY).items():
        (made / name).write_bytes(content)
    return made


def test_a_notice_is_verified_from_its_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "verify", str(folder), "--key", PUBLIC]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "OK: notice of 01 Mar 2027 of pack p1: changed since sent (sessions" in said
    assert "(8 Feb 2027 AM O when sent, now I; 9 Feb 2027 PM O when sent, now no mark), address)" in said


def test_a_notice_that_is_not_as_it_was_signed_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "verify", str(folder), "--key", OTHER]) == 1
    assert "another key than the trusted one" in " ".join(capsys.readouterr().err.split())
    notice = folder / change.NOTICE
    notice.write_bytes(notice.read_bytes().replace(b"sessions", b"parent"))
    assert main(["packs", "verify", str(folder), "--key", PUBLIC]) == 1
    renamed = folder.rename(folder.with_name("p1-change-2"))
    assert main(["packs", "verify", str(renamed), "--key", PUBLIC]) == 1
    assert main(["packs", "verify", str(folder.parent), "--key", PUBLIC]) == 1, "an empty folder is no notice"
