"""Parents and carers: records of one school each, their links to its children, and what was said of two records being one person.

| `_id` | in clear | sealed |
|---|---|---|
| `parent:<id>` | school, children | every field with who gave it, the roll's words, the trail |
| `link:<parent>:<child>` | school, the parent's record, the child | the tie: relationship, responsibility, orders, dates |
| `same:<parent>:<parent>` | the two records, their children, the school where it is one | who said so, when and why |

A link falls with its child. A parent stays until the last of its children falls, and what was said of two parents until one of them does:
who is disposed of leaves them first (`leave`), so that nothing that stays names them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from services.referrals.domain.parent import Link, Parent, without
from services.referrals.domain.same_person import Same, components, group
from services.referrals.domain.tie import Tie
from services.referrals.errors import StillChanging
from services.referrals.store.flags import Flags
from services.referrals.store.parent_stamps import Stamps, stamps
from services.referrals.store.sealed import SealedKind
from shared import academic_year
from shared.contracts.envelope import Cause
from shared.contracts.retention import Purge
from shared.disposal import Disposal
from shared.errors import Conflict
from shared.mongo import Document
from shared.recent import Recent
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries

ALL = {"_id": {"$gte": "parent:", "$lt": "parent;"}}
"""Every parent, by the index that every collection has."""
LOOKED, LOOKED_AGE = 100_000, 3600.0
"""Records of parents of which is remembered whether they hide an address, and for how many seconds: as long as the version is the same."""
_HEAD = {"children": 1, "version": 1}
TIE = {"parent": 1, "children": 1, "school": 1, "cohort": 1}
ALL_SAME = {"_id": {"$gte": "same:", "$lt": "same;"}}


class Parents:
    def __init__(self, documents: Documents, sealer: Sealer, disposal: Disposal, flags: Flags, settings: Settings) -> None:
        self._documents = documents
        self._disposal = disposal
        self._flags = flags
        self._settings = settings
        self._hides: Recent[str, tuple[int, bool]] = Recent(LOOKED_AGE, LOOKED)
        """By record, its version and whether the address was confidential then: all that is remembered of it, in memory."""
        self._parents = SealedKind("parent", Parent, documents, sealer)
        self._links = SealedKind("link", Link, documents, sealer)
        self._same = SealedKind("same", Same, documents, sealer)
        for kind, sealed in (("parent", self._parents), ("same", self._same)):
            disposal.shares(kind, sealed.keep_whole, whole=True)

    # reading --------------------------------------------------------------------------------------------------------

    async def get(self, id_: str) -> Parent | None:
        return await self._parents.get(id_)

    async def some(self, ids: Iterable[str]) -> list[Parent]:
        """Those of the records that are there."""
        return await self._parents.find({"_id": {"$in": sorted({f"parent:{id_}" for id_ in ids})}})

    async def of_child(self, school: str, child: str) -> list[Parent]:
        """The school's records of the child's parents, in the order of the roll and then of their names."""
        return _in_order(await self._parents.find({"children": child, "school": school}))

    async def of_child_anywhere(self, child: str) -> list[Parent]:
        """The same of every school."""
        return _in_order(await self._parents.find({"children": child}))

    async def children_of_hiding(self, of: Collection[str]) -> frozenset[str]:
        """Children tied to a record, at whichever school, of a parent who hides an address: `of` these children and others. A record is
        opened once as long as it stays as it is: this is asked of thousands."""
        found = await self._documents.find("parent", {"children": {"$in": sorted(of)}}, _HEAD)
        said = await self.said_of([_id(one) for one in found])
        people = components(one.parents for one in said if one.state == "same")
        others = frozenset().union(*people.values()) - {_id(one) for one in found}
        found += await self._documents.find("parent", {"_id": {"$in": sorted(f"parent:{id_}" for id_ in others)}}, _HEAD) if others else []
        await self._learn({_id(one): one["version"] for one in found})
        hiding = {id_ for one in found if (known := self._hides.get(id_ := _id(one))) is None or known[1]}
        return frozenset(child for one in found if not hiding.isdisjoint(people.get(_id(one), (_id(one),))) for child in one["children"])

    async def _learn(self, versions: Mapping[str, int]) -> None:
        """Whether each of these records hides its address, of those that are others than when they were read last."""
        news = [id_ for id_, version in versions.items() if (self._hides.get(id_) or (None,))[0] != version]
        for one in await self._documents.find("parent", {"_id": {"$in": sorted(f"parent:{id_}" for id_ in news)}}) if news else ():
            self._hides.keep(_id(one), (one["version"], self._parents.opened(one).hides_address))

    async def links_of(self, parents: Collection[str]) -> list[Link]:
        """Every link of these parents."""
        return await self._links.find({"parent": {"$in": sorted(parents)}}) if parents else []

    async def ties(self, parents: Collection[str]) -> list[Tie]:
        """Every link of these parents, unopened."""
        found = await self._documents.find("link", {"parent": {"$in": sorted(parents)}}, TIE)
        return [_tie(link) for link in found]

    async def link(self, parent: str, child: str) -> Link | None:
        return await self._links.get(f"{parent}:{child}")

    async def said_of(self, parents: Collection[str]) -> list[Same]:
        """What was said of these records and of all that are the same person by it."""
        seen: set[str] = set()
        edge, found = set(parents), dict[tuple[str, str], Same]()
        while edge:
            seen |= edge
            said = await self._same.find({"parents": {"$in": sorted(edge)}})
            found |= {one.parents: one for one in said}
            edge = {parent for one in said if one.state == "same" for parent in one.parents} - seen
        return list(found.values())

    async def records_of(self, parent: str) -> frozenset[str]:
        """All records of the person whose record this is, at whichever school."""
        return group(parent, await self.said_of([parent]))

    async def people(self, parents: Collection[str]) -> dict[str, list[Parent]]:
        """By record, all records of the same person, that one included."""
        said = await self.said_of(parents) if parents else []
        groups = {id_: group(id_, said) for id_ in parents}
        records = {one.id: one for one in await self.some(frozenset().union(*groups.values()))} if groups else {}
        return {id_: [records[one] for one in sorted(ids) if one in records] for id_, ids in groups.items()}

    async def stamps(self) -> Stamps:
        """Of all records."""
        found = await self._documents.find("parent", ALL, {"school": 1, "children": 1, "version": 1})
        return stamps(found, await self._documents.find("same", ALL_SAME, {"parents": 1, "version": 1}))

    async def of_school(self, school: str) -> list[tuple[Parent, Sequence[str]]]:
        """Every parent of a school with the children."""
        found = await self._documents.find("parent", {"school": school})
        return [(self._parents.opened(document), document["children"]) for document in found]

    async def hiding(self) -> list[Parent]:
        """All records of everybody who keeps an address confidential, whichever of the records says so."""
        schools = {one["school"] for one in await self._documents.find("parent", ALL, {"school": 1})}
        marked = [parent.id for school in sorted(schools) for parent, _ in await self.of_school(school) if parent.hides_address]
        return [record for records in (await self.people(marked)).values() for record in records]

    # writing --------------------------------------------------------------------------------------------------------

    async def add(self, new: Sequence[tuple[Parent, Link]], cause: Cause) -> None:
        """New records, each with its first child, who is the same, in one transaction."""
        cohort = await self._cohort({link.child for _, link in new})
        records = [self._parents.new(one.id, one, cohort, school=one.school, children=[link.child]) for one, link in new]
        links = [self._new_link(link, cohort) for _, link in new]
        await self._documents.write_as_one([Change(document) for document in (*records, *links)], cause)

    async def change(self, id_: str, step: Callable[[Parent], Parent], cause: Cause) -> Parent | None:
        return await self._parents.change(id_, step, cause)

    async def put(self, before: Parent, after: Parent, cause: Cause) -> None:
        """What was worked out from `before`; Conflict when it is no longer so."""
        document = await self._parents.document(before.id)
        if document is None or self._parents.opened(document) != before:
            raise Conflict("parent")
        await self._documents.write(Change(self._parents.with_content(document, after)), cause)

    async def change_link(self, parent: str, child: str, step: Callable[[Link], Link], cause: Cause) -> Link | None:
        return await self._links.change(f"{parent}:{child}", step, cause)

    async def link_to(self, link: Link, cause: Cause) -> None:
        """A further child of a parent. The record, what was said of it, the link and the flags stay as long as their last child."""
        await self._link_to(link, cause)
        await self._widen_flags(link.parent, cause)

    async def _link_to(self, link: Link, cause: Cause) -> None:
        async for _ in tries():
            parent = await self._parents.document(link.parent)
            if parent is None or link.child in parent["children"]:
                return
            cohort = await self._cohort([link.child])
            same = await self._documents.find("same", {"parents": link.parent})
            try:
                async with self._documents.transaction() as session:
                    await self._documents.write(Change(self._new_link(link, cohort)), cause, session=session)
                    await self._documents.write(Change(_named(self._parents, parent, link.child, cohort)), cause, session=session)
                    for one in same:
                        await self._documents.write(Change(_named(self._same, one, link.child, cohort)), cause, session=session)
                return
            except Conflict:
                continue
        raise StillChanging

    async def say(self, one: Parent, other: Parent, step: Callable[[Same], Same], cause: Cause) -> Same:
        """Something about two records; who they are the records of is worked out from all that was said. A flag of one is then of both."""
        told = await self._say(one, other, step, cause)
        if told.state == "same":
            await self._widen_flags(one.id, cause)
        return told

    async def _say(self, one: Parent, other: Parent, step: Callable[[Same], Same], cause: Cause) -> Same:
        first, second = sorted((one, other), key=lambda parent: parent.id)
        id_ = f"{first.id}:{second.id}"
        async for _ in tries():
            if (told := await self._same.change(id_, step, cause)) is not None:
                return told
            made = step(Same(parents=(first.id, second.id)))
            if not made.steps:
                return made
            documents = [found for parent in (first, second) if (found := await self._parents.document(parent.id))]
            children = sorted({child for document in documents for child in document["children"]})
            school = {"school": first.school} if first.school == second.school else {}
            cohort = max((document["cohort"] for document in documents), default=await self._cohort(children))
            document = self._same.new(id_, made, cohort, parents=list(made.parents), children=children, **school)
            try:
                await self._documents.write(Change(document), cause)
                return made
            except Conflict:
                continue
        raise StillChanging

    async def _widen_flags(self, parent: str, cause: Cause) -> None:
        records = await self.records_of(parent)
        if ties := await self.ties(records):
            await self._flags.widen(records, {tie.child for tie in ties}, max(tie.cohort for tie in ties), cause)

    # disposal -------------------------------------------------------------------------------------------------------

    async def going(self, command: Purge) -> list[Tie]:
        """Every link that a purge deletes."""
        scope: Mapping[str, Any] = {"cohort": command.cohort, **({"school": command.school} if command.school else {})}
        return [_tie(link) for link in await self._documents.find("link", scope, TIE)]

    async def leave(self, parent: str, child: str, cohort: str, cause: Cause) -> None:
        """Before a cohort's purge: a child who goes by it leaves a parent who stays for another child; a parent without another goes too,
        with what was said of it. Does no harm when repeated."""
        async for _ in tries():
            document = await self._parents.document(parent)
            said = await self._documents.find("same", {"parents": parent})
            try:
                if document is None or document["children"] == [child] or document["cohort"] <= cohort:
                    for one in (*said, *([document] if document else [])):
                        await self._documents.delete(one)
                elif child in document["children"]:
                    left = without(self._parents.opened(document), child)
                    for one in said:
                        await self._documents.write(Change(_unnamed(one, child)), cause)
                    await self._documents.write(Change(self._parents.with_content(_unnamed(document, child), left)), cause)
                return
            except Conflict:
                continue
        raise StillChanging

    # ----------------------------------------------------------------------------------------------------------------

    def _new_link(self, link: Link, cohort: str) -> Document:
        clear = {"school": link.school, "parent": link.parent, "children": [link.child]}
        return self._links.new(f"{link.parent}:{link.child}", link, cohort, **clear)

    async def _cohort(self, children: Collection[str]) -> str:
        today = self._settings.today()
        return max((await self._disposal.cohorts_for(children, academic_year.of(today), today)).values())


def _in_order(found: Iterable[Parent]) -> list[Parent]:
    return sorted(found, key=lambda one: (not one.refs, one.refs, one.name))


def _id(document: Document) -> str:
    return str(document["_id"]).partition(":")[2]


def _tie(link: Document) -> Tie:
    return Tie(link["parent"], link["children"][0], link["school"], link["cohort"])


def _named(kind: SealedKind[Any], document: Document, child: str, cohort: str) -> Document:
    named = {**document, "children": sorted({*document["children"], child})}
    return kind.with_content(named, kind.opened(document), cohort)


def _unnamed(document: Document, child: str) -> Document:
    return {**document, "children": [one for one in document["children"] if one != child]}
