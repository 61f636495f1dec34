"""Why a proposal may be declined: codes with their words, by dated versions of the company's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.referrals.errors import NotAReason


@dataclass(frozen=True, slots=True)
class Reason:
    says: str
    needs_words: bool = False


@dataclass(frozen=True, slots=True)
class Reasons:
    """One version: what stands in the list from a day on."""

    since: date
    codes: Mapping[str, Reason]

    @property
    def version(self) -> str:
        return self.since.isoformat()

    def check(self, code: str, words: str | None) -> None:
        """NotAReason for a code that is not in the list, and for one that says too little without words."""
        if code not in self.codes:
            raise NotAReason(f"`reason` is one of: {', '.join(self.codes)}")
        if self.codes[code].needs_words and not (words or "").strip():
            raise NotAReason(f"`reason` {code} needs `words` beside it")


class Declining:
    """Which version is in force on which day: the first one on the days before it."""

    def __init__(self, versions: Sequence[Reasons]) -> None:
        self._versions = {one.since: one for one in versions}

    def on(self, day: date) -> Reasons:
        return self._versions[max((since for since in self._versions if since <= day), default=min(self._versions))]

    def said(self, version: str | None, code: str) -> str:
        """What a code meant by the version of a decision; the code itself where that version is no longer in the file."""
        found = self._versions.get(date.fromisoformat(version)) if version else None
        return found.codes[code].says if found and code in found.codes else code
