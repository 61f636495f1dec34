"""Penalty notices "known to us" of which no pack of ours tells, and which Local Authorities (LAs) were asked for those that they know of.

The framework counts notices wherever they were issued, and nobody keeps a national list, so a request waits for what the LA answers, and
for a child who moved, what the earlier one does (National Framework for Penalty Notices, as Buckinghamshire has it).
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Final, Self

from services.sharing.domain.demands import Days, Limit
from services.sharing.domain.material import Asked, Notice, NoticeHistory
from services.sharing.domain.months import months_later
from services.sharing.domain.pack_notice import NoticeState
from services.sharing.domain.work import By
from services.sharing.errors import NotPossibleNow, Unfit
from shared.frozen import Exact

_WITHIN: Final = 7
"""Days: a notice that is told twice may be dated by its making out, its posting or its service."""
_NO_SIGN: Final = re.compile(r"[\W_]+")
_BETWEEN_UNLIKE: Final = re.compile(r"(?<=\d) (?=\D)|(?<=\D) (?=\d)")


class Told(Exact):
    """A notice that somebody told us of. `source`: a letter, an LA's answer, a parent's own copy."""

    id: str
    notice: Notice
    source: str
    by: By


class Question(Exact):
    """An LA asked about one parent of the child, and its answer, the latest one."""

    authority: str
    parent: str
    asked_on: date
    answered_on: date | None = None
    by: By


class Answered(Exact):
    """What an LA has answered once about one parent, as it was said. Later answers stand beside it."""

    authority: str
    parent: str
    on: date
    notices: tuple[tuple[date, NoticeState], ...]
    """Days of issue, with what became of each; none is an answer too."""
    source: str
    by: By

    @classmethod
    def of(cls, authority: str, parent: str, on: date, told: Iterable[Told], source: str, by: By) -> Self:
        notices = tuple((one.notice.issued_on, one.notice.state) for one in told)
        return cls(authority=authority, parent=parent, on=on, notices=notices, source=source, by=by)

    def repeats(self, other: "Answered", parents: Collection[str]) -> bool:
        """Whether it says what was said on that day of the same parent, who has these ids, whoever brought it."""
        same = (self.authority, self.on, set(self.notices)) == (other.authority, other.on, set(other.notices))
        return same and other.parent in parents


class Before(Exact):
    """Under which other LAs the child has lived or gone to school in the years that count, as a person found out; none is an answer too."""

    authorities: tuple[str, ...]
    why: str
    by: By


class History(Exact):
    """All of it, of one child."""

    told: tuple[Told, ...] = ()
    questions: tuple[Question, ...] = ()
    before: Before | None = None
    answers: tuple[Answered, ...] = ()

    def asking(self, question: Question) -> "History":
        """Asked again is a new question: it waits for its own answer."""
        if any(_same(one, question) and one.asked_on >= question.asked_on for one in self.questions):
            return self
        return self.model_copy(update={"questions": (*(one for one in self.questions if not _same(one, question)), question)})

    def answering(self, authority: str, parents: Collection[str], on: date, told: Iterable[Told]) -> "History":
        """NotPossibleNow where the LA was not asked; Unfit for an answer before its question."""
        asked = [one for one in self.questions if one.authority == authority and one.parent in parents]
        if not asked:
            raise NotPossibleNow(f"LA {authority} was not asked about this parent: note that first (`iewo notice-history asked`)")
        if any(on < one.asked_on for one in asked):
            raise Unfit("`on`: the LA was asked later than that")
        answered = tuple(one.model_copy(update={"answered_on": on}) if one in asked else one for one in self.questions)
        made = self.model_copy(update={"questions": answered})
        for one in told:
            made = made.telling(one)
        return made

    def keeping(self, answer: Answered, parents: Collection[str]) -> "History":
        """An answer beside the earlier ones."""
        if any(answer.repeats(one, parents) for one in self.answers):
            return self
        return self.model_copy(update={"answers": (*self.answers, answer)})

    def telling(self, told: Told) -> "History":
        """A notice that is known already is the same one (`_is_same`): what is said of it now goes before."""
        same = next((one for one in self.told if one.notice.parent == told.notice.parent and _is_same(one.notice, told.notice)), None)
        if same and same.notice == told.notice:
            return self
        kept = told.model_copy(update={"id": same.id}) if same else told
        return self.model_copy(update={"told": (*(one for one in self.told if one is not same), kept)})

    def knows(self, notice: Notice, parents: Collection[str]) -> bool:
        """Whether it was told before, of the parent under any of these ids."""
        return self.known(notice, parents) is not None

    def known(self, notice: Notice, parents: Collection[str]) -> Notice | None:
        """As it was told before."""
        return next((one.notice for one in self.told if one.notice.parent in parents and _is_same(one.notice, notice)), None)

    def answering_among_many(self, authority: str, parents: Collection[str], on: date, told: Sequence[Told]) -> "History":
        """As `answering`; but an answer that was noted, or a later one, stays, with what was said since of its notices: a list or a file
        may come twice, and late."""
        asked = [one for one in self.questions if one.authority == authority and one.parent in parents]
        if not asked or any(one.answered_on is None or one.answered_on < on for one in asked):
            return self.answering(authority, parents, on, told)
        made = self
        for one in told:
            made = made if made.knows(one.notice, parents) else made.telling(one)
        return made

    def changing(self, id_: str, state: NoticeState, by: By) -> "History":
        """NotPossibleNow for a notice that is not here: what became of a pack's own is said of the pack."""
        found = next((one for one in self.told if one.id == id_), None)
        if found is None:
            raise NotPossibleNow("there is no such notice in the child's history; of a pack's own: `iewo packs say`")
        notice = found.notice.model_copy(update={"state": state})
        return self.telling(found.model_copy(update={"notice": notice, "by": by}))


def _same(one: Question, other: Question) -> bool:
    return (one.authority, one.parent) == (other.authority, other.parent)


def _is_same(one: Notice, other: Notice) -> bool:
    """Of one LA, by its reference, or where not both have one, by the day of issue: a notice that is amended keeps its reference."""
    if one.authority != other.authority:
        return False
    if one.reference and other.reference:
        return _written(one.reference) == _written(other.reference)
    return one.issued_on == other.issued_on


def _written(reference: str) -> str:
    """A reference in any writing. What stands between two digits or two letters is part of it, whichever sign it is: 25/1-12 is not
    25/11-2, and PN/7 is pn 7."""
    return _BETWEEN_UNLIKE.sub("", _NO_SIGN.sub(" ", reference.casefold()).strip())


def known_to_us(
    history: History,
    of_packs: Sequence[Notice],
    own: Sequence[Notice],
    child: str,
    parents: Collection[str],
    authority: str,
    entered: date | None,
    confirmed: Days,
    limit: Limit,
    today: date,
) -> NoticeHistory:
    """What a pack against one parent says. `authority`: the school's LA. `entered`: the child's first day on its roll, if that is known.
    `own`: notices that came of other editions of the pack's request: known, and not counted against it, whoever tells of them too.

    Confirmed: the LA, and each that the child was under before, has answered within the profile's days. For a child who came to the school
    inside the years of the limit somebody has to say which those are; where the roll does not tell when it came, nothing more is asked.
    """
    moved = entered is not None and months_later(entered, 12 * limit.years) > today
    unsaid = entered if moved and history.before is None else None
    to_ask = tuple(dict.fromkeys((authority, *(history.before.authorities if history.before else ()))))
    questions = [one for one in history.questions if one.parent in parents]
    since = today - timedelta(days=confirmed.days)
    answered = {one.authority for one in questions if one.answered_on and one.answered_on >= since}
    told = [one.notice.model_copy(update={"child": child}) for one in history.told if one.notice.parent in parents]
    own = [one for one in own if one.parent in parents]
    ours = [one for one in of_packs if one.parent in parents]
    return NoticeHistory(
        known=tuple(sorted(_without_doubles(ours, told, own), key=lambda one: one.issued_on)),
        asked=tuple(Asked(authority=one.authority, asked_on=one.asked_on, answered_on=one.answered_on) for one in questions),
        confirmed=unsaid is None and answered.issuperset(to_ask),
        to_ask=to_ask,
        came_on=unsaid,
    )


def still_to_ask(known: NoticeHistory, since: date) -> tuple[str, ...]:
    """Codes of the LAs that are to be asked, and have neither an open question nor answered since that day."""
    settled = {one.authority for one in known.asked if one.answered_on is None or one.answered_on >= since}
    return tuple(code for code in known.to_ask if code not in settled)


def _without_doubles(ours: Iterable[Notice], told: Iterable[Notice], own: Sequence[Notice]) -> list[Notice]:
    """An LA that is asked names the notice that came of our own pack too, with the day on which it was made out, sent or served. Of a
    person with two records the same notice may have been told of each, and one notice may have come of two packs (`_of_two_packs`)."""
    packs: list[Notice] = []
    for one in ours:
        both = next((known for known in packs if _of_two_packs(one, known)), None)
        packs = [known for known in packs if known is not both]
        packs.append(one if both is None else one.model_copy(update={"sessions": tuple(sorted({*one.sessions, *both.sessions}))}))
    others: list[Notice] = []
    for one in reversed(tuple(told)):  # what was said last goes before
        if not any(_one_notice(one, known) for known in (*packs, *own)) and not any(_is_same(one, known) for known in others):
            others.append(one)
    return [*packs, *others]


def _of_two_packs(one: Notice, other: Notice) -> bool:
    """By its reference, for two editions of a request. An LA may write the reference of its case with each notice, so those of two requests
    are two, unless day and sessions agree too: a notice too few would let a third one through."""
    if not one.reference or not other.reference or not _is_same(one, other):
        return False
    return (one.request is not None and one.request == other.request) or _agree(one, other)


def _agree(one: Notice, other: Notice) -> bool:
    """Within a week, for sessions of which one at least is the same, where both are known."""
    shared = not one.sessions or not other.sessions or not set(one.sessions).isdisjoint(other.sessions)
    return shared and abs((one.issued_on - other.issued_on).days) <= _WITHIN


def _one_notice(told: Notice, ours: Notice) -> bool:
    """By its reference, or of one LA on one day, or as `_agree` says."""
    if told.reference and ours.reference and _is_same(told, ours):
        return True
    return told.authority == ours.authority and (told.issued_on == ours.issued_on or _agree(told, ours))
