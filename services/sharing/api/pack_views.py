"""What each role is shown of a pack: a model of its own, in which what is not named is not shown."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from services.sharing.acting import Approved
from services.sharing.domain.acts import let_pass_before
from services.sharing.domain.heard import Said
from services.sharing.domain.life import Act, State, can_do
from services.sharing.domain.material import Exhibit, Item, Override, Signature, Statement
from services.sharing.domain.outcome_words import in_safe_words
from services.sharing.domain.pack_notice import Became, NoticeState
from services.sharing.domain.rests import Changed, What
from services.sharing.domain.work import By, Done, Work
from services.sharing.store.files import SentFile
from services.sharing.store.packs import Pack
from services.sharing.store.preparing import Held
from shared.auth import Caller
from shared.contracts.enforcement import Ground
from shared.contracts.referrals import Measure, Offence
from shared.pack.register import MarkChange

ABOUT_A_CHILD = {"child", "case", "request"}
"""Which an operator has no need to see."""
OF_A_SCHOOL = {"case", "request", "reason", "supersedes", "request_by", "earliest_by", "answer_by"}
"""Which a school has no need to see: it signs the certificate."""

OWN_REGISTER: Final = frozenset({"sessions", "certificate"})
"""What a school is told to have changed of its packs: its own register and what its head teacher signed. Flags, parents and addresses may
be what officers know."""


class Told(NamedTuple):
    """What a list says of a pack beside what stands in clear; a name is None where it is not known just now."""

    work: Work
    changed: Changed
    """Since it was sent."""
    child_name: str | None
    parent_name: str | None
    said: Said | None = None
    """By which it came to its state."""
    notice: Became | None = None
    """Of one that was taken back: what became of the notice that had come of it."""
    following: Pack | None = None
    """The next edition."""


class _View(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NextEdition(_View):
    """The pack that takes the place of another, or is to take it."""

    pack: str
    edition: int
    state: State


class PackState(_View):
    """A pack, from the moment of the request. An operator is not shown whom it is about."""

    pack: str
    request: str | None = None
    case: str | None = None
    school: str
    child: str | None = None
    authority: str
    state: State
    edition: int
    supersedes: str | None = Field(None, description="The pack whose place it takes, or is to take.")
    asked_at: datetime | None = None
    sent_at: datetime | None = None
    fetched_at: datetime | None = None
    request_by: date | None = Field(None, description="The last day on which the LA takes a request: until the pack is sent.")
    earliest_by: date | None = Field(
        None, description="The last day on which an information for the earliest session can be laid: until the pack has ended."
    )
    answer_by: date | None = Field(None, description="Until when a change since it was sent is to be answered, by the LA's profile.")
    reason: str | None = Field(None, description="Why it waits: to be sent, or, sent by the record, for the bus to take it.")
    child_name: str | None = Field(None, description="As the roll has it now; null: not known just now.")
    parent_name: str | None = Field(None, description="Against whom it is, as the record has it now; null: not known just now.")
    measure: Measure | None = None
    ground: Ground | None = None
    first: date | None = Field(None, description="Of the certificate's period.")
    last: date | None = None
    revision: int | None = Field(None, description="Grows with each thing that somebody does: a list of acts names it.")
    said_on: date | None = Field(None, description="The day of what the LA said by which it came to its state.")
    outcome: str | None = Field(
        None, description="Of a decided one, in words of a list; null where other words were used: `GET /v1/packs/{pack}/words`."
    )
    notice: NoticeState | None = Field(
        None, description="Of one that was taken back after a penalty notice had come of it: the last that the LA has told of that notice."
    )
    notice_on: date | None = Field(None, description="The day of that.")
    next_edition: NextEdition | None = Field(None, description="Which takes its place, or is to, and how far that is.")
    changed_since_checked: tuple[str, ...] = Field((), description="By kind, why a draft was checked and is to be checked anew.")
    changed_since_sent: tuple[What, ...] = Field((), description="What of that on which it rests is another now, and nobody has answered.")
    sessions_changed: tuple[MarkChange, ...] = Field((), description="Of `sessions` which: the mark when it was sent (`before`) and now.")


class Signed(_View):
    """A certificate that was signed."""

    first: date
    last: date
    frozen_at: datetime
    signed: Signature
    check: str = Field(description="SHA-256 of what was shown to be signed.")


class Statements(_View):
    """A statement without its words."""

    maker: str
    name: str
    role: str
    edition: int
    begun_at: datetime | None = Field(description="When its first draft was made from the case; null of one from before this was kept.")
    edited_at: datetime
    exhibits: tuple[Exhibit, ...]
    signed: Signature | None
    drafts: int = Field(description="Earlier editions that are kept.")


class PackWork(PackState):
    """A pack for who works at it: what it asks for, who did what, what is lacking, and what can be done now."""

    measure: Measure
    offence: Offence | None = Field(description="Of a prosecution, where somebody has said one; null: what the LA's profile says.")
    ground: Ground
    parent: str
    first: date
    last: date
    revision: int = Field(description="Grows with each thing that somebody does: name it, and what you looked at is what you act on.")
    possible: tuple[Act, ...] = Field(description="What can be done now.")
    items: tuple[Item, ...] | None = Field(description="What the LA's profile and the law ask for; null: a service does not answer.")
    statement: Statements | None
    overrides: tuple[Override, ...]
    checked: By | None
    checked_by_witness: bool = Field(description="Who checked it makes the statement too, which the first page of volume A says.")
    approved: By | None
    certificate: Signed | None
    history: tuple[Done, ...]
    files: tuple[SentFile, ...] = Field(description="Once it is sent.")


class StatementShown(_View):
    """A statement with its words and the drafts that differ from it."""

    pack: str
    state: State
    revision: int
    statement: Statement
    drafts: tuple[Statement, ...]


class Stands(_View):
    """How a pack stands after an act."""

    pack: str
    state: State
    revision: int
    edition: int
    possible: tuple[Act, ...]
    checked_by_witness: bool = Field(False, description="Who checked it makes the statement too, which the first page of volume A says.")


class StandsApproved(Stands):
    let_pass: tuple[Override, ...] = Field(description="What was lacking and was let pass, with the reasons: the approval is of that too.")


class StandsTakenUp(Stands):
    let_pass_before: tuple[str, ...] = Field(
        description="Rules that were let pass before the pack was given up: what of them is still lacking is to be let pass again."
    )


def state(pack: Pack, caller: Caller, told: Told | None = None) -> PackState:
    """`told`: of a caller who may know it."""
    hidden = {"operator": ABOUT_A_CHILD | {"request_by", "earliest_by", "answer_by"}, "school": OF_A_SCHOOL}.get(caller.role)
    return PackState(**pack.model_dump(exclude=hidden), **(_told(told, caller) if told else {}))


def _told(told: Told, caller: Caller) -> dict[str, Any]:
    names = {"child_name": told.child_name, "parent_name": told.parent_name}
    wanted = told.work.wanted.model_dump(include={"measure", "ground", "first", "last"})
    if caller.role == "school":
        own = _changed(told.work, own_register(told.changed))
        own["changed_since_checked"] = tuple(kind for kind in told.work.overtaken if kind in OWN_REGISTER)
        return names | wanted | own
    return names | wanted | {"revision": told.work.revision} | _came(told) | _changed(told.work, told.changed)


def _came(told: Told) -> dict[str, Any]:
    """What came of it."""
    following = {"next_edition": next_edition(told.following)} if told.following else {}
    return _said(told.said) | _notice(told.notice) | following


def _said(said: Said | None) -> dict[str, Any]:
    if said is None:
        return {}
    return {"said_on": said.on} | ({"outcome": in_safe_words(said.outcome)} if said.outcome else {})


def _notice(notice: Became | None) -> dict[str, Any]:
    return {"notice": notice.state, "notice_on": notice.on} if notice else {}


def next_edition(following: Pack | None) -> NextEdition | None:
    return NextEdition(**following.model_dump(include=set(NextEdition.model_fields))) if following else None


def own_register(changed: Changed) -> Changed:
    """What of it a school is told."""
    what = tuple(kind for kind in changed.what if kind in OWN_REGISTER)
    return Changed(what=what, sessions=changed.sessions if what else ())


def _changed(done: Work, since_sent: Changed) -> dict[str, Any]:
    return {
        "changed_since_checked": done.overtaken,
        "changed_since_sent": since_sent.what,
        "sessions_changed": since_sent.sessions,
    }


def work(
    pack: Pack,
    done: Work,
    items: Iterable[Item] | None,
    files: tuple[SentFile, ...],
    changed: Changed,
    told: Told | None = None,
) -> PackWork:
    certificate = done.certificate
    return PackWork(
        **pack.model_dump(),
        child_name=told.child_name if told else None,
        parent_name=told.parent_name if told else None,
        **done.wanted.model_dump(include={"measure", "offence", "ground", "parent", "first", "last"}),
        revision=done.revision,
        possible=can_do(done.state),
        **_changed(done, changed),
        **(_came(told) if told else {}),
        items=None if items is None else tuple(items),
        statement=_statement(done),
        overrides=done.overrides,
        checked=done.checked,
        checked_by_witness=done.checked_by_witness,
        approved=done.approved,
        certificate=Signed(**certificate.model_dump(include=set(Signed.model_fields))) if certificate else None,
        history=done.history,
        files=files,
    )


def _statement(done: Work) -> Statements | None:
    found = done.statement
    if found is None:
        return None
    drafts = sum(1 for kept in done.kept if kept != found)
    return Statements(**found.model_dump(exclude={"paragraphs"}), drafts=drafts)


def stands(held: Held) -> Stands:
    now = held.work
    return Stands(
        pack=held.pack.pack,
        state=now.state,
        revision=now.revision,
        edition=held.pack.edition,
        possible=can_do(now.state),
        checked_by_witness=now.checked_by_witness,
    )


def stands_approved(approved: Approved) -> StandsApproved:
    return StandsApproved(**dict(stands(approved.held)), let_pass=approved.let_pass)


def stands_taken_up(held: Held) -> StandsTakenUp:
    return StandsTakenUp(**dict(stands(held)), let_pass_before=let_pass_before(held.work))
