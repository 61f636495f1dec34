"""`iewo packs verify` of a pack of which something lies beside it: a later edition, or notices of what became of it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clients.iewo.main import main
from shared.pack import change
from shared.pack.manifest import MANIFEST, SIGNATURE, read, sign
from tests.contract.test_packs_verified import KEY, OTHER, TRUSTED, pack


@pytest.fixture(scope="module")
def signed() -> tuple[str, dict[str, bytes]]:
    """A pack, which takes a second or two to print."""
    id_, files = pack("803")
    return id_, dict(files)


@pytest.fixture
def packs(tmp_path: Path, signed: tuple[str, dict[str, bytes]]) -> Path:
    save(tmp_path / signed[0], signed[1])
    return tmp_path


def save(folder: Path, files: Any) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def notice(packs: Path, pack_: str, name: str, says: Any, key: Ed25519PrivateKey = KEY) -> None:
    what = () if says == "withdrawn" else ("address",)
    id_, public = f"{pack_}-{name}", change.public_of(key)
    why, by = (None, None) if says == "changed since sent" else ("enough are left", "T. Okafor")
    told = change.NoticeOfChange(
        pack=pack_, notice=id_, authority="803", told_on=date(2027, 3, 1), says=says, what=what, why=why, by=by, public_key=public
    )
    save(packs / id_, change.sign(told, key))


def edition(packs: Path, pack_: str, files: dict[str, bytes], number: int) -> None:
    """Its manifest alone counts beside another; the whole of it is for its own verdict."""
    parts = {name: content for name, content in files.items() if name not in (MANIFEST, SIGNATURE)}
    made = sign(parts, KEY, pack=f"e{number}", edition=number, supersedes=pack_, authority="803", created=read(files[MANIFEST]).created)
    save(packs / f"e{number}", {**parts, **made})


def said(capsys: pytest.CaptureFixture[str], *folders: Path, code: int = 0) -> str:
    assert main(["packs", "verify", *map(str, folders), "--key", TRUSTED]) == code
    return " ".join(capsys.readouterr().out.split())


def test_the_verdict_says_what_became_of_the_pack(
    packs: Path, signed: tuple[str, dict[str, bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    id_, files = signed
    assert "since" not in said(capsys, packs / id_)
    notice(packs, id_, "change-9", "changed since sent", OTHER)
    assert "changed" not in said(capsys, packs / id_), "whose key is another one says nothing of it"
    notice(packs, id_, "change-1", "changed since sent")
    assert f"changed since sent: address, as {id_}-change-1 says; wait for what follows" in said(capsys, packs / id_)
    notice(packs, id_, "stands-1", "stands")
    stands = "it stands though this had changed: address (T. Okafor: enough are left)"
    assert f"{stands}, as {id_}-stands-1 says" in said(capsys, packs / id_)
    notice(packs, id_, "change-2", "changed since sent")
    assert "changed since sent: address" in said(capsys, packs / id_), "another change is open"
    edition(packs, id_, files, 2)
    found = said(capsys, packs / id_)
    assert "superseded by edition 2 in e2" in found
    assert "changed since sent" not in found, "the next edition closes it"
    notice(packs, id_, "withdrawn", "withdrawn")
    assert f"withdrawn (T. Okafor: enough are left), as {id_}-withdrawn says" in said(capsys, packs / id_)


def test_of_the_folder_in_which_they_all_are_each_is_told_of(
    packs: Path, signed: tuple[str, dict[str, bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    id_, _ = signed
    notice(packs, id_, "change-1", "changed since sent")
    (packs / ".receiving").mkdir()
    (packs / "packs.pub").write_text(TRUSTED)
    assert said(capsys, packs) == said(capsys, packs / id_, packs / f"{id_}-change-1")
    (packs / "empty").mkdir()
    assert "OK: pack" in said(capsys, packs, code=1), "one that is not as it was signed does not hide the others"


def test_several_folders_are_each_told_of(packs: Path, signed: tuple[str, dict[str, bytes]], capsys: pytest.CaptureFixture[str]) -> None:
    id_, _ = signed
    notice(packs, id_, "change-1", "changed since sent")
    folders = sorted(packs.iterdir())
    found = said(capsys, *folders)
    assert f"{id_}: OK: pack {id_}" in found
    assert f"{id_}-change-1: OK: notice of" in found
    assert main(["packs", "verify", *map(str, folders), "--key", TRUSTED, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], [one["ok"] for one in told["folders"]]) == (True, [True, True])
    [since] = next(one["since"] for one in told["folders"] if one["folder"].endswith(id_))
    assert (since["says"], since["what"], since["in"]) == ("changed since sent", ["address"], f"{id_}-change-1")
    (packs / id_ / "pack.json").write_bytes(b"{}")
    found = said(capsys, *folders, code=1)
    assert f"{id_}-change-1: OK" in found, "one that is wrong keeps no other back"
