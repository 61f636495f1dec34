"""What the Local Authority (LA) has said of a pack, word by word, and where the pack stands after all of it.

Words come late, twice and in any order: the LA's own, those that a person types in from a letter, those of a file. So none is believed for
coming last. They are gone through by the day on which a thing happened, and on one day by how far it leads; a word that leads back behind
where the pack is by then (received, after it was accepted) changes nothing and is kept.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from services.sharing.domain.life import AT_HOME, State, step
from services.sharing.domain.work import By
from services.sharing.errors import NotPossibleNow, NotYours, Unfit, WrongDay
from shared.frozen import Exact
from shared.words import folded

Says = Literal["received", "returned", "declined", "accepted", "notice issued", "paid", "unpaid", "withdrawn", "in court", "outcome"]
"""The state to which it leads."""
Source = Literal["the LA itself", "told to us", "a file", "ourselves"]
"""`ourselves`: we took the pack back, and told the LA."""
Sessions = tuple[tuple[date, Literal["AM", "PM"]], ...]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
MOST: Final = 200
"""Words of one pack."""


def referred(reference: str) -> str:
    """The one writing by which references are compared: without capitals, accents and runs of blanks."""
    return " ".join(folded(reference).split())


class Said(Exact):
    """A word without who brought it: the same from two sides is one."""

    says: Says
    on: date
    """The day on which it happened: of a notice, its day of issue."""
    questions: tuple[str, ...] = ()
    why: str | None = None
    """Why a pack was declined, or a notice withdrawn."""
    outcome: str | None = None
    """What a court, or the LA, has decided."""
    to: str | None = None
    """To whom a notice was issued, as the LA names them; None: the parent of the pack."""
    sessions: Sessions = ()
    """On which a notice rests; none: those of the pack."""
    reference: str | None = None
    """The LA's own, of the notice."""
    case_reference: str | None = None
    """The LA's own, of a case: several notices may come under it."""

    @property
    def references(self) -> tuple[str, ...]:
        """By which the LA may name the pack again."""
        return tuple(one for one in (self.reference, self.case_reference) if one)


class Struck(Exact):
    """Who says that a word was brought by mistake, and why."""

    by: By
    why: str


class Word(Exact):
    said: Said
    by: By
    source: Source
    heard: str | None = None
    """How a word that was told to us came: `letter of 3 May`."""
    struck: Struck | None = None
    """It is kept, and says nothing any more."""


def fit(said: Said, sent_on: date, today: date) -> None:
    """Unfit for what lacks its reason; WrongDay for one before the pack was sent or yet to come."""
    if not sent_on <= said.on <= today:
        raise WrongDay(f"`on` is the day on which it happened: not before the pack was sent ({sent_on}), and not after today")
    needs: dict[Says, tuple[str, object]] = {
        "returned": ("questions", said.questions),
        "declined": ("why", said.why),
        "outcome": ("outcome", said.outcome),
    }
    name, given = needs.get(said.says, ("", True))
    if not given:
        raise Unfit(f"{said.says}: say `{name}` with it")
    if said.says != "returned" and said.questions:
        raise Unfit("questions come with `returned`")
    if any(day > said.on for day, _ in said.sessions):
        raise Unfit("`sessions` are those on which the notice rests: none is after its day of issue")


def with_word(words: Sequence[Word], word: Word) -> tuple[Word, ...]:
    """Unchanged where it was said before, whoever brought it. What a file said and was struck is not said again by the same file; a person
    who types it in anew means it, and a file may be right where a person had mistyped."""
    if any(one.said == word.said and (one.struck is None or one.source == word.source == "a file") for one in words):
        return tuple(words)
    if len(words) == MOST:
        raise NotPossibleNow(f"{MOST} things were said of this pack; no more are kept")
    return (*words, word)


def struck(words: Sequence[Word], number: int, by: By, why: str) -> tuple[Word, ...]:
    """The words with the one of this number, from 1 on, struck out; again it changes nothing. Unfit where there is none; NotYours for what
    we did not bring: the LA takes its own words back by saying otherwise, and of our own withdrawal it was told."""
    if not 1 <= number <= len(words):
        raise Unfit(f"there is no word {number} of this pack: `iewo packs words` numbers them")
    word = words[number - 1]
    if word.struck:
        return tuple(words)
    if word.source == "the LA itself":
        raise NotYours("the LA said it itself: it says otherwise, or you type in what it told you")
    if word.source == "ourselves":
        raise NotYours("the pack was taken back, and the LA was told so: `iewo packs supersede` begins the next edition")
    gone = word.model_copy(update={"struck": Struck(by=by, why=why)})
    return (*words[: number - 1], gone, *words[number:])


def standing(words: Sequence[Word]) -> tuple[Word, ...]:
    """Those that were not struck."""
    return tuple(word for word in words if word.struck is None)


def stands(words: Sequence[Word], now: State, fetched: bool = True) -> State:
    """The state of a pack after all these words. `now`: as it is; a pack whose place another has taken stays so, whatever is said of it.
    `fetched`: whether the bus has told that the LA took it."""
    if now == "superseded":
        return now
    told = now if step(now) == 0 else "fetched" if fetched else "sent"  # what the bus told is behind every word
    state: State = told
    for word in sorted(standing(words), key=lambda one: (one.said.on, step(one.said.says))):
        if step(state) <= step(word.said.says):
            state = word.said.says
    return state


def lacks_notice(words: Sequence[Word], says: Says) -> bool:
    """Whether a payment, or that there was none, is told of a notice of which nothing was told."""
    return says in ("paid", "unpaid") and not any(one.said.says == "notice issued" for one in standing(words))


def is_news(words: Sequence[Word], word: Word) -> bool:
    """Whether nothing later was heard before: a late word that changes nothing is nobody's business."""
    return all(one.said.on <= word.said.on for one in standing(words))


def check_was_sent(state: State) -> None:
    """NotPossibleNow for a pack of which no LA can say anything."""
    if state in AT_HOME or state == "cancelled":
        raise NotPossibleNow(f"the pack is {state}: the LA does not have it")
