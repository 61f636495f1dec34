"""A compose stack that is tried out believes tokens made on this machine, and no other issuer's keys are taken away for it."""

from pathlib import Path

import pytest

from deploy.trial import OFFICER, show_keys
from shared.auth import Gate
from shared.development import ISSUER, JWKS_FILE, tokens


def test_its_tokens_are_believed_by_what_is_shown(tmp_path: Path) -> None:
    for _ in range(2):
        show_keys(tmp_path / "trial", tmp_path / "jwks")
    gate = Gate(str(tmp_path / "jwks" / JWKS_FILE), ISSUER)
    made = tokens(tmp_path / "trial", OFFICER)
    assert {whose: gate.check(token).role for whose, token in made.items()} == {
        "operator": "operator",
        "officer": "officer",
        "head of service": "head of service",
        "school": "school",
        "dpo": "data protection officer",
    }
    assert gate.check(made["officer"]).sub == OFFICER


def test_the_services_user_can_read_what_is_shown_and_nobody_else_the_key(tmp_path: Path) -> None:
    show_keys(tmp_path / "trial", tmp_path / "jwks")
    assert (tmp_path / "jwks").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "jwks" / JWKS_FILE).stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "trial").stat().st_mode & 0o077 == 0


def test_another_issuers_keys_are_left_alone(tmp_path: Path) -> None:
    shown = tmp_path / "jwks" / JWKS_FILE
    shown.parent.mkdir()
    shown.write_text('{"keys": []}')
    with pytest.raises(SystemExit, match="another issuer"):
        show_keys(tmp_path / "trial", shown.parent)
    assert shown.read_text() == '{"keys": []}'
