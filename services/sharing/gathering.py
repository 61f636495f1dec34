"""Everything that a pack, or the list of what it still lacks, is made from: asked of the services that hold it, live, each time."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.sharing.domain import gathered
from services.sharing.domain.clocks import clocks
from services.sharing.domain.default_period import default_period
from services.sharing.domain.leave_period import leave_of, leave_period
from services.sharing.domain.material import Certificate, EditionBefore, Material, Override, Signature, Statement, Wanted
from services.sharing.domain.profile import Profile, Profiles
from services.sharing.domain.readiness import judge
from services.sharing.domain.readiness.view import View
from services.sharing.domain.sessions import Session, counting, relied_on
from services.sharing.domain.this_parent import ids_of_parent
from services.sharing.errors import NotOnRoll
from services.sharing.exhibit_texts import ExhibitTexts
from services.sharing.notices import Notices
from services.sharing.store.authorities import Authorities
from shared.academic_year import first_day, of_session
from shared.bus import Bus
from shared.contracts.attendance import (
    AskPeople,
    AskRegister,
    AskSchool,
    AskSchoolDays,
    AskWithheld,
    ChildRegister,
    People,
    Person,
    SchoolDays,
    SchoolFacts,
    Withheld,
)
from shared.contracts.enforcement import AskCaseEvidence, CaseEvidence, Sibling
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Said:
    """What people have said and signed about a pack; nothing of it before there is one."""

    pack: str = "preview"
    edition: int = 1
    supersedes: str | None = None
    edition_before: EditionBefore | None = None
    statement: Statement | None = None
    certificate: Certificate | None = None
    checked: Signature | None = None
    checked_by_witness: bool = False
    approved: Signature | None = None
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """The material with its items judged, and the profile by which they were."""

    material: Material
    profile: Profile

    @property
    def relied_on(self) -> tuple[Session, ...]:
        return View(self.material, self.profile).relied_on

    @property
    def own_period(self) -> tuple[date, date] | None:
        """Of the sessions relied on, where nobody has said a period; None where there is none. Those before the parent knew are in it: they
        show of what the parent was told."""
        material = self.material
        wanted, days, today = material.wanted, material.school_days, material.created
        relied = counting(wanted, material.case, View(material, self.profile).marks, material.notices, self.profile, today)
        if (wanted.measure, wanted.ground) == ("penalty notice", "leave in term time"):
            leave = leave_of(material.case.leave, relied, wanted.last)
            if leave:
                return leave_period(leave, relied, days, material.notices.packs, self.profile, today)
        return default_period(relied, days, wanted.measure, self.profile, today)


@dataclass(frozen=True, slots=True)
class Gathering:
    """Built in the composition root."""

    bus: Bus
    authorities: Authorities
    profiles: Profiles
    settings: Settings
    notices: Notices
    exhibits: ExhibitTexts

    async def evidence(self, case: str, parent: str, reader: str | None = None) -> CaseEvidence:
        """NotKnownThere for what is no case, and for one that is closed to the reader: the `sub` of a token."""
        return await self.bus.ask(AskCaseEvidence(case=case, parent=parent, reader=reader), CaseEvidence)

    async def gather(self, wanted: Wanted, said: Said | None = None, case: CaseEvidence | None = None) -> Gathered:
        """NotOnRoll while the roll does not name the child or the parent, or changes between two questions. `case`: as it was asked."""
        said, today = said or Said(), self.settings.today()
        case = case or await self.evidence(wanted.case, wanted.parent)
        if case.parent is None:
            raise NotOnRoll("parent")
        case = case.model_copy(update={"leave": gathered.of_period(case.leave, wanted)})
        school = await self.bus.ask(AskSchool(school=wanted.school), SchoolFacts)
        profile = self.profiles.of(school.authority, today)
        authority = await self.authorities.get(school.authority)
        (person, withheld), siblings, (register, this_year, last_year), school_days, texts = await asyncio.gather(
            self._person(wanted, case),
            self._siblings(case.siblings),
            self._registers(wanted, today),
            self._school_days(wanted, today),
            self.exhibits.of(wanted.case, said.statement),
        )
        marks = said.certificate.marks if said.certificate else register
        parents = ids_of_parent(wanted, case)
        notices = await self.notices.history(wanted, parents, person, school.authority, today)
        case = gathered.still_requested(case, notices.given_up)
        relied = relied_on(wanted, case, marks, notices, profile, today)
        material = Material(
            pack=said.pack,
            edition=said.edition,
            supersedes=said.supersedes,
            edition_before=said.edition_before,
            created=today,
            company=self.settings.company,
            wanted=wanted,
            case=case,
            school=school,
            authority_code=school.authority,
            authority_name=authority.name if authority else f"Local Authority {school.authority}",
            person=person,
            siblings=siblings,
            withheld=withheld,
            marks=register,
            this_year=this_year,
            last_year=last_year if last_year.sessions else None,
            school_days=school_days,
            clocks=clocks(relied, wanted, case, profile, school_days, today),
            notices=notices,
            statement=said.statement,
            exhibit_texts=texts,
            certificate=said.certificate,
            checked=said.checked,
            checked_by_witness=said.checked_by_witness,
            approved=said.approved,
            overrides=said.overrides,
        )
        items = await asyncio.to_thread(judge, material, profile)  # letters are many: a search of two hundred takes half a second
        return Gathered(material.model_copy(update={"items": items}), profile)

    async def _person(self, wanted: Wanted, case: CaseEvidence) -> tuple[Person, Withheld]:
        """The child as on the roll, with what no part of a pack may name."""
        people = await self.bus.ask(AskPeople(school=wanted.school, children=(wanted.child,)), People)
        person = next((person for person in people.people if person.child == wanted.child), None)
        if person is None:
            raise NotOnRoll("child")
        # asked last: an address that was made confidential after the person was told is among these
        withheld = await self.bus.ask(AskWithheld(school=wanted.school, child=wanted.child), Withheld)
        if not withheld.confidential and any(carer.address_confidential for carer in person.carers):
            raise NotOnRoll("the roll changed between two questions")
        return gathered.protected(person, withheld, case.hidden)

    async def _siblings(self, siblings: Iterable[Sibling]) -> tuple[Person, ...]:
        """Their names and year groups; and what nobody is to read in what is served: where they live and when they were born."""
        by_school: defaultdict[str, list[str]] = defaultdict(list)
        for one in siblings:
            by_school[one.school].append(one.child)
        questions = [AskPeople(school=school, children=tuple(children)) for school, children in sorted(by_school.items())]
        answers = await asyncio.gather(*(self.bus.ask(question, People) for question in questions))
        return tuple(
            one.model_copy(update={"upn": None, "pupil_id": None, "looked_after": None, "special_educational_needs": None})
            for people in answers
            for one in people.people
        )

    async def _registers(self, wanted: Wanted, today: date) -> tuple[ChildRegister, ChildRegister, ChildRegister]:
        """Of the certificate's period, of the academic year in which it ends, and of the year before."""
        year = of_session(wanted.last)
        this, last = first_day(year), first_day(year - 1)
        spans = ((wanted.first, wanted.last), (this, min(today, date(year + 1, 7, 31))), (last, date(year, 7, 31)))
        asked = [AskRegister(school=wanted.school, child=wanted.child, first=first, last=end) for first, end in spans]
        period, this_year, last_year = await asyncio.gather(*(self.bus.ask(question, ChildRegister) for question in asked))
        return period, this_year, last_year

    async def _school_days(self, wanted: Wanted, today: date) -> tuple[date, ...]:
        question = AskSchoolDays(school=wanted.school, first=wanted.first, last=max(today, wanted.last))
        return (await self.bus.ask(question, SchoolDays)).days
