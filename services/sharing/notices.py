"""The penalty notices about a child that are known to us: those that came of our packs, and those of which somebody told us."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from services.sharing.domain.heard import Sessions
from services.sharing.domain.history import known_to_us
from services.sharing.domain.material import Notice, NoticeHistory, Wanted
from services.sharing.domain.pack_notice import notice_of
from services.sharing.domain.profile import Profiles
from services.sharing.domain.sessions import with_codes
from services.sharing.store import Store
from services.sharing.store.preparing import Held
from shared.contracts.attendance import Person


@dataclass(frozen=True, slots=True)
class Notices:
    """Built in the composition root."""

    store: Store
    profiles: Profiles

    async def history(
        self, wanted: Wanted, parents: Collection[str], person: Person, authority: str, today: date, *, but: str | None = None
    ) -> NoticeHistory:
        """`parents`: the ids that the parent has. `authority`: the school's LA. `but`: the pack that is looked at:
        its own notice is not meant."""
        children = tuple(dict.fromkeys((wanted.child, *person.records)))
        rules = self.profiles.of(authority, today).rules(wanted.measure, wanted.ground)
        return known_to_us(
            await self.store.histories.of_each(children),
            await self._of_packs(children, wanted.child, but),
            wanted.child,
            parents,
            authority,
            person.entered,
            rules.notice_history_confirmed,
            rules.notices_within_the_limit,
            today,
        )

    async def _of_packs(self, children: Sequence[str], child: str, but: str | None) -> list[Notice]:
        held = [self.store.preparing.opened(document) for document in await self.store.words.about(children)]
        found = (self._of_pack(one, child) for one in held if one.pack.pack != but)
        return [notice for notice in found if notice is not None]

    def _of_pack(self, held: Held, child: str) -> Notice | None:
        """A pack rests on the sessions that the head teacher certified, as the LA's profile of that day counts."""
        certificate, wanted, authority = held.work.certificate, held.work.wanted, held.pack.authority
        sessions: Sessions = ()
        if certificate is not None:
            codes = self.profiles.of(authority, certificate.signed.on).threshold.codes
            found = with_codes(certificate.marks, codes)
            sessions = tuple((one.day, one.session) for one in found if wanted.first <= one.day <= wanted.last)
        return notice_of(self.store.words.of(held.document), authority, child, wanted.parent, sessions)
