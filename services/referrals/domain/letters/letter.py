"""A letter to one parent about one child: its words as they are sent, and what becomes of it.

It is held while anything stands over writing to this parent about this child, and goes only with a person's yes to each of those things;
what comes to stand later holds it again. It is never changed: another wording is another letter.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final, Literal

from services.referrals.domain.letters.fields import Value
from services.referrals.domain.letters.merge import Words
from services.referrals.domain.parent import Known
from services.referrals.errors import NotPossible
from shared.frozen import Frozen

State = Literal["held", "ready", "sending", "sent", "returned", "cancelled"]
UNSENT: Final[tuple[State, ...]] = ("held", "ready", "sending")
Way = Literal["post", "e-mail", "by hand"]
"""How it went. By hand: given to the parent, at home or in school."""

_POSSIBLE: Final[Mapping[str, tuple[State, ...]]] = {
    "print": ("ready", "sending", "sent", "returned"),
    "release": ("held",),
    "send": ("ready",),
    "cancel": ("held", "ready"),
    "note its return": ("sent",),
}


UNSAID: Final = "unsaid"
"""The stop where nobody has said whether the parent may be written to, and such a letter is to wait for a yes."""


class Stop(Frozen):
    """Something that stands over sending: a flag, or mail to the same address that came back."""

    id: str
    says: str
    absolute: bool = False
    """Nobody's yes helps: the letter is cancelled, and made anew where it may be."""


class Yes(Frozen):
    """A person's yes to what stood over it, and why."""

    by: str
    at: datetime
    why: str
    to: tuple[str, ...]
    """Ids of the stops."""


class Dispatch(Frozen):
    way: Way
    day: date
    by: str
    at: datetime
    to: tuple[str, ...]
    """The address used, line by line, or the e-mail address; none by hand."""


class Mark(Frozen):
    by: str
    at: datetime
    why: str
    day: date | None = None


class Letter(Frozen):
    id: str
    case: str
    school: str
    child: str
    parent: str
    """The record of the parent."""
    kind: str
    records: str
    """The kind of intervention that sending it is."""
    state: State
    made_by: str
    made_at: datetime
    words: Words
    asked: Mapping[str, Value] | None = None
    """What was answered to the template's questions."""
    may_be_written_to: Known = "not known"
    """What had been said of it when the letter was made."""
    language: str | None = None
    """Spoken at home, and `interpreter`: which is needed; as they were known when the letter was made."""
    interpreter: str | None = None
    email: str | None
    no_post: str | None
    """Why it cannot go by post."""
    stops: tuple[Stop, ...] = ()
    """What stands over it now."""
    yes: tuple[Yes, ...] = ()
    dispatch: Dispatch | None = None
    document: str | None = None
    """The exact copy that was sent, as a document of the case."""
    entry: str | None = None
    """The intervention that sending it was."""
    came_back: Mark | None = None
    cancelled: Mark | None = None

    @property
    def open_stops(self) -> tuple[Stop, ...]:
        """Those to which nobody has said yes."""
        allowed = {one for yes in self.yes for one in yes.to}
        return tuple(stop for stop in self.stops if stop.id not in allowed)


def check(letter: Letter, act: str) -> None:
    """NotPossible, saying why and what is possible."""
    if letter.state in _POSSIBLE[act]:
        return
    if letter.state == "held" and act in ("print", "send"):
        says = "; ".join(stop.says for stop in letter.open_stops)
        raise NotPossible(f"the letter is held ({says}): an officer releases it, with a reason, or cancels it")
    may = [name for name, states in _POSSIBLE.items() if letter.state in states]
    raise NotPossible(f"the letter is {letter.state}; possible now: {', '.join(may) or 'nothing'}")


def check_paper(letter: Letter) -> None:
    """NotPossible for one that is to be seen by nobody as it stands."""
    if says := [stop.says for stop in letter.stops if stop.absolute]:
        raise NotPossible(f"{'; '.join(says)}: cancel it, and make another where one may be made")


def under(letter: Letter, stops: Iterable[Stop]) -> Letter:
    """The letter under what stands now: held, or ready where all of it has been allowed."""
    if letter.state not in ("held", "ready"):
        return letter
    looked = letter.model_copy(update={"stops": tuple(stops)})
    return looked.model_copy(update={"state": "held" if looked.open_stops else "ready"})


def released(letter: Letter, by: str, at: datetime, why: str) -> Letter:
    """With a yes to everything that stands over it now. Sent again to one that is ready by such a yes, it changes nothing."""
    if letter.state == "ready" and letter.yes:
        return letter
    check(letter, "release")
    check_paper(letter)
    yes = Yes(by=by, at=at, why=why, to=tuple(stop.id for stop in letter.open_stops))
    return under(letter.model_copy(update={"yes": (*letter.yes, yes)}), letter.stops)


def dispatched(letter: Letter, way: Way, day: date, by: str, at: datetime) -> Letter:
    """It has gone; what follows from that (the copy, the entry) is still to be written. Said again of one that is gone, nothing changes."""
    if letter.state in ("sending", "sent", "returned"):
        return letter
    check(letter, "send")
    if day < letter.made_at.date():
        made = letter.made_at.date()
        raise NotPossible(
            f"it was made on {made}: it cannot have gone before. A letter that went earlier is put on record as an entry of the case "
            f"(iewo intervention add {letter.case} '{letter.records}' --on {day} --parent {letter.parent} ...), and its copy as a document "
            f"(iewo document add {letter.case} --kind letter --entry ENTRY ...)"
        )
    if way == "post" and letter.no_post:
        raise NotPossible(f"it cannot go by post: {letter.no_post}")
    if way == "e-mail" and not letter.email:
        raise NotPossible("no e-mail address of this parent is known")
    used: Mapping[Way, Callable[[], tuple[str, ...]]] = {
        "post": lambda: letter.words.address or (),
        "e-mail": lambda: (letter.email or "",),
        "by hand": lambda: (),
    }
    dispatch = Dispatch(way=way, day=day, by=by, at=at, to=used[way]())
    return letter.model_copy(update={"state": "sending", "dispatch": dispatch})


def sent(letter: Letter, document: str, entry: str | None) -> Letter:
    """Everything that follows from sending it is written."""
    if letter.state != "sending":
        return letter
    return letter.model_copy(update={"state": "sent", "document": document, "entry": entry})


def returned(letter: Letter, by: str, at: datetime, day: date, why: str) -> Letter:
    """It came back. Said again, the first word stays."""
    if letter.state == "returned":
        return letter
    check(letter, "note its return")
    if letter.dispatch and day < letter.dispatch.day:
        raise NotPossible("it cannot come back before it went")
    return letter.model_copy(update={"state": "returned", "came_back": Mark(by=by, at=at, why=why, day=day)})


def cancelled(letter: Letter, by: str, at: datetime, why: str) -> Letter:
    if letter.state == "cancelled":
        return letter
    check(letter, "cancel")
    return letter.model_copy(update={"state": "cancelled", "cancelled": Mark(by=by, at=at, why=why)})
