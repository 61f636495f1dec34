"""What every rule looks at, worked out once."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from services.sharing.domain.demands import Rules
from services.sharing.domain.material import Material, Notice
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.exhibit_search import Searched, searched
from services.sharing.domain.paper.people import People, people
from services.sharing.domain.paper.servable import Servable
from services.sharing.domain.profile import Profile
from services.sharing.domain.sessions import Session, codes_relied_on, relied_on, to_parent, with_codes
from services.sharing.domain.this_parent import Gone, letters_gone, was_with_parent
from shared.contracts.attendance import ChildRegister
from shared.contracts.enforcement import EntryTold, ParentOfCase
from shared.school_age import SchoolAge, school_age


class Found(NamedTuple):
    """Whether what a rule asks for is there, and in plain words how it is met or what is lacking, which an LA reads too. `todo`: what
    whoever prepares the pack does about it, which nobody else reads. Both are whole sentences. `each`: what a reason for going on has to
    name, one by one."""

    met: bool
    says: str
    todo: str = ""
    each: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    material: Material
    profile: Profile

    @property
    def today(self) -> date:
        return self.material.created

    @cached_property
    def rules(self) -> Rules:
        return self.profile.rules(self.material.wanted.measure, self.material.wanted.ground)

    @property
    def marks(self) -> ChildRegister:
        """Those that were signed; before that those of now, which are to be signed."""
        certificate = self.material.certificate
        return certificate.marks if certificate else self.material.marks

    @cached_property
    def relied_on(self) -> tuple[Session, ...]:
        material = self.material
        return relied_on(material.wanted, material.case, self.marks, material.notices, self.profile, self.today)

    @cached_property
    def in_question(self) -> frozenset[tuple[date, str]]:
        """Every session of the period with a code that counts, whatever else rests on it: the certificate shows those before the parent
        knew too."""
        found = with_codes(self.marks, codes_relied_on(self.rules, self.profile))
        return frozenset((one.day, one.session) for one in found if self.in_period(one.day))

    @cached_property
    def age(self) -> SchoolAge | None:
        """None where the roll does not tell when the child was born."""
        born = self.material.person.born
        return school_age(born) if born else None

    @cached_property
    def searched(self) -> Searched:
        return searched(self.material)

    @cached_property
    def known(self) -> People:
        return people(self.material)

    @cached_property
    def confidential(self) -> Confidential:
        return Confidential(self.material, self.known)

    @cached_property
    def servable(self) -> Servable:
        return Servable(self.material, self.known, self.confidential)

    @cached_property
    def to_parent(self) -> tuple[Notice, ...]:
        return to_parent(self.material.wanted, self.material.case, self.material.notices)

    @property
    def parent(self) -> ParentOfCase:
        parent = self.material.case.parent
        assert parent is not None  # nobody gathers material without one
        return parent

    def with_parent(self, entry: EntryTold) -> bool:
        """Whether it is on record that it was with this parent."""
        return was_with_parent(self.material.wanted, self.material.case, entry)

    def letters_gone(self, kinds: Collection[str]) -> Iterator[Gone]:
        """Letters of these kinds to this parent."""
        return letters_gone(self.material.wanted, self.material.case, kinds)

    def in_period(self, day: date) -> bool:
        return self.material.wanted.first <= day <= self.material.wanted.last
