"""`iewo packs verify` of a notice of a change, as it was received."""

from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clients.iewo.main import main
from shared.pack import change

KEY = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
PUBLIC, OTHER = change.public_of(KEY), change.public_of(Ed25519PrivateKey.from_private_bytes(b"8" * 32))
NOTICE = change.NoticeOfChange(
    pack="p1",
    notice="p1-change-1",
    authority="803",
    told_on=date(2027, 3, 1),
    says="changed since sent",
    what=("sessions",),
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
    assert "OK: notice of 01 Mar 2027 of pack p1: changed since sent (sessions)" in said


def test_a_notice_that_is_not_as_it_was_signed_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "verify", str(folder), "--key", OTHER]) == 1
    assert "another key than the trusted one" in " ".join(capsys.readouterr().err.split())
    notice = folder / change.NOTICE
    notice.write_bytes(notice.read_bytes().replace(b"sessions", b"parent"))
    assert main(["packs", "verify", str(folder), "--key", PUBLIC]) == 1
    renamed = folder.rename(folder.with_name("p1-change-2"))
    assert main(["packs", "verify", str(renamed), "--key", PUBLIC]) == 1
    assert main(["packs", "verify", str(folder.parent), "--key", PUBLIC]) == 1, "an empty folder is no notice"
