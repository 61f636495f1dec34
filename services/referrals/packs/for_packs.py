"""What a case holds for an enforcement pack, answered to `sharing`, which decides what each part of a pack may show.

Struck entries, notes of conversations and what is internal are never told; nor is a document that its author did not give to be served,
or a child's own view that nobody has reviewed.
"""

from collections.abc import Container, Iterable, Set
from dataclasses import dataclass
from typing import Final

from services.referrals.cases.closed import closed_to
from services.referrals.domain.document import servable
from services.referrals.domain.kinds import Practices
from services.referrals.domain.letters.letter import Letter
from services.referrals.domain.met import met
from services.referrals.domain.one_child import group
from services.referrals.domain.referral import Referral
from services.referrals.errors import NoSuchDocument, NoSuchReferral
from services.referrals.families.confidential import hidden_parents
from services.referrals.families.family import Family, Relation, family
from services.referrals.packs.in_contract import entry_told, leave_told, letter_sent, parent_of_case, referrer, refs_of
from services.referrals.packs.reached import Reached
from services.referrals.settings.letter_templates import Templates
from services.referrals.store import Store
from shared.bus import Bus
from shared.contracts.enforcement import (
    AskCaseEvidence,
    AskCaseFile,
    CaseEvidence,
    CaseFile,
    ServableDocument,
    Sibling,
)
from shared.contracts.enforcement import Leave as LeaveTold
from shared.contracts.referrals import HiddenParent
from shared.leave_period import looked_from
from shared.mentions import search

LARGEST: Final = 5 * 1024 * 1024
"""Bytes of a file that the bus carries: its answers are 8 MB at most, and base64 makes four of three."""


@dataclass(frozen=True, slots=True)
class ForPacks:
    bus: Bus
    store: Store
    practices: Practices
    reached: Reached

    async def evidence(self, question: AskCaseEvidence) -> CaseEvidence:
        """NoSuchReferral for what is no case, and for one that is closed to who looks. WorldAway where a roll hides an address and cannot
        be asked which: then there is no pack."""
        case = await self._case(question.case)
        barred = await closed_to(question.reader, self.store) if question.reader else frozenset()
        if not case.records.isdisjoint(barred):
            raise NoSuchReferral
        known = await family(self.store, case.school, case.child)
        mine = next((one for one in known.relations if question.parent in {*one.ids, *refs_of(one)}), None)
        written = await self.store.interventions.of_case(case.id)
        entries = [one for one in written if one.for_others and one.counts]
        views = [one for one in entries if one.child_view]
        staff = {officer.id: officer for officer in await self.store.officers.all()}
        names = {id_: officer.name for id_, officer in staff.items()}
        asked = {request.parent for request in case.private.requests}
        letters = await self.store.letters.of_case(case.id)
        ours = [one for one in letters if mine and one.parent in mine.ids]
        struck = {one.id for one in written if not one.counts}
        hidden = await hidden_parents(self.bus, known)
        theirs = {one.entry: one.parent for one in letters if one not in ours and one.entry}
        unfit = {one.document for one in letters if one not in ours or shows_hidden(one, known, hidden)}
        documents = await self._documents(case, names, unfit)
        copies = {one.document for one in documents}
        return CaseEvidence(
            case=case.id,
            school=case.school,
            child=case.child,
            opened_on=case.opened_at.date() if case.opened_at else case.proposed_at.date(),
            state=case.state,
            officer=referrer(case, staff),
            company=await self.reached.of(case.school, self.store.today()),
            parent=parent_of_case(mine, case.child, written, asked, case.private.left_out) if mine else None,
            other_parents=tuple(
                parent_of_case(one, case.child, written, asked, case.private.left_out) for one in known.relations if one is not mine
            ),
            siblings=await self._siblings(known, barred, await self._schools_of(question.reader, case)),
            concerns=met(case),
            entries=tuple(entry_told(one, names, self.practices, theirs.get(one.id)) for one in entries),
            letters=tuple(letter_sent(one, copies, unfit, staff.values()) for one in ours if one.dispatch and one.entry not in struck),
            documents=documents,
            flags=await self._flags(case, mine),
            leave=await self._leave(case, known),
            child_view=next((one.child_view for one in reversed(views) if one.view_reviewed), None),
            view_not_reviewed=next((one.day for one in views[-1:] if not one.view_reviewed), None),
            hidden=hidden,
        )

    async def file(self, question: AskCaseFile) -> CaseFile:
        """NoSuchDocument for one that is not of the case, may not be served, shows an address that is confidential now, or is more than a
        message holds."""
        held = await self.store.case_documents.get(question.document)
        if held is None or held.entry.case != question.case or not servable(held.entry) or held.entry.file is None:
            raise NoSuchDocument
        letter = await self.store.letters.find(held.entry.id)
        if letter:
            known = await family(self.store, letter.school, letter.child)
            if shows_hidden(letter, known, await hidden_parents(self.bus, known)):
                raise NoSuchDocument("it shows an address that has become confidential")
        if held.entry.file.size > LARGEST:
            raise NoSuchDocument(f"it has {held.entry.file.size:,} bytes, and a pack takes documents of {LARGEST:,} at most")
        content = b"".join([piece async for piece in self.store.case_documents.content(held.entry)])
        if len(content) != held.entry.file.size:
            raise NoSuchDocument
        return CaseFile(document=question.document, type=held.entry.file.type, content=content)

    async def _case(self, id_: str) -> Referral:
        held = await self.store.referrals.get(id_)
        if held is None or held.referral.opened_at is None:
            raise NoSuchReferral
        return held.referral

    async def _leave(self, case: Referral, known: Family) -> tuple[LeaveTold, ...]:
        """All that is on record of the child, by any of its records; of a case that was opened for one leave that one, and what
        ended in the time before it from which sessions may count beside it."""
        records = group(await self.store.joins.groups(case.school, [case.child]), case.child)
        found = [one for record in sorted(records) for one in await self.store.leaves.of_child(record, case.school)]
        own = next((one for one in found if one.leave == case.leave), None)
        if own:
            begin = looked_from(own.last, self.store.today())
            found = [one for one in found if one is own or begin <= one.last <= own.last]
        return tuple(leave_told(one, known) for one in sorted(found, key=lambda one: (one.first, one.leave)))

    async def _schools_of(self, reader: str | None, case: Referral) -> Container[str] | None:
        """Schools whose children the reader may know by name; None is every school, as for the pack that is sent."""
        if reader is None:
            return None
        found = await self.store.officers.get(reader)
        if found is None:
            return {case.school}
        return None if found.role == "head of service" else {case.school, *found.schools}

    async def _siblings(self, known: Family, barred: Container[str], schools: Container[str] | None) -> tuple[Sibling, ...]:
        found = []
        for link in known.siblings:
            if link.child in barred or (schools is not None and link.school not in schools):
                continue
            cases = await self.store.referrals.of_children(link.school, [link.child], ("enforcement requested", "with the LA"))
            found.append(Sibling(child=link.child, school=link.school, requested=bool(cases)))
        return tuple(dict.fromkeys(found))

    async def _documents(self, case: Referral, names: dict[str, str], unfit: Set[str | None]) -> tuple[ServableDocument, ...]:
        """Without copies of letters that are not for this pack: those to other parents, which have their addresses on them, and those with
        an address that has become confidential since."""
        found = [one for one in await self.store.case_documents.of_case(case.id) if servable(one) and one.id not in unfit]
        return tuple(
            ServableDocument(
                document=one.id,
                kind=one.told.kind,
                day=one.told.day,
                what=one.told.what,
                author=names.get(one.author, one.author),
                type=one.file.type if one.file else None,
                size=one.file.size if one.file else 0,
                sha256=one.file.sha256 if one.file else None,
                paper=one.told.paper.where if one.told.paper else None,
                copy_of=one.told.copy_of,
            )
            for one in found
            if one.told is not None
        )

    async def _flags(self, case: Referral, mine: Relation | None) -> tuple[str, ...]:
        """On any of the child's records, and on the parent."""
        parents = mine.ids if mine else frozenset()
        records = group(await self.store.joins.groups(case.school, [case.child]), case.child)
        standing = [flag for record in sorted(records) for flag in await self.store.flags.standing(record, parents)]
        return tuple(dict.fromkeys(flag.kind for flag in standing))


def register(bus: Bus, store: Store, practices: Practices, templates: Templates) -> None:
    packs = ForPacks(bus, store, practices, Reached(bus, templates))

    @bus.answers(AskCaseEvidence)
    async def evidence(question: AskCaseEvidence) -> CaseEvidence:
        return await packs.evidence(question)

    @bus.answers(AskCaseFile)
    async def file(question: AskCaseFile) -> CaseFile:
        return await packs.file(question)


def shows_hidden(letter: Letter, known: Family, hidden: Iterable[HiddenParent]) -> bool:
    """Whether the copy of a letter shows an address that is confidential now."""
    whose = [one for one in known.relations if letter.parent in one.ids]
    if letter.words.address is not None and any(one.hides_address for one in whose):
        return True
    mentions = search(address for one in hidden for address in one.addresses)
    return bool(mentions and mentions.are_in(letter.words.text))
