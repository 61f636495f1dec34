"""What LAs have said of packs: with the pack, sealed in `sealed_words`; in clear stands only how many words there are."""

from collections.abc import Callable, Sequence
from datetime import date

from pydantic import TypeAdapter

from services.sharing.domain import heard
from services.sharing.domain.heard import Word
from services.sharing.domain.work import By
from services.sharing.errors import NoSuchPack, Unfit
from services.sharing.store.packs import act_by
from shared.contracts.envelope import Cause, Draft
from shared.contracts.sharing import PackAnswered
from shared.disposal import StillChanging
from shared.errors import Conflict
from shared.mongo import Document
from shared.outboxes import Outgoing
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Change, Documents
from shared.tries import tries

_WORDS: TypeAdapter[tuple[Word, ...]] = TypeAdapter(tuple[Word, ...])


class Words:
    def __init__(self, documents: Documents, sealer: Sealer, settings: Settings) -> None:
        self._documents = documents
        self._sealer = sealer
        self._settings = settings

    def of(self, pack: Document) -> tuple[Word, ...]:
        """As they were heard."""
        if "sealed_words" not in pack:
            return ()
        return _WORDS.validate_json(self._sealer.open(pack["cohort"], pack["_id"], "sealed_words", bytes(pack["sealed_words"])))

    async def references(self, authority: str) -> dict[str, set[str]]:
        """Packs by the reference that the LA has given them, in the one writing (heard.referred)."""
        found: dict[str, set[str]] = {}
        for document in await self._documents.find("pack", {"authority": authority, "words": {"$gt": 0}}):
            for word in heard.standing(self.of(document)):
                for reference in word.said.references:
                    found.setdefault(heard.referred(reference), set()).add(document["_id"].partition(":")[2])
        return found

    async def editions_of(self, name: str, *, unsent: bool = False) -> list[str]:
        """The packs of a request, or of all requests of a case (`<case>.<number>`), that were sent; `unsent`: or were not."""
        return [one["_id"].partition(":")[2] for one in await self._editions(name) if unsent or "sent_at" in one]

    async def editions_of_each(self, names: Sequence[str], *, unsent: bool = False) -> dict[str, list[str]]:
        """By name; one question for all."""
        found = await self._documents.find("pack", {"$or": list(map(_of, names))}, {"sent_at": 1, "request": 1}) if names else []
        editions: dict[str, list[str]] = {name: [] for name in names}
        for one in found:
            if unsent or "sent_at" in one:
                for name in {one["request"], one["request"].partition(".")[0]} & editions.keys():
                    editions[name].append(one["_id"].partition(":")[2])
        return editions

    async def _editions(self, name: str) -> list[Document]:
        return await self._documents.find("pack", _of(name), {"sent_at": 1})

    async def _check_references(self, pack: str, references: tuple[str, ...]) -> None:
        """Unfit for what names another pack by its id, its request's or its case's: with it a row of a file would speak of it."""
        for reference in references:
            found = [f"pack:{reference}"] if await self._documents.get(f"pack:{reference}") else []
            found += [one["_id"] for one in await self._editions(reference)]
            if found and f"pack:{pack}" not in found:
                raise Unfit("the reference is the id of another pack, or of its request or case: give the LA's own")

    async def say(
        self,
        pack: str,
        word: Word,
        cause: Cause,
        tell: Callable[[Document], tuple[Document, list[Outgoing]]] = lambda document: (document, []),
    ) -> tuple[Document, bool]:
        """The pack's document with the word, and whether it is new. `tell`: what is told to the LA with it.
        Unfit and NotPossibleNow as heard.py says; NoSuchPack."""
        async for _ in tries():
            document = await self._documents.get(f"pack:{pack}")
            if document is None:
                raise NoSuchPack
            heard.check_was_sent(document["state"])
            heard.fit(word.said, self.sent_on(document), self._settings.today())
            words = self.of(document)
            now = heard.with_word(words, word)
            if now == words:
                return document, False
            await self._check_references(pack, word.said.references)
            try:
                return await self._documents.write(self._change(words, word, *tell(document)), cause), True
            except Conflict:
                continue
        raise StillChanging(pack)

    async def strike(self, pack: str, number: int, by: By, why: str, cause: Cause) -> Document:
        """The pack's document, where it stands without the word. Unfit and NotYours as heard.py says; NoSuchPack."""
        async for _ in tries():
            document = await self._documents.get(f"pack:{pack}")
            if document is None:
                raise NoSuchPack
            words = self.of(document)
            now = heard.struck(words, number, by, why)
            if now == words:
                return document
            try:
                return await self._documents.write(self._struck(document, now, number), cause)
            except Conflict:
                continue
        raise StillChanging(pack)

    def _struck(self, document: Document, now: tuple[Word, ...], number: int) -> Change:
        state = heard.stands(now, document["state"], "fetched_at" in document)
        word = now[number - 1]
        edition = _edition(document)
        changed = {**document, **self._sealed(document, now), "state": state, "told": edition, **self._looked(document)}
        who = word.struck.by.person if word.struck else None
        return Change(changed, [_answered(changed, self._settings.today(), struck=word.said.says, by=who)])

    def _sealed(self, document: Document, words: tuple[Word, ...]) -> Document:
        sealed = self._sealer.seal(document["cohort"], document["_id"], "sealed_words", _WORDS.dump_json(words), again=True)
        return {"sealed_words": sealed, "words": len(words)}

    def _looked(self, document: Document) -> Document:
        """No longer a pause than of one on which the LA acts: it may be such a one from now on (resting.py)."""
        return {"looked_at": min(document["looked_at"], self._documents.now())} if "looked_at" in document else {}

    def sent_on(self, document: Document) -> date:
        day: date = document["sent_at"].date()
        return day

    def _change(self, words: tuple[Word, ...], word: Word, document: Document, told_to_la: list[Outgoing]) -> Change:
        now, edition = (*words, word), _edition(document)
        state = heard.stands(now, document["state"], "fetched_at" in document)
        told = state != document["state"] or heard.is_news(words, word)
        changed = {**document, **self._sealed(document, now), "state": state, "told": edition, **self._looked(document)}
        who = None if word.source == "the LA itself" else word.by.person
        said = _answered(changed, word.said.on, len(word.said.questions), says=word.said.says, by=who)
        return Change(changed, [said] if told else (), told_to_la)


def _of(name: str) -> Document:
    """The scope of a request's packs, or of those of a case, whose requests are `<case>.<number>`."""
    return {"request": {"$gte": f"{name}.", "$lt": f"{name}/"}} if "." not in name else {"request": name}


def _edition(document: Document) -> int:
    """Of the next thing that is done about its words: each that is said, and each that is struck."""
    done: int = document["told"] if "told" in document else document.get("words", 0)
    return done + 1


def _answered(document: Document, on: date, questions: int = 0, **said: str | None) -> Draft:
    """`document`: as it is written. `said`: what of the word the event tells."""
    return Draft(
        PackAnswered,
        pack=document["_id"].partition(":")[2],
        case=document["case"],
        school=document["school"],
        child=document["children"][0],
        authority=document["authority"],
        state=document["state"],
        on=on,
        questions=questions,
        edition=document["told"],
        act_by=act_by(document) if document["state"] == "returned" else None,
        **said,
    )
