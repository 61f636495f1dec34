"""Everything that a pack is made from: asked of the services that hold it, live, each time."""

from dataclasses import dataclass, field

from services.sharing.domain import gathered
from services.sharing.domain.material import Certificate, LegalClocks, Material, NoticeHistory, Override, Signature, Statement, Wanted
from services.sharing.domain.profile import Profile, Profiles
from services.sharing.errors import NotOnRoll
from services.sharing.store.authorities import Authorities
from shared.academic_year import first_day, of
from shared.bus import Bus
from shared.contracts.attendance import AskPeople, AskRegister, AskSchool, AskWithheld, ChildRegister, People, Person, SchoolFacts, Withheld
from shared.contracts.enforcement import AskCaseEvidence, CaseEvidence
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Said:
    """What people have said and signed about a pack; nothing of it before there is one."""

    pack: str = "preview"
    edition: int = 1
    supersedes: str | None = None
    statement: Statement | None = None
    certificate: Certificate | None = None
    checked: Signature | None = None
    approved: Signature | None = None
    overrides: tuple[Override, ...] = ()
    notices: NoticeHistory = field(default_factory=NoticeHistory)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The material, and the profile by which it is judged."""

    material: Material
    profile: Profile


@dataclass(frozen=True, slots=True)
class Gathering:
    """Built in the composition root."""

    bus: Bus
    authorities: Authorities
    profiles: Profiles
    settings: Settings

    async def gather(self, wanted: Wanted, said: Said) -> Gathered:
        """NotOnRoll while the roll does not name the child, or changes between two questions."""
        case = await self.bus.ask(AskCaseEvidence(case=wanted.case, parent=wanted.parent), CaseEvidence)
        school = await self.bus.ask(AskSchool(school=wanted.school), SchoolFacts)
        people = await self.bus.ask(AskPeople(school=wanted.school, children=(wanted.child,)), People)
        person = _person(people, wanted.child)
        withheld = await self.bus.ask(AskWithheld(school=wanted.school, child=wanted.child), Withheld)
        if not withheld.confidential and any(carer.address_confidential for carer in person.carers):
            raise NotOnRoll("the roll changed between two questions")
        person, withheld = gathered.protected(person, withheld, case.hidden)
        today = self.settings.today()
        spans = ((wanted.first, wanted.last), (first_day(of(today)), today))
        asked = [AskRegister(school=wanted.school, child=wanted.child, first=first, last=last) for first, last in spans]
        register, this_year = [await self.bus.ask(question, ChildRegister) for question in asked]
        authority = await self.authorities.get(school.authority)
        return Gathered(
            Material(
                pack=said.pack,
                edition=said.edition,
                supersedes=said.supersedes,
                created=today,
                company=self.settings.company,
                wanted=wanted,
                case=case,
                school=school,
                authority_code=school.authority,
                authority_name=authority.name if authority else f"Local Authority {school.authority}",
                person=person,
                withheld=withheld,
                register=register,
                this_year=this_year,
                clocks=LegalClocks(earliest=None, latest=None, earliest_by=None, latest_by=None, request_by=None),
                statement=said.statement,
                certificate=said.certificate,
                checked=said.checked,
                approved=said.approved,
                overrides=said.overrides,
            ),
            self.profiles.of(school.authority, today),
        )


def _person(people: People, child: str) -> Person:
    for person in people.people:
        if person.child == child:
            return person
    raise NotOnRoll("child")
