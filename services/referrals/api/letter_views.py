"""What is sent and shown of letters. Business support writes them and is told that something stands over one, not what was said of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from services.referrals.domain.letters.fields import Asked
from services.referrals.domain.letters.letter import UNSAID, Letter, State, Way
from services.referrals.domain.letters.template import Template
from services.referrals.domain.parent import Known
from services.referrals.letters.merging import Made as MadeLetter
from services.referrals.letters.sending import Refused
from shared.auth import Caller
from shared.patterns import ID, PARENT

AT_ONCE = 200

LetterId = Annotated[str, Field(pattern=ID)]
ParentId = Annotated[str, Field(pattern=PARENT)]
AskedValue = str | list[str]
Why = Annotated[str, Field(min_length=1, max_length=2000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ToBody(_Body):
    case: str = Field(max_length=64)
    parents: list[ParentId] | None = Field(
        None, max_length=20, description="Parents, by record or by place on the roll (`<child>.1`); by default each who may be written to."
    )


class LettersBody(_Body):
    kind: str = Field(max_length=100, examples=["attendance concern"], description="One of GET /v1/letter-kinds.")
    asked: dict[str, AskedValue] = Field({}, max_length=40, description="What the kind asks for.", examples=[{"reply by": "2026-12-04"}])
    to: list[ToBody] = Field(min_length=1, max_length=AT_ONCE)
    again: bool = Field(False, description="Also where a letter of the kind to the same parent about the child has not gone yet.")


class PreviewBody(ToBody):
    kind: str = Field(max_length=100, examples=["attendance concern"])
    asked: dict[str, AskedValue] = Field({}, max_length=40)


class Beside(BaseModel):
    """What stands beside a letter that would be made."""

    parent: str
    to: str
    may_be_written_to: Known
    so: str = Field(description="What that comes to, in words.")
    language: str = Field(description="The parent's, as it was told, and which interpreter is needed; letters are in English.")
    stops: list[str] = Field(description="What would hold it.")
    post: str = Field(description="Whether it could go by post, or why not.")
    email: bool


class BesideList(BaseModel):
    letters: list[Beside]


class PrintBody(_Body):
    letters: list[LetterId] = Field(min_length=1, max_length=AT_ONCE)
    both_sides: bool = Field(False, description="Each begins on a new sheet.")


class SentBody(_Body):
    letters: list[LetterId] = Field(min_length=1, max_length=AT_ONCE)
    way: Way
    day: date = Field(alias="date", description="Not after today.")


class WhyBody(_Body):
    why: Why


class ReturnedBody(_Body):
    day: date = Field(alias="date")
    why: Why = Field(examples=["not known at this address"])


class KindView(BaseModel):
    kind: str
    version: str
    subject: str
    records: str = Field(description="The kind of intervention that sending it is.")
    asks: dict[str, Asked]


class Kinds(BaseModel):
    kinds: list[KindView]


class Made(BaseModel):
    case: str
    parent: str | None
    letter: str | None
    state: State | None
    to: str | None
    stops: list[str] = Field(description="What stands over it.")
    refused: str | None = Field(description="Why there is no letter.")


class MadeList(BaseModel):
    letters: list[Made]


class YesView(BaseModel):
    by: str
    at: datetime
    why: str | None = Field(description="Null for who is not told more than how to reach a family.")


class DispatchView(BaseModel):
    way: Way
    day: date = Field(serialization_alias="date")
    by: str
    to: list[str] | None = Field(description="The address used; null in lists, and where it has become confidential.")


class CameBack(BaseModel):
    day: date | None = Field(serialization_alias="date")
    by: str
    why: str


class LetterView(BaseModel):
    letter: str
    case: str
    school: str
    child: str
    parent: str
    kind: str
    state: State
    template: str = Field(description="The version of the template.")
    subject: str
    to: str
    reference: str
    may_be_written_to: Known = Field(description="What had been said of it when the letter was made.")
    post: str = Field(description="Whether it can go by post, or why not.")
    email: bool = Field(description="Whether it can go by e-mail.")
    made_by: str
    made_at: datetime
    stops: list[str]
    yes: list[YesView]
    dispatch: DispatchView | None
    document: str | None
    entry: str | None
    came_back: CameBack | None


class LetterList(BaseModel):
    letters: list[LetterView]


class Sent(BaseModel):
    letter: str
    state: State | None
    document: str | None
    entry: str | None
    refused: str | None


class SentList(BaseModel):
    letters: list[Sent]


def kind(template: Template) -> KindView:
    return KindView(
        kind=template.kind, version=template.version, subject=template.subject, records=template.records, asks=dict(template.asks)
    )


def made(one: MadeLetter) -> Made:
    letter = one.letter
    return Made(
        case=one.case,
        parent=one.parent,
        letter=letter.id if letter else None,
        state=letter.state if letter else None,
        to=letter.words.to if letter else None,
        stops=[stop.says for stop in letter.open_stops] if letter else [],
        refused=one.refused,
    )


_SO: Final[Mapping[Known, str]] = {"yes": "somebody has said yes", "no": "somebody has said no", "not known": "nobody has said"}


def beside(letter: Letter) -> Beside:
    so = _SO[letter.may_be_written_to]
    if letter.may_be_written_to == "not known":
        so += ": it waits for a person's yes" if any(stop.id == UNSAID for stop in letter.stops) else ": our settings count that as a yes"
    return Beside(
        parent=letter.parent,
        to=letter.words.to,
        may_be_written_to=letter.may_be_written_to,
        so=so,
        language=_language(letter),
        stops=[stop.says for stop in letter.open_stops],
        post=letter.no_post or "yes",
        email=letter.email is not None,
    )


def _language(letter: Letter) -> str:
    """Every template is English: for somebody who reads another language it is to be translated, or told by an interpreter."""
    told = [f"interpreter: {letter.interpreter}"] if letter.interpreter else []
    if letter.language is None:
        return "; ".join(["not known", *told])
    if letter.language.casefold().startswith("english"):
        return "; ".join([letter.language, *told])
    return "; ".join([letter.language, *told, f"there is no letter in {letter.language}: this one is in English"])


def outcome(one: Letter | Refused) -> Sent:
    if isinstance(one, Refused):
        return Sent(letter=one.letter, state=None, document=None, entry=None, refused=one.why)
    return Sent(letter=one.id, state=one.state, document=one.document, entry=one.entry, refused=None)


_SHOWN: Final = {
    *("case", "school", "child", "parent", "kind", "state", "made_by", "made_at", "may_be_written_to", "document", "entry"),
}


def shown(letter: Letter, caller: Caller, *, address: bool = False) -> LetterView:
    """`address`: with the one that was used."""
    officers = caller.role in ("officer", "head of service")
    back, dispatch = letter.came_back, letter.dispatch
    used = list(dispatch.to) if dispatch and address else None
    return LetterView(
        **letter.model_dump(include=_SHOWN),
        letter=letter.id,
        template=letter.words.template,
        subject=letter.words.subject,
        to=letter.words.to,
        reference=letter.words.reference,
        post=letter.no_post or "yes",
        email=letter.email is not None,
        stops=[stop.says for stop in letter.open_stops],
        yes=[YesView(by=yes.by, at=yes.at, why=yes.why if officers else None) for yes in letter.yes],
        dispatch=DispatchView(way=dispatch.way, day=dispatch.day, by=dispatch.by, to=used) if dispatch else None,
        came_back=CameBack(day=back.day, by=back.by, why=back.why) if back else None,
    )
