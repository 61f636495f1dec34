"""Development tokens are believed by the gate that every service has, and by no other gate."""

import json
import stat
import warnings
from pathlib import Path

import pytest

from shared.auth import Gate
from shared.development import ISSUER, KEY_FILE, NoTokenKey, make_token_key, sign_token


def test_the_gate_believes_a_token_and_reads_its_claims(tmp_path: Path) -> None:
    gate = Gate(str(make_token_key(tmp_path)), ISSUER)
    caller = gate.check(sign_token(tmp_path, role="school", sub="school 900001", schools=["900001"]))
    assert (caller.role, caller.sub, caller.schools, caller.authority) == ("school", "school 900001", ("900001",), None)
    assert caller.covers("900001")
    assert not caller.covers("900002")


def test_an_authority_has_its_code(tmp_path: Path) -> None:
    gate = Gate(str(make_token_key(tmp_path)), ISSUER)
    assert gate.check(sign_token(tmp_path, role="la", sub="la 803", authority="803")).authority == "803"


def test_a_token_of_another_stack_is_not_believed(tmp_path: Path) -> None:
    gate = Gate(str(make_token_key(tmp_path / "one")), ISSUER)
    make_token_key(tmp_path / "two")
    with pytest.raises(ValueError, match="not valid here"):
        gate.check(sign_token(tmp_path / "two", role="operator", sub="operator"))


def test_a_token_falls_due(tmp_path: Path) -> None:
    gate = Gate(str(make_token_key(tmp_path)), ISSUER)
    with pytest.raises(ValueError, match="not valid here"):
        gate.check(sign_token(tmp_path, role="operator", sub="operator", hours=-1))


def test_making_the_key_again_keeps_it(tmp_path: Path) -> None:
    make_token_key(tmp_path)
    token = sign_token(tmp_path, role="operator", sub="operator")
    gate = Gate(str(make_token_key(tmp_path)), ISSUER)
    assert gate.check(token).role == "operator"


def test_the_key_is_the_owners_alone_and_the_jwks_holds_its_public_half_only(tmp_path: Path) -> None:
    jwks = make_token_key(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    (public,) = json.loads(jwks.read_text())["keys"]
    assert "d" not in public
    assert json.loads((tmp_path / KEY_FILE).read_text())["d"]
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_without_a_key_there_is_no_token(tmp_path: Path) -> None:
    with pytest.raises(NoTokenKey, match="make up"):
        sign_token(tmp_path, role="operator", sub="operator")


def test_signing_warns_of_nothing(tmp_path: Path) -> None:
    make_token_key(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sign_token(tmp_path, role="operator", sub="operator")
