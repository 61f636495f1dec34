"""What a notice's e-mail says, and when it is tried again."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain import notice
from services.referrals.domain.notice import Notice
from services.referrals.notices.mail import BadMail, Refused, mail, message
from shared.settings import Settings

AT = datetime(2026, 11, 20, 8, 5, tzinfo=UTC)
SAID = {"nats_credentials": Path("x"), "mongo_url_file": Path("x"), "key_folder": Path("x"), "jwks": "x"}
SETTINGS = Settings(**SAID, mail_links="https://officers.example.org/", mail_from="iewo@example.org")  # type: ignore[arg-type]
ONE = Notice(id="a" * 24, who="robin", what="case without action", school="900001", link="/v1/cases/665f", at=AT)


def test_an_e_mail_says_kind_school_and_link_and_nothing_else() -> None:
    sent = message_from_bytes(message(ONE, "robin@example.org", SETTINGS).as_bytes())
    assert sent["Subject"] == "Case without action, school 900001"
    assert sent["Message-ID"] == f"<{'a' * 24}.notice@example.org>"
    assert str(sent.get_payload()).splitlines() == [
        "Case without action.",
        "School: 900001",
        "Sign in and see: https://officers.example.org/v1/cases/665f",
        "",
        "This e-mail says nothing about any child.",
        "How you are told: iewo notices --help",
    ]


@pytest.mark.parametrize(
    ("what", "link", "command"),
    [
        ("case without action", "/v1/cases/665f", "iewo case show 665f"),
        ("pack is a draft again", "/v1/packs/5f2c", "iewo packs show 5f2c"),
        ("pack changed since it was sent", "/v1/packs/5f2c", "iewo packs changed 5f2c"),
        ("cases passed to you", "/v1/caseload?school=900001", "iewo case list --school 900001"),
        ("checks due", "/v1/elsewhere", "iewo notices list"),
    ],
)
def test_where_there_are_no_pages_an_e_mail_says_what_to_type(what: str, link: str, command: str) -> None:
    nowhere = SETTINGS.model_copy(update={"mail_links": ""})
    sent = str(message_from_bytes(message(ONE.model_copy(update={"what": what, "link": link}), "robin@example.org", nowhere).as_bytes()))
    assert f"Sign in and see: {command}\n" in sent
    assert "/v1/" not in sent


def test_the_e_mail_of_a_day_counts() -> None:
    counts = notice.counted(
        [{"what": "next step due", "school": "900002"}, {"what": "checks due"}, {"what": "next step due", "school": "900002"}]
    )
    day = ONE.model_copy(update={"what": "digest", "school": None, "link": None, "counts": counts})
    assert notice.subject(day) == "3 notices of today"
    assert notice.text(day, "").splitlines()[:4] == [
        "1 x checks due",
        "2 x next step due, school 900002",
        "",
        "All of them: iewo notices list",
    ]


@pytest.mark.parametrize(
    ("what", "link"),
    [
        ("Robin Larkfield is away", "/v1/cases/1"),
        ("checks due", "https://elsewhere.example"),
        ("checks due", "/v1/find?q=Robin Larkfield"),
        ("checks due", "/a\r\nBcc: x"),
    ],
)
def test_nobodys_words_get_into_a_notice(what: str, link: str) -> None:
    with pytest.raises(ValueError, match="notice"):
        notice.checked(what, link)


@given(st.integers(1, 10_000))
def test_each_try_waits_longer_up_to_an_hour(tries: int) -> None:
    assert notice.FIRST_DELAY <= notice.later(tries) <= notice.later(tries + 1) <= timedelta(hours=1)
    assert notice.later(tries, refused=True) == timedelta(days=1)


@given(st.integers(0, 15 * 365 * 24 * 3600))
def test_the_day_is_made_from_seven_in_england(seconds: int) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    then = notice.next_digest(at)
    assert at < then <= at + timedelta(hours=25)
    assert notice.digest_day(then) == then.date().isoformat()
    assert notice.digest_day(then - timedelta(seconds=1)) is None


def test_an_address_cannot_bring_another() -> None:
    for bad in ("a@example.org,b@example.org", "<a@example.org>", "a b@example.org", "a@", "@example.org"):
        with pytest.raises(Refused):
            message(ONE, bad, SETTINGS)


def test_a_password_never_goes_in_clear(tmp_path: Path) -> None:
    file = tmp_path / "mail"
    file.write_text("iewo:secret\n")
    said = SETTINGS.model_copy(update={"mail_host": "mail.example.org", "mail_credentials": file})
    assert mail(said) is not None
    with pytest.raises(BadMail, match="IEWO_MAIL_TLS"):
        mail(said.model_copy(update={"mail_tls": "none"}))
    file.write_text("secret\n")
    with pytest.raises(BadMail, match="user:password"):
        mail(said)
    assert mail(SETTINGS) is None
