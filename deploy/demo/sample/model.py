"""What the sample is made of: authorities, officers, schools, children and their parents. All invented."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from deploy.demo.sample.published import Phase

Style = Literal["plain", "british", "underscored"]
"""How a school writes its files: ISO dates; DD/MM/YYYY; or ISO dates under headers of odd case with underscores."""


@dataclass(frozen=True)
class Authority:
    code: str
    name: str


@dataclass(frozen=True)
class Officer:
    id: str
    name: str
    email: str
    schools: tuple[str, ...]
    """URNs."""


@dataclass(frozen=True)
class Parent:
    name: str
    relationship: str
    address: str
    confidential: bool
    born: date | None
    phone: str
    email: str


@dataclass(frozen=True)
class Child:
    upn: str
    surname: str
    forename: str
    sex: str
    born: date
    starts: int
    """The academic year in which the child is (or would have been) in Reception."""
    address: str
    parents: tuple[Parent, ...]
    looked_after: bool
    needs: str
    health: str

    def year_group(self, year: int) -> int:
        """0 is Reception."""
        return year - self.starts


@dataclass(frozen=True)
class Plan:
    """A school before it has children."""

    urn: str
    name: str
    authority: Authority
    phase: Phase
    head: str
    children: int
    """On roll in each year."""
    youngest: int
    oldest: int
    establishment: str
    """The four establishment digits of its UPNs."""
    style: Style


@dataclass(frozen=True)
class Pinned:
    """A named child of the demo's story."""

    upn: str
    urn: str
    forename: str
    surname: str


@dataclass(frozen=True)
class Story:
    enforced: Pinned
    """This year: over ten sessions of G and O within ten school weeks, absent from more than half of all sessions."""
    pair: tuple[Pinned, Pinned]
    """First and second on one roll; each has ten sessions of O in the five last days to date, and no absence before."""
    leaver: Pinned
    """On last year's roll only."""
    markers: tuple[str, ...]
    """Strings that belong to the leaver alone: after the disposal no file may hold one of them."""
