"""Many concern events at once, taken in one after the other in memory: what comes of the orders seen and of the referrals.

The result is that of taking in each by itself; what is written is only the last of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from services.referrals.domain.concerns import Heard, Seen, is_news, noted, settle
from services.referrals.domain.one_child import Groups, group, holder
from services.referrals.domain.referral import Figures, Referral

Key = tuple[str, str, int]
"""School, child and academic year: for each, the orders seen are counted."""


class Hearing:
    """`referrals`: the live ones that say something of the children or of who is one child with them, and the ended ones of whom something
    is told that stood already. `groups`: by school."""

    def __init__(self, seen: Mapping[Key, Seen], referrals: Iterable[Referral], groups: Mapping[str, Groups]) -> None:
        self.seen = dict(seen)
        self.referrals: dict[str, Referral] = {}
        self.noted: set[Key] = set()
        """Whose orders have changed."""
        self.changed: dict[str, int] = {}
        """Referrals to be written, by id, with the latest year of which something was said."""
        self._raised: set[tuple[str, str]] = set()
        """Children, with their schools, of whom something was raised."""
        self._groups = groups
        self._about: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for referral in referrals:
            self._keep(referral)

    def wants_figures(self, heard: Iterable[Heard]) -> set[Key]:
        """Whose figures these events ask for: what changes no referral needs none."""
        return {key_of(one) for one in heard if is_news(self._seen(one), one) and one.proposes and (one.raised or self._known(one))}

    def hear(self, heard: Heard, figures: Figures | None, new_id: Callable[[], str]) -> None:
        """In the order of arrival: what comes later sees what the earlier made."""
        key = key_of(heard)
        if not is_news(self._seen(heard), heard):
            return
        self.seen[key] = noted(self._seen(heard), heard)
        self.noted.add(key)
        if heard.raised:
            self._raised.add((heard.school, heard.child))
        found = self._about_child(heard)
        to = holder((one for one in found if one.live), heard)
        after = settle(to, heard, figures, new_id(), (one for one in found if not one.live))
        if after is None:
            return
        # what is said of a joined child may be in another referral by now, so this one is to be as it was read
        if after != to or len(self.records(heard)) > 1 or len(after.records) > 1:
            self.changed[after.id] = max(heard.year, self.changed.get(after.id, heard.year))
        self._keep(after)

    def records(self, heard: Heard) -> frozenset[str]:
        """All records of the child."""
        return group(self._groups.get(heard.school, {}), heard.child)

    @property
    def eased_away(self) -> frozenset[str]:
        """Referrals, of those changed, that lapsed by easings alone, each of a child with one record. An easing that is heard again when
        its referral has lapsed changes nothing: so these may be written before the orders seen, and by themselves."""
        return frozenset(id_ for id_ in self.changed if self._is_eased_away(self.referrals[id_]))

    def _is_eased_away(self, referral: Referral) -> bool:
        alone = referral.records == {referral.child} == group(self._groups.get(referral.school, {}), referral.child)
        return referral.state == "lapsed" and alone and (referral.school, referral.child) not in self._raised

    def _seen(self, heard: Heard) -> Seen:
        return self.seen.get(key_of(heard), {})

    def _known(self, heard: Heard) -> bool:
        return any(one.live and one.knows(heard.rule, heard.year, heard.child) for one in self._about_child(heard))

    def _about_child(self, heard: Heard) -> list[Referral]:
        ids = {id_ for record in self.records(heard) for id_ in self._about[heard.school, record]}
        return [self.referrals[id_] for id_ in ids]

    def _keep(self, referral: Referral) -> None:
        self.referrals[referral.id] = referral
        for record in referral.records:
            self._about[referral.school, record].add(referral.id)


def key_of(heard: Heard) -> Key:
    return heard.school, heard.child, heard.year
