"""Notices: an alarm or a task, told to a person by e-mail, without a word about a child.

A notice says what kind of thing waits, at which school, and the path under which the signed-in person finds it. Which kinds there are is a
table, so that no text of anybody's gets into an e-mail.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from shared.contracts.sharing import PackKind
from shared.court_days import acted_by, answered_by
from shared.seen_by import OF_A_CHANGE, seen_by

Way = Literal["at once", "daily", "off"]
"""How a person is told: each notice, one e-mail a day with counts, or not at all."""

What = Literal[
    "access ended",
    "access extended",
    "case allocated to you",
    "case at another school",
    "case to be closed",
    "case without action",
    "cases handed back",
    "cases passed to you",
    "change of a pack not answered",
    "cover needed",
    "checks due",
    "contact changed",
    "entry moved to another child",
    "entry moved to your case",
    "hand-over asked for",
    "hand-over decided",
    "last day for a pack near",
    "leave requested by the school",
    "letter returned",
    "next step due",
    "next step overdue",
    "pack came back with questions",
    "pack changed since it was sent",
    "pack is a draft again",
    "pack not fetched",
    "register check due",
    "task for you",
    "visit warning to be reviewed",
    "word from the authority on a pack",
]
WHATS: Final[frozenset[str]] = frozenset(get_args(What))
Count = tuple[str, str | None, int]
"""So many notices of a kind at a school (None: of no school)."""

HEADS: Final = "head of service"
"""As whom a notice is for: every head of service."""
LISTED: Final = "listed"
"""The state of a notice of which no e-mail goes."""
DIGEST_HOUR: Final = 7
"""In England: from then on the e-mail of the day is made."""
ENGLAND: Final = ZoneInfo("Europe/London")
LEASE: Final = timedelta(minutes=5)
"""So long one process has a notice to itself: longer than a mail server takes to answer."""
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=1)
REFUSED_DELAY: Final = timedelta(days=1)
"""Until an address that was refused is tried again: somebody has to change it."""
GIVEN_UP: Final = timedelta(days=30)
LINK_KEPT: Final = timedelta(days=30)
"""A path may have the id of a case or a child: it goes as soon as the events that name it (30 days)."""
NOTICE_KEPT: Final = timedelta(days=400)
"""For so long the same key is the same notice."""

_PATH: Final = re.compile(r"/[A-Za-z0-9/_.=?&-]{0,200}")


class Notice(BaseModel):
    """What one person is to be told."""

    model_config = ConfigDict(frozen=True)

    id: str
    who: str
    what: str
    school: str | None
    link: str | None
    at: datetime
    about: tuple[PackKind, ...] = ()
    """Of a pack: what has changed, by kind. It is in no e-mail."""
    act_by: date | None = None
    """The nearest day that ends something that can be done; of a change of a sent pack the day by which it is to be answered."""
    last_in_court: date | None = None
    """Of such a change: the last day on which an information can be laid (Magistrates' Courts Act 1980 s.127), while it is not over."""
    counts: tuple[Count, ...] = ()
    """Of the e-mail of a day: what came together."""


def school_(urn: str) -> str:
    """As whom a notice is for: whoever signs in for this school."""
    return f"school {urn}"


def notice_id(who: str, once: str) -> str:
    """The same person and key are the same notice, whoever tells it and however often."""
    return sha256(f"{who}\0{once}".encode()).hexdigest()[:24]


def checked(what: str, link: str) -> None:
    """ValueError for a kind that is not in the table and for what is no path: they would carry somebody's words."""
    if what not in WHATS:
        raise ValueError(f"no kind of notice: add it to {__name__}.What")
    if not _PATH.fullmatch(link):
        raise ValueError("a notice's link is a path of this service")


def later(tries: int, *, refused: bool = False) -> timedelta:
    """Until the next try after so many that failed (1 or more)."""
    if refused:
        return REFUSED_DELAY
    return min(LONGEST_DELAY, FIRST_DELAY * (1 << min(tries - 1, 10)))


def digest_day(now: datetime) -> str | None:
    """The day (ISO) whose e-mail may be made now; None before its hour."""
    local = now.astimezone(ENGLAND)
    return local.date().isoformat() if local.hour >= DIGEST_HOUR else None


def next_digest(now: datetime) -> datetime:
    """When the next e-mail of a day may be made."""
    local = now.astimezone(ENGLAND)
    day = local.date() + timedelta(days=1 if local.hour >= DIGEST_HOUR else 0)
    return datetime.combine(day, time(DIGEST_HOUR), ENGLAND)


def counted(notices: Iterable[Mapping[str, Any]]) -> tuple[Count, ...]:
    """By kind and school, in that order."""
    counts: dict[tuple[str, str | None], int] = {}
    for one in notices:
        key = (one["what"], one.get("school"))
        counts[key] = counts.get(key, 0) + 1
    return tuple((what, school, count) for (what, school), count in sorted(counts.items(), key=lambda item: (item[0][0], item[0][1] or "")))


def subject(notice: Notice) -> str:
    if notice.counts:
        total = sum(count for *_, count in notice.counts)
        return f"{total} {'notice' if total == 1 else 'notices'} of today"
    at = f", school {notice.school}" if notice.school else ""
    return f"{notice.what.capitalize()}{at}"


def text(notice: Notice, links: str) -> str:
    """The e-mail's body: kind, school, link. `links` stands before the path; where nothing does, there is no page to open, and a command is
    said instead."""
    if notice.counts:
        lines = [f"{count} x {what}{f', school {school}' if school else ''}" for what, school, count in notice.counts]
        lines += ["", f"All of them: {_where('notices', '/v1/notices', links)}"]
    else:
        lines = [notice.what.capitalize() + ".", f"School: {notice.school or '(no school)'}"]
        lines += [_until(notice.act_by, notice)] if notice.act_by else []
        lines += [f"Sign in and see: {_where(notice.what, notice.link, links)}"] if notice.link else []
    return "\n".join((*lines, "", "This e-mail says nothing about any child.", "How you are told: iewo notices --help", ""))


def _where(what: str, link: str, links: str) -> str:
    return f"{links}{link}" if links else seen_by(what, link) or "iewo notices list"


def _until(day: date, notice: Notice) -> str:
    if notice.what in OF_A_CHANGE:
        said = answered_by(day, notice.last_in_court)
        return f"{said[0].upper()}{said[1:]}"
    return f"Act by: {acted_by(day, f'{day.day} {day:%B %Y}')}"
