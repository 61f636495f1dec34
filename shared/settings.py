"""A service's settings, from environment variables IEWO_*. Secrets come as paths to files, never as values."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What every service is told by whoever starts it."""

    model_config = SettingsConfigDict(env_prefix="IEWO_", frozen=True)

    host: str = "127.0.0.1"
    port: int = 8000
    proxy: str = ""
    """Addresses (by commas) of the proxy before the service: only its word is believed on where a request came from."""
    nats_url: str = "nats://127.0.0.1:4222"
    nats_credentials: Path
    """The service's own `.creds` file."""
    mongo_url_file: Path
    """A file that holds the service's own connection URL, password included."""
    mongo_driver: Literal["pymongo", "motor"] = "pymongo"
    key_folder: Path
    """The service's own folder of keys; `retention` is given the folder that holds all of them."""
    jwks: str
    """Where the keys are that sign callers' tokens: a path or an https URL."""
    issuer: str = "iewo"
    signing_key: Path | None = None
    """`retention` and `sharing`, each its own: the Ed25519 key (PEM) that signs certificates of disposal, or the manifests of packs."""
    profile_folder: Path | None = None
    """`attendance` and `sharing`: the profiles of local authorities, instead of those that come with them."""
    casework_folder: Path | None = None
    """`referrals` only: what officers record, instead of what comes with it."""
    letters_folder: Path | None = None
    """`referrals` only: the templates of letters, instead of those that come with it."""
    published_folder: Path | None = None
    """`referrals` only: what the Department has published for comparison, instead of what comes with it."""
    company: str = "Example Education Welfare Ltd"
    checked_by_another: bool = False
    """`sharing` only: who makes the statement of a pack does not check it. Otherwise that it was so is told and printed; approval is by
    another person always."""
    mail_host: str = ""
    """`referrals` only: the SMTP server by which notices reach people. Without it, and without a folder, they wait."""
    mail_port: int = 587
    mail_tls: Literal["starttls", "tls", "none"] = "starttls"
    mail_from: str = "iewo@localhost.example"
    """The sender of notices; its domain ends every Message-ID, so it stays the same."""
    mail_credentials: Path | None = None
    """A file of one line, `user:password`."""
    mail_folder: Path | None = None
    """Instead of a server: notices are written here as .eml files, which is for trying things out."""
    mail_links: str = ""
    """What stands before the path that a notice names, such as https://officers.example.org; without it an e-mail
    says which command shows the same."""
    key_hold_seconds: float = Field(60, gt=0)
    """How long a process may use a key before it looks again; a closing key is destroyed no sooner."""
    sweep_after_seconds: float = Field(30, gt=0)
    """What is left in an outbox this long is published by the sweeper."""
    feed_retry_seconds: float = Field(60, gt=0)
    """A feed accepted and not stored after this long has its tickets published again."""
    silence_grace_seconds: float = Field(300, ge=0)
    """A school that has sent anything this recently is not called silent yet: more may be on the way."""
    answer_seconds: float = Field(60, gt=0)
    """A service that has not answered a purge command by then is an alarm."""
    give_up_hours: float = Field(24, gt=0)
    """A message that still fails for a passing reason at this age is dead-lettered."""
    stop_seconds: float = Field(20, gt=0)
    """Grace for work in hand on SIGTERM: longer than a message takes, and than the consumers' ack wait of 10 s."""
    development: bool = False
    """A stack for trying things out: what is due on a date to come may be disposed of. Never with real children."""
    clock_offset_days: float = 0
    """Needs `development`: the service lives this many days, whole or not, ahead."""

    def mongo_url(self) -> str:
        return self.mongo_url_file.read_text().strip()

    def now(self) -> datetime:
        """The time, in UTC, moved ahead on such a stack."""
        ahead = timedelta(days=self.clock_offset_days if self.development else 0)
        return datetime.now(UTC) + ahead

    def today(self) -> date:
        """The day in England, near enough: UTC, as schools push between 7 and 19 hours."""
        return self.now().date()

    def is_ahead(self, on: date) -> bool:
        """Whether a sweep on a day is ahead of time: the service lives on another day than the real one, or `on` is yet to come."""
        return self.development and (self.clock_offset_days != 0 or on > datetime.now(UTC).date())


def load(**known: Any) -> Settings:
    """The settings from the environment; what is `known` wins."""
    return Settings(**known)
