"""A document on a case: a file that is kept here, or a paper that lies somewhere else."""

from datetime import date, datetime
from typing import Final, Literal

from services.referrals.errors import NotPossible
from shared.auth import Role
from shared.frozen import Exact

Audience = Literal["officers", "officers and school", "head of service"]
State = Literal["coming", "kept", "struck out", "forgotten"]
"""`coming`: told of, and its content not here yet. `forgotten`: struck out, and a disposal has passed since."""

SEEN_BY: Final[dict[Role, frozenset[Audience]]] = {
    "officer": frozenset({"officers", "officers and school"}),
    "school": frozenset({"officers and school"}),
    "head of service": frozenset({"officers", "officers and school", "head of service"}),
}
"""A role that is not here sees none."""


class Paper(Exact):
    """What lies in a cabinet and not here."""

    where: str
    whose: str
    """Who answers for it, and for its end when the child's records are disposed of."""


class File(Exact):
    """What was sent, when its metadata was out of it."""

    type: str
    size: int
    sha256: str
    chunks: int
    upload: str


class Struck(Exact):
    by: str
    at: datetime
    reason: str


class Told(Exact):
    """What its author says of it."""

    what: str
    kind: str
    day: date
    audience: Audience
    may_be_served: bool
    name: str | None = None
    """Of the file, as its author has it."""
    paper: Paper | None = None
    copy_of: str | None = None
    """The entry of the case of whose letter it is the copy."""


class CaseDocument(Exact):
    id: str
    case: str
    school: str
    child: str
    author: str
    added_at: datetime
    state: State
    told: Told | None
    """None once it is forgotten."""
    file: File | None = None
    struck: Struck | None = None


def visible(document: CaseDocument, role: Role) -> bool:
    """To whom of those who see the case. What is forgotten says nothing, so it is shown to all of them."""
    return role in SEEN_BY and (document.told is None or document.told.audience in SEEN_BY[role])


def servable(document: CaseDocument) -> bool:
    """Whether it may go to a Local Authority: its author said so, it is here and was not struck out."""
    return document.state == "kept" and document.told is not None and document.told.may_be_served


def with_content(document: CaseDocument, file: File) -> CaseDocument:
    """NotPossible where another content came first, or the document awaits none."""
    if document.state != "coming":
        raise NotPossible(f"the document is {document.state}: add another one")
    return document.model_copy(update={"file": file, "state": "kept"})


def struck_out(document: CaseDocument, by: str, at: datetime, reason: str) -> CaseDocument:
    """Made in error: nobody is given it any more, and its words and content go at the next disposal. The first reason stays."""
    if document.state in ("struck out", "forgotten"):
        return document
    if document.state == "coming":
        raise NotPossible("its content has not come yet: what does not come is forgotten within the day")
    return document.model_copy(update={"state": "struck out", "struck": Struck(by=by, at=at, reason=reason)})


def forgotten(document: CaseDocument) -> CaseDocument:
    """That there was something, whose, and who struck it out when."""
    struck = document.struck.model_copy(update={"reason": ""}) if document.struck else None
    return document.model_copy(update={"state": "forgotten", "told": None, "file": None, "struck": struck})
