"""A service looks at its own credentials before it begins: what a version needs and an older one's user may not is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import topology
from shared.permitted import covers, lacking
from shared.provision import jwts, permissions

ACCOUNT = jwts.Key.new("account")
WORDS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4)


def credentials(folder: Path, claims: jwts.Claims) -> Path:
    user = jwts.Key.new("user")
    file = folder / "nats.creds"
    file.write_text(jwts.credentials(jwts.encode(claims, subject=user.public, name="sharing", signer=ACCOUNT, now=1), user))
    return file


@pytest.mark.parametrize("user", topology.USERS, ids=lambda user: user.name)
def test_a_user_of_this_version_lacks_nothing(user: topology.User, tmp_path: Path) -> None:
    assert lacking(user.name, credentials(tmp_path, permissions.of_user(user))) == []


def test_each_subject_that_an_older_version_did_not_permit_is_named(tmp_path: Path) -> None:
    sharing = next(user for user in topology.USERS if user.name == "sharing")
    claims = permissions.of_user(sharing)
    *held, last = claims["pub"]["allow"]
    older = {**claims, "pub": {"allow": held}, "sub": {"allow": []}}
    assert lacking("sharing", credentials(tmp_path, older)) == [
        f"publish {last}",
        *(f"subscribe {subject}" for subject in claims["sub"]["allow"]),
    ]


@pytest.mark.parametrize(
    ("allowed", "subject", "within"),
    [
        ("packs.>", "packs.803", True),
        ("packs.>", "packs", False),
        ("packs.*", "packs.803.more", False),
        ("packs.*", "packs.*", True),
        ("packs.*", "packs.>", False),
        ("packs.803", "packs.*", False),
        (">", "packs.>", True),
    ],
)
def test_a_wildcard_covers_what_lies_within_it(allowed: str, subject: str, within: bool) -> None:
    assert covers(allowed, subject) is within


@given(WORDS, st.data())
def test_loosening_a_subject_covers_it(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    subject = ".".join(words)
    assert covers(subject, subject)
    assert covers(".".join([*words[:place], "*", *words[place + 1 :]]), subject)
    assert covers(".".join([*words[:place], ">"]), subject)
    assert not covers(".".join([*words[:place], "other", *words[place + 1 :]]), subject)
