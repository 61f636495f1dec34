"""What a concern, raised or eased, does to a child's referral.

Events come twice, late and in any order; each carries an order that grows with every raising and easing of the rule for the child,
school and year. Only a higher order than the highest seen is news. So an easing that overtakes its raising leaves nothing behind, and
what was declined or closed proposes again only when the rule is met anew, and not because a school lets what stands propose once more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.referrals.domain import lifecycle
from services.referrals.domain.referral import Concern, Figures, Private, Referral
from shared.contracts.standing import Rule

Seen = Mapping[Rule, int]
"""The highest order seen of each rule, for one child, school and academic year."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A concern raised or eased, as its event says."""

    school: str
    child: str
    year: int
    rule: Rule
    order: int
    raised: bool
    at: datetime
    proposes: bool = True
    """Whether it proposes a referral; else it is noted and shown with the register, and no referral tells it."""
    met: int | None = None
    """Of what stood already and may propose by now: the order by which it was met."""


def is_news(seen: Seen, heard: Heard) -> bool:
    return heard.order > seen.get(heard.rule, 0)


def noted(seen: Seen, heard: Heard) -> dict[Rule, int]:
    return {**seen, heard.rule: heard.order}


def settle(live: Referral | None, heard: Heard, figures: Figures | None, id_: str, ended: Iterable[Referral] = ()) -> Referral | None:
    """The referral after news: proposed anew (under `id_`), joined, eased, lapsed, taken up again, or as it was. `live` is the child's at
    the school, perhaps of another record that is one child with this one; `ended` those that have ended, asked for by `heard.met` alone."""
    if heard.raised and not heard.proposes:
        return _proposing_no_more(live, heard)
    if heard.raised:
        return _joined(live, heard, figures) if live else _begun(heard, figures, id_, ended)
    return _eased(live, heard, figures) if live else None


def _begun(heard: Heard, figures: Figures | None, id_: str, ended: Iterable[Referral]) -> Referral | None:
    """What people decided over it since it was met stands; what lapsed because it was to propose no more goes on as it was."""
    before = [(one, known) for one in ended if (known := _same_meeting(one, heard))]
    if any(one.state == "closed" or (one.state == "declined" and not known.eased) for one, known in before):
        return None
    lapsed = [one for one, _ in before if one.state == "lapsed"]
    if not lapsed:
        return _proposed(heard, figures, id_)
    last = max(lapsed, key=lambda one: (one.proposed_at, one.id))
    again = last.model_copy(update={"state": lifecycle.take_up(last.state), "closed_at": None})
    return _joined(again, heard, figures)


def _same_meeting(referral: Referral, heard: Heard) -> Concern | None:
    """The concern, where the rule has been met ever since the referral told it."""
    known = referral.knows(heard.rule, heard.year, heard.child)
    return known if known and heard.met is not None and known.order >= heard.met else None


def _proposed(heard: Heard, figures: Figures | None, id_: str) -> Referral:
    return Referral(
        id=id_,
        school=heard.school,
        child=heard.child,
        year=heard.year,
        state="proposed",
        proposed_at=heard.at,
        concerns=(_concern(heard),),
        private=Private(figures=figures),
    )


def _joined(live: Referral, heard: Heard, figures: Figures | None) -> Referral:
    known = live.knows(heard.rule, heard.year, heard.child)
    # raised twice in a row: the easing between was overtaken, and the concern still counts from the first
    since = known.since if known and (not known.eased or _same_meeting(live, heard)) else heard.at
    others = tuple(concern for concern in live.concerns if concern is not known)
    joined = live.model_copy(
        update={
            "concerns": (*others, _concern(heard, live).model_copy(update={"since": since})),
            "year": max(live.year, heard.year),
        }
    )
    return _with_figures(joined, figures)


def _proposing_no_more(live: Referral | None, heard: Heard) -> Referral | None:
    """The concern stands, so a case that somebody took on goes on with it; a proposal loses it, and lapses with its last one."""
    return _eased(live, heard, None) if live and live.state == "proposed" else live


def _eased(live: Referral, heard: Heard, figures: Figures | None) -> Referral:
    known = live.knows(heard.rule, heard.year, heard.child)
    if known is None:
        return live
    gone = known.model_copy(update={"order": heard.order, "eased": True})
    eased = live.model_copy(update={"concerns": tuple(gone if concern is known else concern for concern in live.concerns)})
    if live.state == "proposed" and not eased.stands:
        return eased.model_copy(update={"state": lifecycle.lapse(live.state), "closed_at": heard.at})
    return _with_figures(eased, figures)


def _concern(heard: Heard, live: Referral | None = None) -> Concern:
    other = heard.child if live and live.child != heard.child else None
    return Concern(rule=heard.rule, year=heard.year, order=heard.order, since=heard.at, child=other)


def _with_figures(referral: Referral, figures: Figures | None) -> Referral:
    """Figures of the latest year stay, whatever comes late of the year before."""
    if figures is None or figures.year < referral.year:
        return referral
    return referral.with_private(figures=figures)
