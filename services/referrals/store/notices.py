"""Notices, `notice:<hash of whom and key>`, in clear: whom it is for, what kind, school, path, and how far its e-mail has come.

They say nothing of a child. A path may have the id of a case or a child, so it is dropped after 30 days; the rest stays for 400, so that a
key is told once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.referrals.domain.notice import (
    GIVEN_UP,
    HEADS,
    LEASE,
    LINK_KEPT,
    LISTED,
    LONGEST_DELAY,
    NOTICE_KEPT,
    Count,
    Notice,
    What,
    checked,
    counted,
    later,
    notice_id,
    school_,
)
from shared.contracts.envelope import Cause
from shared.contracts.sharing import PackKind
from shared.errors import Conflict
from shared.mongo import Document
from shared.settings import Settings
from shared.store import Change, Documents

AT_ONCE = 200
"""Notices that are looked at in one pass."""


class Notices:
    def __init__(self, documents: Documents, settings: Settings) -> None:
        self._documents = documents
        self._settings = settings

    # telling --------------------------------------------------------------------------------------------------------

    async def tell(
        self,
        who: str | Iterable[str],
        what: What,
        school: str | None,
        link: str,
        *,
        once: str,
        about: Sequence[PackKind] = (),
        act_by: date | None = None,
        last_in_court: date | None = None,
    ) -> None:
        """One or several persons (ids of staff, or HEADS for every head of service) are to be told, once for a key.

        `link` is a path of this service; ValueError when it is none, or the kind is not in the table. `about`, `act_by`: of a pack, what
        of it has changed, and until when to answer that, or the nearest of its clocks; `last_in_court`: that one beside the former.
        """
        days = {"act_by": act_by, "last_in_court": last_in_court}
        told = ({"about": list(about)} if about else {}) | {name: day.isoformat() for name, day in days.items() if day}
        for person in [who] if isinstance(who, str) else dict.fromkeys(who):
            await self._insert(self.document(person, what, school, link, once=once) | told)

    async def tell_school(self, urn: str, what: What, link: str, *, once: str, about: Sequence[PackKind]) -> None:
        """Whoever signs in for a school sees it in the list: a school is no person with an address here, so no e-mail goes."""
        document = self.document(school_(urn), what, urn, link, once=once)
        await self._insert(document | {"about": list(about), "state": LISTED, "ended": document["at"]})

    def document(self, person: str, what: What, school: str | None, link: str, *, once: str) -> Document:
        """A notice to be written with what it tells of; Conflict there where it was told before."""
        checked(what, link)
        return {**_new(notice_id(person, once), person, what, school, self._settings.now()), "link": link}

    async def _insert(self, document: Document) -> None:
        try:
            await self._documents.write(Change(document), Cause.beginning(document["_id"]))
        except Conflict:
            return  # it was told before

    # delivering -----------------------------------------------------------------------------------------------------

    async def waiting(self) -> list[Document]:
        """Those whose time has come, the oldest first."""
        query = {"state": "waiting", "next": {"$lte": self._settings.now()}}
        return await self._documents.find("notice", query, sort=[("next", 1)], limit=AT_ONCE)

    async def for_each(self, document: Document, heads: Sequence[str]) -> None:
        """What is for every head of service becomes a notice for each; with none it waits for one."""
        if not heads:
            await self.wait_until(document, self._settings.now() + LONGEST_DELAY)
            return
        for head in heads:
            id_ = notice_id(head, document["_id"])
            theirs: Document = {name: document[name] for name in ("link", "about", "act_by", "last_in_court") if name in document}
            await self._insert({**_new(id_, head, document["what"], document.get("school"), document["at"]), **theirs})
        await self.end(document, "passed on")

    async def claim(self, document: Document) -> Document | None:
        """For this process alone, for some minutes; None when another has it."""
        claimed = {"next": self._settings.now() + LEASE, "tries": document.get("tries", 0) + 1}
        return await self._write(document, **claimed)

    async def end(self, document: Document, state: str) -> None:
        await self._write(document, state=state, ended=self._settings.now())

    async def put_off(self, document: Document, *, refused: bool) -> bool:
        """Try again later; False once it is too old for that."""
        now = self._settings.now()
        if now - document["at"] > GIVEN_UP:
            await self.end(document, "given up")
            return False
        await self._write(document, next=now + later(document.get("tries", 1), refused=refused))
        return True

    async def wait_until(self, document: Document, until: datetime) -> None:
        await self._write(document, next=until)

    async def gather(self, who: str, day: str) -> bool:
        """What waits for a person becomes the one e-mail of the day, in one transaction; False when the day has one already, or nothing
        waits. The e-mail of a day before that has not gone yet goes by itself."""
        id_, now = notice_id(who, f"day {day}"), self._settings.now()
        if await self._documents.get(f"notice:{id_}"):
            return False
        theirs = {"who": who, "state": "waiting", "what": {"$ne": "digest"}}
        try:
            async with self._documents.transaction() as session:
                found = await self._documents.collection.find({"kind": "notice", **theirs}, session=session).to_list(None)
                if not found:
                    return False
                digest = {**_new(id_, who, "digest", None, now), "counts": [list(one) for one in counted(found)]}
                await self._documents.write(Change(digest), Cause.beginning(id_), session=session)
                gathered = {"$set": {"state": "in the day's", "ended": now}, "$inc": {"version": 1}}
                of_those = {"kind": "notice", **theirs, "_id": {"$in": [one["_id"] for one in found]}}
                await self._documents.collection.update_many(of_those, gathered, session=session)
        except Conflict:
            return False  # another replica makes it
        return True

    # reading --------------------------------------------------------------------------------------------------------

    async def of(self, who: Iterable[str], limit: int = 200) -> list[Notice]:
        """Those of some persons, the latest first, without the e-mails of a day."""
        query = {"who": {"$in": sorted(set(who) | {""})}}
        found = await self._documents.find("notice", query, sort=[("at", -1)], limit=limit)
        return [notice(one) for one in found if one["what"] != "digest" and one["who"] != HEADS]

    async def unsent(self) -> int:
        """Those whose e-mail has been tried and did not go."""
        query = {"kind": "notice", "state": "waiting", "tries": {"$gt": 0}}
        return int(await self._documents.collection.count_documents(query))

    async def forget(self) -> None:
        """Paths after a month, notices after a year and some."""
        now = self._settings.now()
        await self._documents.delete_all({"at": {"$lt": now - NOTICE_KEPT}}, ["notice"])
        aged = {"kind": "notice", "at": {"$gte": now - NOTICE_KEPT, "$lt": now - LINK_KEPT}, "link": {"$type": "string"}}
        await self._documents.collection.update_many(aged, {"$set": {"link": None}, "$inc": {"version": 1}})

    async def _write(self, document: Document, **changes: Any) -> Document | None:
        try:
            return await self._documents.write(Change({**document, **changes}), Cause.beginning(document["_id"]))
        except Conflict:
            return None


def _new(id_: str, who: str, what: str, school: str | None, at: datetime) -> Document:
    return {
        "_id": f"notice:{id_}",
        "kind": "notice",
        "who": who,
        "what": what,
        **({"school": school} if school else {}),
        "link": None,
        "at": at,
        "state": "waiting",
        "next": at,
        "version": 0,
    }


def notice(document: Mapping[str, Any]) -> Notice:
    counts: tuple[Count, ...] = tuple((what, school, count) for what, school, count in document.get("counts", ()))
    named = ("who", "what", "school", "link", "at", "act_by", "last_in_court")
    shown = {name: document.get(name) for name in named} | {"about": document.get("about", ())}
    return Notice(id=document["_id"].partition(":")[2], counts=counts, **shown)
