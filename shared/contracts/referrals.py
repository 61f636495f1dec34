"""What `referrals` publishes and answers."""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Event

Measure = Literal["penalty notice", "prosecution"]
Offence = Literal["444(1)", "444(1A)"]
"""Of the Education Act 1996: the child fails to attend regularly; the parent knows of it and fails to cause the child to attend."""


class CaseOpened(Event):
    """A proposal was accepted, or a closed case was reopened. An open case is never due for disposal."""

    SUBJECT: ClassVar[str] = "events.referrals.case-opened"
    type: Literal["case-opened"] = "case-opened"
    version: Literal[1] = 1
    case: str
    school: str
    child: str
    order: int = 1
    """Grows with each opening and closing of the case, whatever the order of arrival."""


class CaseClosed(Event):
    SUBJECT: ClassVar[str] = "events.referrals.case-closed"
    type: Literal["case-closed"] = "case-closed"
    version: Literal[1] = 1
    case: str
    school: str
    child: str
    order: int = 2


class InterventionRecorded(Event):
    """The retention clock of the child runs from this day. Told again with a higher edition when the day was changed, or when the entry was
    moved to this child."""

    SUBJECT: ClassVar[str] = "events.referrals.intervention-recorded"
    type: Literal["intervention-recorded"] = "intervention-recorded"
    version: Literal[1] = 1
    case: str
    school: str
    child: str
    day: date
    intervention: str = ""
    edition: int = 1
    """Grows with each thing said of this entry, whatever the order of arrival."""


class InterventionStruck(Event):
    """The entry keeps nothing of this child's any more: it was made in error, was about another child, or has become of another kind."""

    SUBJECT: ClassVar[str] = "events.referrals.intervention-struck"
    type: Literal["intervention-struck"] = "intervention-struck"
    version: Literal[1] = 1
    case: str
    school: str
    child: str
    intervention: str
    edition: int


class ContactsTold(Event):
    """What an entry of a case says of this child's contacts is other than it was: how a parent or the child is reached. Who keeps them asks
    (AskContacts)."""

    SUBJECT: ClassVar[str] = "events.referrals.contacts-told"
    type: Literal["contacts-told"] = "contacts-told"
    version: Literal[1] = 1
    case: str
    school: str
    child: str
    intervention: str
    edition: int


ContactField = Literal["phone", "email", "address"]


class ContactSaid(BaseModel):
    """How somebody is reached, as an officer was told."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    parent: str | None = None
    """`<child>.1` and so on: the place on the roll; None is the child."""
    field: ContactField
    value: str | None = None
    """None: what the roll says was confirmed."""


class AskContacts(BaseModel):
    """query.referrals.contacts: what an entry says of contacts that a school's roll may tell, now."""

    model_config = ConfigDict(frozen=True)
    SUBJECT: ClassVar[str] = "query.referrals.contacts"
    intervention: str


class Contacts(BaseModel):
    """`child` is None where the entry is struck out or gone; then it says nothing of anybody."""

    model_config = ConfigDict(frozen=True)
    child: str | None
    day: date | None = None
    contacts: tuple[ContactSaid, ...] = ()


class EnforcementRequested(Event):
    SUBJECT: ClassVar[str] = "events.referrals.enforcement-requested"
    type: Literal["enforcement-requested"] = "enforcement-requested"
    version: Literal[1] = 1
    request: str
    case: str
    school: str
    child: str


StaffRole = Literal["officer", "head of service", "business support"]
"""Who may have a record in `referrals`."""


class AskAdmission(BaseModel):
    """query.referrals.admission: whether the record of one of the staff speaks against letting the bearer of a token in."""

    model_config = ConfigDict(frozen=True)
    SUBJECT: ClassVar[str] = "query.referrals.admission"
    person: str
    """The `sub` of the token."""
    role: StaffRole


class Admitted(BaseModel):
    """What is said to somebody who is not let in; None for who is, and for who has no record: then the token's word counts."""

    model_config = ConfigDict(frozen=True)
    refusal: str | None


class AskRequest(BaseModel):
    """query.referrals.request: an enforcement request with the case's chronology."""

    model_config = ConfigDict(frozen=True)
    SUBJECT: ClassVar[str] = "query.referrals.request"
    request: str


class ChronologyEntry(BaseModel):
    """An intervention as a pack may show it: what was said stays with the case."""

    model_config = ConfigDict(frozen=True)
    day: date
    kind: str
    with_whom: str
    engagement: str
    outcome: str
    officer: str


class ConcernMet(BaseModel):
    """A rule that the child's attendance met, and the day on which it did. Its figures are the register's."""

    model_config = ConfigDict(frozen=True)
    rule: str
    raised_on: date


class HiddenParent(BaseModel):
    """A parent of the child whose address is confidential, by what the officers were told."""

    model_config = ConfigDict(frozen=True)
    refs: tuple[str, ...] = ()
    """Places on the school's roll that stood for this parent."""
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


class EnforcementRequest(BaseModel):
    model_config = ConfigDict(frozen=True)
    request: str
    case: str
    school: str
    child: str
    parent: str
    measure: Measure
    offence: Offence | None = None
    """Of a prosecution; None: what the Local Authority's profile says."""
    reason: str
    first: date
    last: date
    """The period that the certificate of attendance covers."""
    period_said: bool = True
    """False: nobody said one, and `sharing` takes that of the sessions relied on, within these days."""
    looked_from: date | None = None
    """Of a notice over one leave, whose days `first` and `last` are: since when sessions may count beside those of the leave."""
    requested_by: str
    requested_at: datetime
    concerns: tuple[str, ...]
    met: tuple[ConcernMet, ...] = ()
    """The same concerns with their days and figures, as the pack tells them."""
    opened_on: date
    chronology: tuple[ChronologyEntry, ...]
    hidden: tuple[HiddenParent, ...] = ()
    """Whose addresses are in no part of a pack, beside those that the roll hides."""
