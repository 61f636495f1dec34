"""What people say of a school's sessions: a calendar that is uploaded, a session that is corrected.

A statement is about one day or a span of days, one session of each or both. Reasons are words from a list, so that no name ever stands in
a calendar, which is kept in clear.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.attendance.domain.year_groups import YEAR_GROUPS, normalise_year_group
from shared.academic_year import Session, of_session, slot
from shared.bank_holidays import BANK_HOLIDAYS

Reason = Literal[
    "holiday", "bank holiday", "staff training", "polling", "weather", "premises", "strike", "public health", "exams", "event", "other"
]
BOTH: tuple[Session, Session] = ("AM", "PM")


def _year_group(text: str) -> str:
    group = normalise_year_group(text)
    if group is None:
        raise ValueError("not a year group (N1, N2, R, 1 to 14, X)")
    return group


class Said(BaseModel):
    """One statement. `year_groups`: the session is open for these alone."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    first: date = Field(alias="date", description="The day, or the first of a span.")
    last: date | None = Field(None, alias="to", description="The last day of a span; a span skips weekends and bank holidays.")
    session: Session | None = Field(None, description="Both sessions by default.")
    state: Literal["open", "closed"]
    reason: Reason | None = None
    year_groups: tuple[Annotated[str, AfterValidator(_year_group)], ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.last and self.last < self.first:
            raise ValueError("`to` is before `date`")
        if of_session(self.first) != of_session(self.last or self.first):
            raise ValueError("a span lies within one academic year, 1 August to 31 July")
        if self.last is None and self.first.weekday() >= 5:
            raise ValueError("the day is on a weekend")
        if self.state == "closed" and self.year_groups:
            raise ValueError("a closed session names no year groups: say for which it is open")
        return self

    def slots(self) -> Iterator[int]:
        """The slots of the register year that it speaks of."""
        sessions = (self.session,) if self.session else BOTH
        for day in self._days():
            yield from (slot(day, session) for session in sessions)

    def _days(self) -> Iterator[date]:
        if self.last is None:
            yield self.first
            return
        for number in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=number)
            if day.weekday() < 5 and day not in BANK_HOLIDAYS:
                yield day

    def kept(self) -> dict[str, Any]:
        """As it is stored: under the names by which it came, and only what was said."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


class Word(NamedTuple):
    """What was said of one session. `year_groups`: open for these alone, for all where there are none."""

    open: bool
    reason: str | None = None
    year_groups: tuple[str, ...] = ()


def spoken(statements: Iterable[Said]) -> dict[int, Word]:
    """By slot, the last word of statements about one academic year; sessions of which nothing is said are left out."""
    words: dict[int, Word] = {}
    for said in statements:
        groups = tuple(group for group in YEAR_GROUPS if group in said.year_groups)
        words |= dict.fromkeys(said.slots(), Word(said.state == "open", said.reason, groups))
    return words


def filled(words: Mapping[int, Word]) -> dict[int, Word]:
    """An uploaded calendar that names open sessions says by that which are closed: the others from the first to the last of them."""
    named = [at for at, word in words.items() if word.open]
    between = range(min(named), max(named)) if named else range(0)
    return {**dict.fromkeys(between, Word(open=False)), **words}
