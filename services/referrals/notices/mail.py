"""The way out for e-mail: a server by SMTP, or a folder of .eml files where things are only tried out."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import aiosmtplib

from services.referrals.domain.notice import Notice, subject, text
from shared.errors import Permanent, Transient, Trouble, WorldAway
from shared.settings import Settings

SECONDS: Final = 30.0
"""So long a mail server may take for one step."""

Send = Callable[[EmailMessage], Awaitable[None]]
"""Hands one message over. Refused: this one will not go so. NotTaken: this one does not go now. WorldAway: none goes now."""
Mail = Callable[[], AbstractAsyncContextManager[Send]]
"""One connection for several messages; WorldAway when there is none."""


class Refused(Permanent):
    """The mail server does not take this message."""


class NotTaken(Transient):
    """The mail server does not take e-mail for this address now."""


class BadMail(Exception):
    """The settings for e-mail cannot be used. The message is one line that says what is wrong."""


def mail(settings: Settings) -> Mail | None:
    """By the settings; None where they say no way, and notices wait. BadMail for settings that contradict each other."""
    if settings.mail_folder is not None:
        folder = settings.mail_folder
        return lambda: _folder(folder)
    if not settings.mail_host:
        return None
    user, password = _credentials(settings)
    if user and settings.mail_tls == "none":
        raise BadMail("IEWO_MAIL_CREDENTIALS would go over the wire as they are: set IEWO_MAIL_TLS to starttls or tls")
    return lambda: _server(settings, user, password)


def message(notice: Notice, to: str, settings: Settings) -> EmailMessage:
    """The e-mail of a notice. Its Message-ID follows from the notice, so a copy sent after a crash is known for one. Refused for an address
    that is none."""
    made = EmailMessage(policy=SMTP)
    try:
        made["To"] = Address(addr_spec=to)
    except (HeaderParseError, ValueError, IndexError):
        raise Refused("the address is none") from None
    sender = Address(addr_spec=settings.mail_from)
    made["From"] = sender
    made["Subject"] = subject(notice)
    made["Date"] = format_datetime(notice.at)
    made["Message-ID"] = f"<{notice.id}.notice@{sender.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text(notice, settings.mail_links.rstrip("/")))
    return made


def _credentials(settings: Settings) -> tuple[str | None, str | None]:
    if settings.mail_credentials is None:
        return None, None
    try:
        user, colon, password = settings.mail_credentials.read_text().strip().partition(":")
    except OSError as error:
        raise BadMail(f"{settings.mail_credentials}: {error.strerror}") from None
    if not colon or not user or not password:
        raise BadMail(f"{settings.mail_credentials}: one line is wanted, user:password")
    return user, password


@asynccontextmanager
async def _server(settings: Settings, user: str | None, password: str | None) -> AsyncIterator[Send]:
    client = aiosmtplib.SMTP(
        hostname=settings.mail_host,
        port=settings.mail_port,
        use_tls=settings.mail_tls == "tls",
        start_tls=settings.mail_tls == "starttls",
        username=user,
        password=password,
        timeout=SECONDS,
    )
    try:
        await client.connect()
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise WorldAway("mail") from error

    async def send(one: EmailMessage) -> None:
        try:
            await client.send_message(one)
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
            raise _trouble(error)("mail") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise WorldAway("mail") from error

    try:
        yield send
    finally:
        client.close()


def _trouble(error: aiosmtplib.SMTPException) -> type[Trouble]:
    """Refused where the server says that it will not take this one another time either (RFC 5321 4.2.1: 5yz). A mailbox that is full or
    busy (4yz for a recipient) is that one's trouble; another 4yz is the server's."""
    of_recipient = isinstance(error, aiosmtplib.SMTPRecipientsRefused)
    refusals = error.recipients if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else [error]
    if any(getattr(one, "code", 0) >= 500 for one in refusals):
        return Refused
    return NotTaken if of_recipient else WorldAway


@asynccontextmanager
async def _folder(folder: Path) -> AsyncIterator[Send]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def send(one: EmailMessage) -> None:
        name = str(one["Message-ID"]).strip("<>").partition(".")[0]
        beside = folder / f".{name}"
        beside.write_bytes(one.as_bytes())
        beside.replace(folder / f"{name}.eml")

    yield send
