"""What is known of a proposal, sentence by sentence, each with its figures and where it comes from. It weighs nothing up and decides
nothing: a person does."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from services.referrals.domain.declining import Declining
from services.referrals.domain.priority import WEIGHTS
from services.referrals.domain.referral import Figures, Referral
from shared.contracts.attendance import Person
from shared.contracts.standing import MetConcern, Standing
from shared.percentages import absence

Topic = Literal["concern", "severity", "trend", "year group", "needs", "raised by hand", "left", "earlier", "sibling"]


class Sentence(BaseModel):
    model_config = ConfigDict(frozen=True)

    about: Topic
    says: str
    figures: Mapping[str, int] = {}
    source: str


class Stretch(NamedTuple):
    """A child's sessions in some school days: so many of them are known, from the first to the last."""

    first: date
    last: date
    days: int
    possible: int
    absent: int

    @property
    def in_words(self) -> str:
        return f"{self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}"


class Sibling(BaseModel):
    """A child who shares a parent with this one, as a person confirmed."""

    model_config = ConfigDict(frozen=True)

    school: str | None
    """None: another school than the caller's, of which nothing more is said."""
    states: tuple[str, ...] = ()
    """Of the sibling's own referrals."""


def concerns(referral: Referral, now: Standing | None) -> list[Sentence]:
    """Each rule that stands, by the register of today where that can be asked."""
    met = {one.rule: one for one in now.concerns} if now else {}
    said = []
    for concern in referral.standing:
        words = WEIGHTS[concern.rule][2]
        if found := met.get(concern.rule):
            said.append(_met(words, found))
        else:
            says = f"{words}; told on {concern.since.date():%Y-%m-%d}"
            said.append(Sentence(about="concern", says=says, source=f"concern of {concern.year}/{concern.year % 100 + 1:02}"))
    return said


def _met(words: str, found: MetConcern) -> Sentence:
    says = f"{words}; met since {found.since:%Y-%m-%d}"
    return Sentence(about="concern", says=says, figures=found.figures, source=f"register of today, profile {found.profile}")


def severity(now: Figures | None, source: str) -> list[Sentence]:
    if now is None or not now.possible:
        return []
    late = f"late {now.late} times before the register closed and {now.late_after_closing} times after it"
    says = f"absent {_rate(now)} possible sessions of the year so far; {now.unauthorised} unauthorised, {late}"
    return [Sentence(about="severity", says=says, figures=now.model_dump(exclude={"year"}), source=source)]


def course(lately: Stretch | None, before: Stretch | None) -> list[Sentence]:
    """The latest school days beside as many before them, whatever was looked at when. Nothing is said of days without a possible session
    of the child."""
    if lately is None or not lately.possible:
        return []
    says = f"absent {_rate(lately)} possible sessions in the last {lately.days} school days ({lately.in_words})"
    figures = {"absent": lately.absent, "possible": lately.possible}
    if before is None or not before.possible:
        says += "; of the school days before these the register says nothing of the child"
    else:
        says += f"; {_rate(before)} in the {before.days} before ({before.in_words}): "
        says += _way(lately.absent * before.possible - before.absent * lately.possible)
        figures |= {"absent_before": before.absent, "possible_before": before.possible}
    return [Sentence(about="trend", says=says, figures=figures, source="register of today, by the school's calendar")]


def _way(worse: int) -> str:
    return "more than before" if worse > 0 else "less than before" if worse < 0 else "as before"


def person(found: Person | None) -> list[Sentence]:
    if found is None:
        return []
    source, said = "the school's roll", []
    if found.year_group:
        said.append(Sentence(about="year group", says=f"in year {found.year_group}", source=source))
    needs = found.special_educational_needs
    says = f"special educational needs: {needs}" if needs else "the roll tells of no special educational needs"
    said.append(Sentence(about="needs", says=says, source=source))
    if found.looked_after:
        said.append(Sentence(about="needs", says="a looked-after child", source=source))
    return said


def by_hand(referral: Referral) -> list[Sentence]:
    said = []
    for one in referral.private.raised:
        told = {"parents were told": one.parents_told, "parents said": one.parents_said, "the child was told": one.child_told}
        told["the child said"] = one.child_said
        words = "; ".join(f"{what}: {text}" for what, text in {"why": one.why, **told}.items() if text)
        said.append(Sentence(about="raised by hand", says=words, source=f"{one.role} ({one.by}), {one.at:%Y-%m-%d}"))
    if left := referral.private.left:
        why = f": {left.why}" if left.why else ""
        said.append(Sentence(about="left", says=f"left until {left.until:%Y-%m-%d}{why}", source=f"{left.by}, {left.at:%Y-%m-%d}"))
    return said


def earlier(ended: Iterable[Referral], declining: Declining) -> list[Sentence]:
    """Proposals and cases of the child before this one, the latest first."""
    latest_first = sorted(ended, key=lambda one: one.closed_at or one.proposed_at, reverse=True)
    return [Sentence(about="earlier", says=_ended(one, declining), source=f"referral {one.id}") for one in latest_first]


def _ended(one: Referral, declining: Declining) -> str:
    decision, closing = one.private.decision, one.private.closing
    day = f"{one.closed_at:%Y-%m-%d}" if one.closed_at else "a day not known"
    if one.opened_at and closing:
        return f"a case from {one.opened_at:%Y-%m-%d} to {day}, closed: {closing.reason}"
    if one.state == "declined" and decision:
        words = f" ({decision.words})" if decision.words else ""
        return f"a proposal declined on {day}: {declining.said(decision.version, decision.reason or '')}{words}"
    return f"a proposal that lapsed on {day}, when its concerns had eased"


def siblings(found: Sequence[Sibling]) -> list[Sentence]:
    source = "a parent whom both share, confirmed by a person"
    return [Sentence(about="sibling", says=_sibling(one), source=source) for one in found]


def _sibling(one: Sibling) -> str:
    if one.school is None:
        return "a sibling at another school"
    return f"a sibling at school {one.school}: {', '.join(one.states) if one.states else 'no referral'}"


def _rate(of: Figures | Stretch) -> str:
    return f"{of.absent} of {of.possible} ({absence(of.absent, of.possible)} %)"
