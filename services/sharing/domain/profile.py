"""What a Local Authority (LA) wants of a pack and how it reads the rules: dated, one version of which is in force on a day.

Where the sources of a rule leave something open, the choice is a setting here, and `readings.py` prints it on every pack.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Literal, NamedTuple, Self, TypeVar, get_args

from pydantic import Field, model_validator

from services.sharing.domain.demands import Number, Rules, Strict, Words
from services.sharing.domain.of_others import OfOthers
from shared.contracts.enforcement import Ground
from shared.contracts.referrals import Measure, Offence

NATIONAL: Final = "national"
FRAMEWORK: Final = date(2024, 8, 19)
"""Since when the National Framework for Penalty Notices applies."""
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
GROUNDS: Final[tuple[Ground, ...]] = get_args(Ground)

T = TypeVar("T")

CoverField = Literal[
    "referrer",
    "school",
    "child",
    "upn",
    "year group",
    "sex",
    "home language",
    "looked after",
    "special educational needs",
    "parent",
    "parent's date of birth",
    "other parents",
    "siblings",
    "reason",
    "period",
    "sessions",
    "attendance this year",
    "attendance last year",
    "notices",
    "legal clocks",
    "letters",
    "support",
    "agencies",
    "witness",
]
"""What LAs' own forms ask for on their first page."""


class Threshold(NamedTuple):
    """Sessions of these codes within so many school weeks. From the same settings by which `attendance` raises the concern."""

    sessions: int
    weeks: int
    codes: frozenset[str]


class Readings(Strict):
    """How rules are read where their sources leave it open: on penalty notices (National Framework for Penalty Notices, "Working together
    to improve school attendance", August 2024) but for the last, which is on prosecution (Education Act 1996 s.444(1A))."""

    week_begins: Literal["Monday", "Saturday", "Sunday"]
    """A school week is "any week in which there is at least one school session"."""
    window_slides: Literal["by week", "by day"]
    """"A rolling period of 10 school weeks": it begins with a week, or on any day."""
    used_sessions: Literal["count once", "count again"]
    """Whether a session on which a notice rests may count towards another one to the same parent."""
    notices_before_framework: Literal["count", "do not count"]
    """Whether notices issued before 19 August 2024 count towards the limit."""
    limit_counts_from: Literal["the day of issue", "the last session"]
    """From what of a notice the three years run."""
    leave_reaches_back: Literal["as far as the threshold needs", "the whole window"]
    """Of a request over leave in term time for which nobody said a period: how much before the leave is in it."""
    sessions_before_the_parent_knew: Literal["not relied on", "relied on"]
    """Of a prosecution for s.444(1A): sessions up to and on the day on which the parent was first told of the absence."""


class Clock(Strict):
    """Magistrates' Courts Act 1980 s.127: an information is laid within six months from the time when the offence was committed."""

    day_of_the_session: Literal["not counted", "counted"]
    """Not counted: the last day has the number of the session's own day. Counted: it is the day before that."""
    lead_days: Annotated[int, Field(ge=0, le=180, strict=True)]
    """Calendar days before the earliest session's last day by which the LA wants a request."""


Method = Literal["stream", "download", "by hand"]


class Delivery(Strict):
    """How the LA receives packs, and by when we act on what becomes of them."""

    method: Method
    form: Literal["files", "zip"]
    largest_file_mb: Number
    largest_pack_mb: Number
    not_fetched_days: Number
    """Calendar days after which a pack that nobody fetched is an alarm."""
    changes_answered_days: Number
    """Working days after the one on which a change of a sent pack was found, by the last of which we answer it: 1 is the next one."""


class Profile(Strict):
    """One version of a profile. `code`: the LA's three digits, or `national`."""

    code: str
    name: Words
    since: date
    threshold: Threshold
    readings: Readings
    clock: Clock
    delivery: Delivery
    cover: tuple[CoverField, ...]
    of_others: OfOthers
    """What the LA asks for in volume A of other parents, and of brothers and sisters."""
    offence: Offence
    """Of which a prosecution is where whoever asks has not said it."""
    offences: Annotated[tuple[Offence, ...], Field(min_length=1)]
    """For which the LA takes requests, that one among them."""
    offence_words: Mapping[Offence, Words]
    """How each is printed."""
    declaration: Annotated[tuple[Words, ...], Field(min_length=1)]
    """What the head teacher declares, sentence by sentence."""
    signatories: Annotated[tuple[Words, ...], Field(min_length=1)]
    """Who signs it, by role."""
    warning_words: Words
    """What a warning letter has to say."""
    statement_words: Words
    """What stands above the signature of a witness statement."""
    history_mailbox: Words | None
    """Where the LA is asked which notices it knows of; None where it has named no place."""
    demands: Mapping[tuple[Measure, Ground], Rules]

    @model_validator(mode="after")
    def _offences_named(self) -> Self:
        if self.offence not in self.offences:
            raise ValueError(f"`offence` {self.offence} is not among the `offences` that it takes")
        if lacking := sorted(set(self.offences) - self.offence_words.keys()):
            raise ValueError(f"`offence_words` has none for {lacking[0]}")
        return self

    @property
    def version(self) -> str:
        """What a pack names: `national 2024-08-19`."""
        return f"{self.code} {self.since.isoformat()}"

    def rules(self, measure: Measure, ground: Ground) -> Rules:
        return self.demands[measure, ground]


class Profiles:
    """Every profile with its versions, and the thresholds, which have dates of their own. Each has a national one."""

    def __init__(self, profiles: Mapping[str, Sequence[Profile]], thresholds: Mapping[str, Mapping[date, Threshold]]) -> None:
        self._profiles = {code: {one.since: one for one in versions} for code, versions in profiles.items()}
        self._thresholds = thresholds

    def of(self, authority: str, on: date) -> Profile:
        """What is in force on a day; the national profile for an LA that has said nothing, whose first version holds before its day too."""
        found = _latest(self._profiles.get(authority, {}), on) or _in_force(self._profiles[NATIONAL], on)
        threshold = _latest(self._thresholds.get(authority, {}), on) or _in_force(self._thresholds[NATIONAL], on)
        return found.model_copy(update={"threshold": threshold})


def _latest(versions: Mapping[date, T], on: date) -> T | None:
    days = sorted(versions)
    place = bisect_right(days, on)
    return versions[days[place - 1]] if place else None


def _in_force(versions: Mapping[date, T], on: date) -> T:
    return _latest(versions, on) or versions[min(versions)]
