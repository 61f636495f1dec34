"""How a family is shown: each role has a model of its own, which lists what that role is told."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from types import MappingProxyType
from typing import Final, Literal

from pydantic import BaseModel, Field

from services.referrals.domain.flags import Flag, FlagKind
from services.referrals.domain.parent import Changed, Known, Link, Parent, Told, Value, without
from services.referrals.domain.parent import Field as ParentField
from services.referrals.domain.same_person import Same
from services.referrals.domain.visit_warning import VisitWarning
from services.referrals.families.family import Relation

HIDDEN: Final = "confidential: the case's officer alone sees it"
FIELDS: Final[tuple[ParentField, ...]] = ("title", "name", "telephones", "email", "address", "language", "interpreter")


class FieldView(BaseModel):
    value: Value
    source: Literal["school", "officer"]
    who: str = Field(description="The school's URN or the officer's id.")
    at: datetime


class RecordView(BaseModel):
    """One school's record of a person."""

    parent: str
    school: str
    fields: dict[ParentField, FieldView]
    address_confidential: bool
    address_on_roll: str | None = Field(
        None,
        description="The address that the school's roll keeps confidential, for the case's officer alone: each look is noted in the case's "
        "history. Null where the roll hides none, and while it cannot be asked.",
    )
    refs: list[str] = Field(
        description="Places on the school's roll (`<child>.1`): the same parent by another name, taken wherever one is asked for."
    )
    suggestions: dict[ParentField, Value] = Field(description="What the roll says otherwise; take or leave each.")
    doubts: list[str] = Field(description="Children on whose roll somebody of another name stands in this parent's place.")


class LinkView(BaseModel):
    child: str
    school: str
    relationship: str | None
    parental_responsibility: Known
    lives_with: Known
    may_be_written_to: Known
    court_order: str | None
    since: date | None
    until: date | None
    said_by: str
    said_at: datetime


class ParentView(RecordView):
    """A parent, to officers: the child's school's record, and those of the same person at the caller's other schools."""

    link: LinkView
    same: list[RecordView]
    elsewhere: int = Field(description="Records of the same person at schools that are not yours.")


class ContactView(BaseModel):
    """A parent, to whoever writes letters and takes calls."""

    parent: str
    school: str
    title: str | None
    name: str
    relationship: str | None
    telephones: list[str]
    email: str | None
    address: str | None
    address_confidential: bool
    language: str | None
    interpreter: str | None
    may_be_written_to: Known


class Sibling(BaseModel):
    """A child who shares a parent, at one of the caller's schools; or that there is one at another school, and no more."""

    school: str | None
    child: str | None
    words: str


class FlagView(BaseModel):
    """A flag, to officers."""

    flag: str
    kind: FlagKind
    parent: str | None
    until: date | None
    stands: bool
    set_by: str
    set_at: datetime
    why: str | None = Field(description="Null where it was set at a school that is not yours.")
    lifted_by: str | None
    lifted_why: str | None


class FlagNote(BaseModel):
    """A flag that stands, to whoever writes letters: no reason."""

    flag: str
    kind: FlagKind
    parent: str | None
    until: date | None


class WarningView(BaseModel):
    """Before a visit."""

    warning: str
    address: str | None = Field(description="Null where it is that of a parent whose address is confidential.")
    reason: str
    owner: str
    review: date
    overdue: bool = Field(description="Its review date has passed and nobody has looked at it again.")


class Speaks(BaseModel):
    """Of a parent of whom a language or an interpreter was told."""

    parent: str
    name: str
    language: str | None
    interpreter: str | None = Field(description="Which is needed; null: none, as far as is known.")


class FamilyView(BaseModel):
    school: str
    child: str
    parents: list[ParentView]
    siblings: list[Sibling]
    flags: list[FlagView]
    visit_warnings: list[WarningView]


class Step(BaseModel):
    at: datetime
    by: str
    why: str
    what: str = Field(description="The field, or what was said of another record.")
    before: Value = Field(description="What stood there; null where nothing did, or where it is a confidential address.")


class ParentHistory(BaseModel):
    parent: str
    steps: list[Step] = Field(description="The latest first.")


class FamilyContacts(BaseModel):
    """A family, to business support."""

    school: str
    child: str
    parents: list[ContactView]
    flags: list[FlagNote]


def record(parent: Parent, *, hides: bool, may_see: bool, barred: Iterable[str], on_roll: str | None = None) -> RecordView:
    """`hides`: the person's address is confidential; `may_see`: the caller is the case's officer; `barred`: children who are closed to the
    caller, of whom nothing is shown; `on_roll`: the address that the roll hides."""
    parent = reduce(without, barred, parent)
    shown = {name: _field(told) for name in FIELDS if (told := parent.fields.get(name)) and told.value is not None}
    if hides and not may_see:
        shown.pop("address", None)
    suggestions = {name: value for name, value in parent.suggestions().items() if may_see or not (hides and name == "address")}
    return RecordView(
        parent=parent.id,
        school=parent.school,
        fields=shown,
        address_confidential=hides,
        address_on_roll=on_roll if may_see else None,
        refs=list(parent.refs),
        suggestions=suggestions,
        doubts=sorted(parent.doubts),
    )


def parent_view(
    one: Relation,
    schools: Container[str] | None,
    open_to: Container[str],
    *,
    barred: Collection[str],
    on_roll: Mapping[str, str] = MappingProxyType({}),
) -> ParentView:
    """`schools`: those that the caller covers; None is every school. `open_to`: records whose confidential address the caller may see.
    `barred`: children who are closed to the caller. `on_roll`: by record, the address that the roll hides."""
    hides = one.hides_address
    others = [other for other in one.others if schools is None or other.school in schools]
    return ParentView(
        **dict(record(one.parent, hides=hides, may_see=one.parent.id in open_to, barred=barred, on_roll=on_roll.get(one.parent.id))),
        link=link_view(one.link),
        same=[record(other, hides=hides, may_see=other.id in open_to, barred=barred) for other in others],
        elsewhere=len(one.others) - len(others),
    )


def contact(one: Relation) -> ContactView:
    parent = one.parent
    return ContactView(
        parent=parent.id,
        school=parent.school,
        title=_text(parent, "title"),
        name=parent.name,
        relationship=one.link.relationship,
        telephones=list(parent.telephones),
        email=_text(parent, "email"),
        address=None if one.hides_address else _text(parent, "address"),
        address_confidential=one.hides_address,
        language=_text(parent, "language"),
        interpreter=_text(parent, "interpreter"),
        may_be_written_to=one.link.may_be_written_to,
    )


def speaks(relations: Iterable[Relation]) -> list[Speaks]:
    told = [(one.parent, one.parent.text("language"), one.parent.text("interpreter")) for one in relations]
    return [
        Speaks(parent=one.id, name=one.name, language=language, interpreter=interpreter)
        for one, language, interpreter in told
        if language or interpreter
    ]


def link_view(link: Link) -> LinkView:
    return LinkView(**link.model_dump(exclude={"parent", "said", "by_officer", "trail"}), said_by=link.said.by, said_at=link.said.at)


def flag_view(flag: Flag, schools: Container[str] | None, today: date) -> FlagView:
    ours = schools is None or flag.school in schools
    return FlagView(
        flag=flag.id,
        kind=flag.kind,
        parent=flag.parent if ours else None,
        until=flag.until,
        stands=flag.stands(today),
        set_by=flag.set.by,
        set_at=flag.set.at,
        why=flag.set.why if ours else None,
        lifted_by=flag.lifted.by if flag.lifted else None,
        lifted_why=flag.lifted.why if flag.lifted and ours else None,
    )


def flag_note(flag: Flag) -> FlagNote:
    return FlagNote(flag=flag.id, kind=flag.kind, parent=flag.parent, until=flag.until)


def siblings(links: Sequence[Link], schools: Container[str] | None) -> list[Sibling]:
    """Those at other people's schools stand last, and are told apart by nothing."""
    ours = [link for link in links if schools is None or link.school in schools]
    shown = [Sibling(school=link.school, child=link.child, words="a sibling at one of your schools") for link in ours]
    return shown + [Sibling(school=None, child=None, words="a sibling at another school")] * (len(links) - len(ours))


def warning_view(one: VisitWarning, today: date, *, hides: bool) -> WarningView:
    address = None if hides else one.address
    overdue = one.review < today
    return WarningView(warning=one.id, address=address, reason=one.reason, owner=one.owner, review=one.review, overdue=overdue)


def _field(told: Told) -> FieldView:
    return FieldView(**told.model_dump())


def _text(parent: Parent, field: ParentField) -> str | None:
    value = parent.value(field)
    return value if isinstance(value, str) else None


def history(parent: Parent, said: Iterable[Same], *, shows_addresses: bool) -> ParentHistory:
    steps = [Step(**one.word.model_dump(), what=one.field, before=_before(one, shows_addresses)) for one in parent.trail]
    for one in said:
        other = next(id_ for id_ in one.parents if id_ != parent.id)
        steps += [Step(**step.word.model_dump(), what=f"{_PERSON[step.state]} {other}", before=None) for step in one.steps]
    return ParentHistory(parent=parent.id, steps=sorted(steps, key=lambda step: step.at, reverse=True))


_PERSON: Final = {"same": "the same person as", "apart": "another person than"}


def _before(one: Changed, addresses: bool) -> Value:
    return one.before.value if one.before and (addresses or one.field != "address") else None
