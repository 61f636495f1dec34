"""All that a pack is made from, asked of the services that hold it."""

from services.sharing.domain import gathered
from services.sharing.domain.material import LegalClocks, Material, Wanted
from services.sharing.errors import NotOnRoll
from shared.academic_year import first_day, of
from shared.bus import Bus
from shared.contracts.attendance import AskPeople, AskRegister, AskSchool, AskWithheld, ChildRegister, People, Person, SchoolFacts, Withheld
from shared.contracts.enforcement import AskCaseEvidence, CaseEvidence
from shared.settings import Settings


async def gather(bus: Bus, settings: Settings, wanted: Wanted, pack: str, edition: int) -> Material:
    case = await bus.ask(AskCaseEvidence(case=wanted.case, parent=wanted.parent), CaseEvidence)
    school = await bus.ask(AskSchool(school=wanted.school), SchoolFacts)
    people = await bus.ask(AskPeople(school=wanted.school, children=(wanted.child,)), People)
    person = _person(people, wanted.child)
    withheld = await bus.ask(AskWithheld(school=wanted.school, child=wanted.child), Withheld)
    if not withheld.confidential and any(carer.address_confidential for carer in person.carers):
        raise NotOnRoll("the roll changed between two questions")
    person, withheld = gathered.protected(person, withheld, case.hidden)
    today = settings.today()
    begin = first_day(of(today))
    register = await bus.ask(AskRegister(school=wanted.school, child=wanted.child, first=wanted.first, last=wanted.last), ChildRegister)
    this_year = await bus.ask(AskRegister(school=wanted.school, child=wanted.child, first=begin, last=today), ChildRegister)
    return Material(
        pack=pack,
        edition=edition,
        created=today,
        company=settings.company,
        wanted=wanted,
        case=case,
        school=school,
        authority_code=school.authority,
        authority_name=school.authority,
        person=person,
        withheld=withheld,
        register=register,
        this_year=this_year,
        clocks=LegalClocks(earliest=None, latest=None, earliest_by=None, latest_by=None, request_by=None),
    )


def _person(people: People, child: str) -> Person:
    for person in people.people:
        if person.child == child:
            return person
    raise NotOnRoll("child")
