"""The legal clocks of packs: with each pack, in clear, from its first look to its end; those that run are shown (packs.py).

`LegalClockMoved` is about packs in preparation alone: what its officer can still do.
"""

from collections.abc import Sequence
from datetime import date

from services.sharing.domain.nearest import Days
from shared.contracts.envelope import Draft
from shared.contracts.sharing import LegalClockMoved
from shared.mongo import Document


def days_of(document: Document) -> Days | None:
    """None where they were never known."""
    if "request_by" not in document:
        return None
    return Days(_day(document["request_by"]), _day(document["earliest_by"]))


def with_days(document: Document, days: Days) -> tuple[Document, Sequence[Draft]]:
    """The document of a pack in preparation with its days as they are now, and what is said of them, if they are others."""
    if "clock_edition" in document and days == days_of(document):
        return document, ()
    now = {"request_by": _iso(days.request_by), "earliest_by": _iso(days.earliest_by)}
    return _told({**document, **now}, days)


def out_of_hand(document: Document) -> tuple[Document, Sequence[Draft]]:
    """Of a pack that is in preparation no more, sent or given up. Its days stay: one that was sent can still be laid an information on."""
    return _told(document, Days(None, None))


def in_hand_again(document: Document) -> tuple[Document, Sequence[Draft]]:
    """Of a pack that was given up and is a draft again: its days, where they were known, are told on as those of a new one."""
    days = days_of(document)
    return _told(document, days) if days else (document, ())


def _told(document: Document, days: Days) -> tuple[Document, Sequence[Draft]]:
    edition = document.get("clock_edition", 0) + 1
    pack, case = document["_id"].partition(":")[2], document["case"]
    draft = Draft(LegalClockMoved, pack=pack, case=case, request_by=days.request_by, earliest_by=days.earliest_by, edition=edition)
    return {**document, "clock_edition": edition}, (draft,)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
