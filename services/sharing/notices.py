"""The penalty notices about a child that are known to us: those that came of our packs, and those of which somebody told us."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.sharing.domain.heard import Sessions
from services.sharing.domain.history import known_to_us
from services.sharing.domain.life import AT_HOME, MAY_BE_ACTED_ON, TAKEN_BACK, State
from services.sharing.domain.material import Notice, NoticeHistory, OtherPack, Wanted
from services.sharing.domain.pack_notice import notice_of
from services.sharing.domain.profile import Profiles
from services.sharing.domain.sessions import asked_for
from services.sharing.store import Store
from services.sharing.store.preparing import Held
from shared.contracts.attendance import Person

_GIVEN_UP: Final[tuple[State, ...]] = ("cancelled", *TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class Notices:
    """Built in the composition root."""

    store: Store
    profiles: Profiles

    async def history(self, wanted: Wanted, parents: Collection[str], person: Person, authority: str, today: date) -> NoticeHistory:
        """`parents`: the ids that the parent has. `authority`: the school's LA. What came of the same request's packs is not meant: the
        edition that is looked at is to take their place."""
        children = tuple(dict.fromkeys((wanted.child, *person.records)))
        rules = self.profiles.of(authority, today).rules(wanted.measure, wanted.ground)
        held = await self._about(children)
        others = [one for one in held if wanted.request is None or one.pack.request != wanted.request]
        known = known_to_us(
            await self.store.histories.of_each(children),
            self._of_packs(others, wanted.child),
            self._of_packs([one for one in held if one not in others], wanted.child),
            wanted.child,
            parents,
            authority,
            person.entered,
            rules.notice_history_confirmed,
            rules.notices_within_the_limit,
            today,
        )
        packs = tuple(pack for one in others if one.work.wanted.parent in parents and (pack := self._asked(one)))
        codes = sorted({*(one.authority for one in known.known), *(one.authority for one in known.asked)})
        names = {code: name for code in codes if (name := await self._name(code, today))}
        return known.model_copy(update={"packs": packs, "names": names, "given_up": _given_up(held)})

    async def of_packs(self, child: str, parents: Collection[str]) -> tuple[Notice, ...]:
        """Those that came of packs about a child, to a parent who has these ids."""
        return tuple(one for one in self._of_packs(await self._about((child,)), child) if one.parent in parents)

    async def _about(self, children: Sequence[str]) -> list[Held]:
        return [self.store.preparing.opened(document) for document in await self.store.preparing.about(children)]

    async def _name(self, code: str, today: date) -> str | None:
        """As the LA was added, else as its profile has it; None where it has neither."""
        authority, profile = await self.store.authorities.get(code), self.profiles.of(code, today)
        return authority.name if authority else profile.name if profile.code == code else None

    def _of_packs(self, held: Sequence[Held], child: str) -> list[Notice]:
        found = (self._of_pack(one, child) for one in held)
        return [notice for notice in found if notice is not None]

    def _asked(self, held: Held) -> OtherPack | None:
        """None for one that ended, or of which a notice has come: that is known as such."""
        wanted, state = held.work.wanted, held.work.state
        if state not in (*AT_HOME, *MAY_BE_ACTED_ON) or self._of_pack(held, wanted.child):
            return None
        return OtherPack(
            pack=held.pack.pack,
            measure=wanted.measure,
            standing=state == "waiting" or state in MAY_BE_ACTED_ON,
            checked=state in ("checked", "approved"),
            first=wanted.first,
            last=wanted.last,
            sessions=self._sessions(held),
            version=held.document["version"],
        )

    def _of_pack(self, held: Held, child: str) -> Notice | None:
        words = self.store.words.of(held.document)
        return notice_of(words, held.pack.authority, child, held.work.wanted.parent, self._sessions(held), held.pack.request)

    def _sessions(self, held: Held) -> Sessions:
        """A pack rests on the sessions that the head teacher certified, as the LA's profile of that day counts, but for those before the
        parent knew, where that was of the offence; before that on those of its check."""
        certificate = held.work.certificate
        if certificate is None:
            return held.work.asks_for
        profile = self.profiles.of(held.pack.authority, certificate.signed.on)
        return asked_for(held.work.wanted, certificate.marks, profile, certificate.relied_on_after)


def _given_up(held: Iterable[Held]) -> frozenset[str]:
    by_parent = [(one.work.wanted.parent, one.work.state in _GIVEN_UP) for one in held]
    return frozenset(parent for parent, ended in by_parent if ended) - {parent for parent, ended in by_parent if not ended}
