"""Whoever holds a pack and the company's public key finds whatever was changed, taken away or added, and is told in a line."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.iewo.main import main
from services.sharing.domain.paper.make import Files, make
from shared.pack.manifest import sign
from shared.pack.verify import findings
from tests.domain import paper_sample as sample

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(one * 32) for one in (b"7", b"8"))
TRUSTED = KEY.public_key().public_bytes_raw().hex()
LETTER = b"%PDF-1.7 a letter"


def _made() -> Files:
    exhibit = sample.exhibit(sha256=hashlib.sha256(LETTER).hexdigest())
    short = sample.register(number=5)
    material = sample.material(
        statement=sample.statement(exhibits=(exhibit,)), marks=short, this_year=short, last_year=None, certificate=None
    )
    return make(material, sample.PROFILE, {"d1": LETTER}, {}, KEY)


GOOD = _made()


def signed(files: Mapping[str, bytes], key: Ed25519PrivateKey = KEY) -> Files:
    """The same parts under a new manifest."""
    parts = {name: content for name, content in files.items() if not name.startswith("manifest")}
    told = json.loads(GOOD["manifest.json"])
    about = {name: told[name] for name in ("pack", "edition", "supersedes", "authority")}
    return parts | sign(parts, key, created=sample.TODAY, **about)


def test_a_pack_as_it_was_made_is_good() -> None:
    assert findings(GOOD, trusted=TRUSTED) == findings(GOOD) == []
    assert signed(GOOD) == GOOD


@settings(max_examples=25)
@given(st.data())
def test_any_changed_byte_of_any_part_is_found(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(GOOD.keys() - {"manifest.sig"})))
    content = bytearray(GOOD[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert findings({**GOOD, name: bytes(content)}, trusted=TRUSTED)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_part_that_is_missing_is_named(name: str) -> None:
    told = findings({other: content for other, content in GOOD.items() if other != name})
    assert told
    assert f"{name} is missing" in told[0]


def test_a_file_that_nobody_signed_is_named() -> None:
    assert findings({**GOOD, "note.txt": b"x"}) == ["note.txt is no part of the pack"]


def test_another_key_is_told_from_the_trusted_one() -> None:
    forged = signed(GOOD, OTHER)
    assert findings(forged) == []
    assert findings(forged, trusted=TRUSTED) == [
        "the manifest is signed with another key than the trusted one: ask the sender by another way"
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pack.json": b"{}"}, "pack.json does not fit its schema"),
        ({"pack.json": GOOD["pack.json"].replace(b'"edition": 1', b'"edition": 2', 1)}, "another pack or edition"),
        (
            {"pack.json": GOOD["pack.json"].replace(b"Gull Rock", b"Gull Rick", 1)},
            "the cover of volume-a.pdf does not print the check value",
        ),
        ({"volume-b.pdf": b"no pdf"}, "the cover of volume-b.pdf does not print the check value"),
        ({"exhibit-TO-2.pdf": b"%PDF"}, "the exhibits are not those that the statement names"),
        ({"exhibit-TO-1.pdf": b"%PDF"}, "the exhibits are not those that the statement names"),
    ],
)
def test_what_does_not_belong_together_is_found_even_when_it_is_signed(changed: dict[str, bytes], said: str) -> None:
    assert said in "; ".join(findings(signed({**GOOD, **changed}), trusted=TRUSTED))


def test_the_command_says_ok_or_what_is_wrong_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in GOOD.items():
        (tmp_path / name).write_bytes(content)
    assert main(["packs", "verify", str(tmp_path), "--key", TRUSTED]) == 0
    out = capsys.readouterr().out
    assert out.startswith("OK: pack 5f2c1a90b7d4, edition 1, 4 parts, check value ")
    (tmp_path / "volume-b.pdf").write_bytes(b"%PDF")
    assert main(["packs", "verify", str(tmp_path), "--key", TRUSTED]) == 1
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    assert "volume-b.pdf is not the file that was signed: it was altered" in said
    assert main(["packs", "verify", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False
