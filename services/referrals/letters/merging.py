"""Letters, from a kind and some families to words that are kept: one for each child and each parent who may be written to."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from services.referrals import asks
from services.referrals.cases.whose import officer_of
from services.referrals.domain import flags as flag_rules
from services.referrals.domain import lifecycle
from services.referrals.domain.flags import Flag
from services.referrals.domain.letters import merge as merging
from services.referrals.domain.letters.fields import Value
from services.referrals.domain.letters.letter import UNSAID, Letter, Stop, under
from services.referrals.domain.letters.merge import Facts, Sender, Words
from services.referrals.domain.letters.print import pdf
from services.referrals.domain.letters.recipient import called, in_lines, salutation, same_place
from services.referrals.domain.letters.template import Template
from services.referrals.domain.referral import Figures, Referral
from services.referrals.errors import KeyUsedTwice, NotALetter, NotPossible
from services.referrals.families.confidential import note_attempt, secrets
from services.referrals.families.family import Family, Relation, family, follow
from services.referrals.settings.letter_templates import Templates
from services.referrals.store import Store
from shared import academic_year
from shared.bus import Bus
from shared.contracts.attendance import AskSchool, Person, SchoolFacts
from shared.contracts.envelope import Cause
from shared.errors import WorldAway
from shared.identity import new_id
from shared.mentions import search

AT_ONCE: Final = 8
"""Families that are looked up at a time."""
_NAMED: Final = "its words name an address of this family that is confidential"
_CONFIDENTIAL: Final = "the parent's address is confidential, and so on no paper: give it by hand, or send it by e-mail"


@dataclass(frozen=True, slots=True)
class To:
    """A case whose family is written to; by default each parent who may be."""

    case: Referral
    parents: tuple[str, ...] | None = None
    again: bool = False
    """Also where a letter of the kind waits to go to the parent."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one case or parent: a letter, or the reason why there is none."""

    case: str
    parent: str | None = None
    letter: Letter | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What was asked about all the families together."""

    people: Mapping[str, Person]
    schools: Mapping[str, SchoolFacts]
    figures: Mapping[tuple[str, str, int], Figures | None]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A letter to the parents of one child, as it is asked for."""

    template: Template
    given: Mapping[str, object]
    """What answers the template's questions."""
    case: Referral
    found: Family
    known: _Known
    by: str


def merge(template: Template, families: Sequence[Facts], given: Mapping[str, object]) -> bytes:
    """One PDF of a letter to each. What is `given` to the template's questions is the same for all. NotALetter for what does not answer
    them."""
    said = merging.asked(template, given)
    return pdf([merging.letter(template, facts, said) for facts in families])


@dataclass(frozen=True, slots=True)
class Letters:
    """Built with the routes. `company` is our name."""

    bus: Bus
    store: Store
    templates: Templates
    company: str

    async def make(self, kind: str, given: Mapping[str, object], to: Sequence[To], by: str, key: str | None) -> list[Made]:
        """One bad case or parent spoils no other. With a `key`, made again they are the same letters;
        KeyUsedTwice where another kind or other answers were sent with it. WorldAway without `attendance`."""
        known = await self._known(to)
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(each: To) -> list[Made]:
            async with gate:
                return await self._for_case(kind, given, each, known, by, key)

        return [made for some in await asyncio.gather(*map(one, to)) for made in some]

    async def preview(self, kind: str, given: Mapping[str, object], to: To, by: str) -> list[Letter]:
        """What `make` would make, with nothing kept. NotALetter or NotPossible where it would make none."""
        known = await self._known([to])
        found = await self._family(to.case, known)
        wanted = _Wanted(self._template(kind, to.case, known), given, to.case, found, known, by)
        return [await self._letter(wanted, relation, new_id()) for relation in self._chosen(found, to)]

    async def stops(self, letter: Letter) -> Letter:
        """The letter under what stands over it now, which is noted."""
        people = await self._people([(letter.school, letter.child)])
        found = await family(self.store, letter.school, letter.child)
        relation = next((one for one in found.relations if letter.parent in one.ids), None)
        if relation is None or not relation.link.may_be_lettered(self.store.today()):
            return await self._noted(letter, [Stop(id="barred", says="this parent may not be written to any more", absolute=True)])
        standing = await self._standing(letter.school, letter.child, people.get(letter.child), found, relation, letter.words.address)
        if relation.hides_address and letter.words.address is not None:
            standing.append(Stop(id="confidential", says="the parent's address has become confidential", absolute=True))
        if relation.link.may_be_written_to == "not known":
            standing += [stop for stop in letter.stops if stop.id == UNSAID]
        if await self._names_hidden(letter.words, found):
            standing.append(Stop(id="named", says=_NAMED, absolute=True))
        return await self._noted(letter, standing)

    async def _noted(self, letter: Letter, standing: Sequence[Stop]) -> Letter:
        return await self.store.letters.change(letter.id, lambda one: under(one, standing), Cause.beginning(new_id()))

    # one family -----------------------------------------------------------------------------------------------------

    async def _for_case(self, kind: str, given: Mapping[str, object], to: To, known: _Known, by: str, key: str | None) -> list[Made]:
        case = to.case
        try:
            lifecycle.work(case.state)
            template = self._template(kind, case, known)
            found = await self._family(case, known)
            chosen = self._chosen(found, to)
            wanted = _Wanted(template, given, case, found, known, by)
        except (NotALetter, NotPossible) as refused:
            return [Made(case.id, refused=str(refused))]
        waiting = [] if to.again else await self.store.letters.unsent(case.id, kind)
        return [await self._made(wanted, relation, key, waiting) for relation in chosen]

    async def _made(self, wanted: _Wanted, relation: Relation, key: str | None, waiting: Sequence[Letter]) -> Made:
        case, parent = wanted.case.id, relation.parent.id
        id_ = sha256(f"{case}\0{parent}\0{key}".encode()).hexdigest()[:24] if key else new_id()
        try:
            letter = await self._letter(wanted, relation, id_)
        except NotALetter as refused:
            return Made(case, parent, refused=str(refused))
        if one := next((one for one in waiting if one.parent in relation.ids and one.id != id_), None):
            return Made(case, parent, refused=f"{one.id} of this kind has not gone: send or cancel it, or say `again` (iewo: --again)")
        kept = await self.store.letters.add(letter, Cause.beginning(new_id()))
        if (kept.kind, kept.asked) != (letter.kind, letter.asked):
            raise KeyUsedTwice
        return Made(case, parent, kept)

    async def _letter(self, wanted: _Wanted, relation: Relation, id_: str) -> Letter:
        template, case, found, known, by = wanted.template, wanted.case, wanted.found, wanted.known, wanted.by
        said = merging.asked(template, wanted.given)
        facts = await self._facts(wanted, relation, id_)
        words = merging.letter(template, facts, said)
        if await self._names_hidden(words, found):
            if by != officer_of(case):
                await note_attempt(self.store, case, by)
            raise NotALetter(_NAMED)
        email = relation.parent.value("email")
        standing = await self._standing(case.school, case.child, known.people.get(case.child), found, relation, facts.address)
        unsaid, authority = relation.link.may_be_written_to == "not known", known.schools[case.school].authority
        if unsaid and self.templates.asks(case.school, authority, self.store.today()):
            standing.append(Stop(id=UNSAID, says="nobody has said whether this parent may be written to"))
        letter = Letter(
            id=id_,
            case=case.id,
            school=case.school,
            child=case.child,
            parent=relation.parent.id,
            kind=template.kind,
            records=template.records,
            state="ready",
            made_by=by,
            made_at=self.store.now(),
            words=words,
            asked=said,
            may_be_written_to=relation.link.may_be_written_to,
            language=relation.parent.text("language"),
            interpreter=relation.parent.text("interpreter"),
            email=str(email) if email else None,
            no_post=_CONFIDENTIAL if relation.hides_address else None if facts.address else "no address of this parent is known",
        )
        return under(letter, standing)

    async def _facts(self, wanted: _Wanted, relation: Relation, id_: str) -> Facts:
        case, known = wanted.case, wanted.known
        person, school = known.people.get(case.child), known.schools[case.school]
        if person is None or not (person.forename and person.surname):
            raise NotALetter("the school's roll does not (yet) name this child")
        today = self.store.today()
        figures = known.figures.get((case.school, case.child, academic_year.of_session(today)))
        if wanted.template.asks_the_register and (figures is None or not figures.possible):
            raise NotALetter("the school's register says nothing of this child this academic year")
        at = self.templates.address(case.school, school.authority, today)
        sender = Sender(name=self.company, address=at.lines, telephone=at.telephone, email=at.email)
        values: dict[str, Value] = {
            "child.name": f"{person.forename} {person.surname}",
            "child.forename": person.forename,
            "child.year_group": person.year_group or "",
            "school.name": school.name,
            "company.name": self.company,
            "company.telephone": merging.together(at.telephone),
            "company.email": at.email,
            **await self._signer(case, wanted.by),
        }
        address = None if relation.hides_address else in_lines(relation.parent.value("address"))
        title, name = str(relation.parent.value("title") or ""), relation.parent.name
        dear = salutation(title, name, person.surname)
        return Facts(sender, called(title, name), dear, address, today, id_[:10].upper(), values, figures)

    async def _signer(self, case: Referral, by: str) -> dict[str, Value]:
        """The officer to whom the case is allocated; before that who accepted it, or who makes the letter."""
        decided = case.private.decision.by if case.private.decision else None
        for id_ in (case.officer, decided, by):
            officer = await self.store.officers.get(id_) if id_ else None
            if officer and officer.role == "officer":
                return {"officer.name": officer.name, "officer.email": officer.email}
        raise NotALetter("no officer signs it: allocate the case")

    async def _family(self, case: Referral, known: _Known) -> Family:
        """Brought from the roll first, where it names more parents than are known: of a case that was opened a moment ago, say."""
        found = await family(self.store, case.school, case.child)
        person = known.people.get(case.child)
        if person and len(found.relations) < len(person.carers):
            await follow(self.bus, self.store, case.school, case.child, Cause.beginning(new_id()))
            found = await family(self.store, case.school, case.child)
        return found

    def _chosen(self, found: Family, to: To) -> list[Relation]:
        """NotALetter for a parent whom nobody knows or who may not be written to, and where nobody may be."""
        today = self.store.today()
        if to.parents is None:
            chosen = [one for one in found.relations if one.link.may_be_lettered(today)]
            if not chosen:
                raise NotALetter("there is no parent who may be written to about this child")
            return chosen
        by_id = {known: one for one in found.relations for known in (one.parent.id, *one.parent.refs)}
        if unknown := [parent for parent in to.parents if parent not in by_id]:
            raise NotALetter(f"this child has no parent {', '.join(unknown)}")
        if barred := [parent for parent in to.parents if not by_id[parent].link.may_be_lettered(today)]:
            raise NotALetter(f"may not be written to about this child: {', '.join(barred)}")
        return list({by_id[parent].parent.id: by_id[parent] for parent in to.parents}.values())

    async def _names_hidden(self, words: Words, found: Family) -> bool:
        """Nobody reads every word of two hundred letters before they go. WorldAway while the roll cannot be asked what it hides."""
        mentions = search(await secrets(self.bus, found))
        return bool(mentions and mentions.are_in(words.text))

    async def _standing(
        self, school: str, child: str, person: Person | None, found: Family, relation: Relation, address: tuple[str, ...] | None
    ) -> list[Stop]:
        """Flags on the child and on any record of the parent, and mail to this address that came back."""
        said = await self.store.flags.of_children([child, *(link.child for link in found.siblings)])
        roll = flag_rules.of_roll(person, school, self.store.now()) if person else []
        flags = flag_rules.standing([*said, *roll], child, self.store.today(), relation.ids)
        back = [one for one in await self.store.letters.returned_of(child) if one.parent in relation.ids and same_place(one, address)]
        returned = [Stop(id=f"returned {one.id}", says="a letter to this address came back") for one in back]
        return [*map(_stop, flags), *returned]

    # all families ---------------------------------------------------------------------------------------------------

    def _template(self, kind: str, case: Referral, known: _Known) -> Template:
        return self.templates.of(kind, case.school, known.schools[case.school].authority, self.store.today())

    async def _known(self, to: Sequence[To]) -> _Known:
        year = academic_year.of_session(self.store.today())
        schools = {one.case.school for one in to}
        facts = {school: await self.bus.ask(AskSchool(school=school), SchoolFacts) for school in sorted(schools)}
        figures = await asks.figures(self.bus, {(one.case.school, one.case.child, year) for one in to})
        return _Known(await self._people((one.case.school, one.case.child) for one in to), facts, figures)

    async def _people(self, wanted: Iterable[tuple[str, str]]) -> Mapping[str, Person]:
        people = await asks.people(self.bus, wanted)
        if people is None:
            raise WorldAway("attendance")
        return people


def _stop(flag: Flag) -> Stop:
    return Stop(id=flag.id, says=f"{flag.kind} flag")
