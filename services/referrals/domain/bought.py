"""How many cases a school has bought to be open at a time, from which day on."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from services.referrals.errors import OverBought


class Bought(BaseModel):
    """What the company and the school agreed. `cases` None: no number."""

    model_config = ConfigDict(frozen=True)

    since: date
    cases: int | None
    by: str
    at: datetime

    def says(self, since: date, cases: int | None) -> bool:
        return (self.since, self.cases) == (since, cases)


def in_force(words: Sequence[Bought], on: date) -> int | None:
    """Of several for one day the last said counts; before the first day there is no number."""
    come = [word for word in words if word.since <= on]
    return max(come, key=lambda word: (word.since, word.at)).cases if come else None


def with_word(words: Sequence[Bought], word: Bought) -> list[Bought]:
    """Said again, nothing changes."""
    same_day = [one for one in words if one.since == word.since]
    if same_day and max(same_day, key=lambda one: one.at).says(word.since, word.cases):
        return list(words)
    return sorted([*words, word], key=lambda one: (one.since, one.at))


def in_words(opened: int, bought: int | None) -> str:
    """As the register check and an acceptance show it."""
    return f"{opened} of {bought}" if bought is not None else str(opened)


def check(opened: int, bought: int) -> None:
    """OverBought when one more case would be more than the school bought."""
    if opened >= bought:
        raise OverBought(f"it would be open case {in_words(opened + 1, bought)}; send `over_bought`: true to accept it all the same")
