"""Many concern events in one pass give what one after the other gives, and what is written is what has changed."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.acts import accepted
from services.referrals.domain.concerns import Heard, Seen, is_news, noted, settle
from services.referrals.domain.hearing import Hearing, Key, key_of
from services.referrals.domain.one_child import Groups, group, holder, joined_by
from services.referrals.domain.referral import Figures, Referral
from shared.contracts.standing import Rule

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
SCHOOLS, CHILDREN, YEARS = ("100001", "100002"), "abc", (2025, 2026)
RULES: list[Rule] = ["persistent absence", "severe absence", "late before the register closed"]


def id_of(heard: Heard) -> str:
    return f"{heard.school}-{heard.child}-{heard.year}-{heard.rule}-{heard.order}"


def figures_of(key: Key) -> Figures:
    return Figures(year=key[2], possible=100, absent=20 + len(key[1]), unauthorised=12, late=3)


class OneByOne:
    """The plain reading: each event by itself, with figures whenever a referral may have use for them."""

    def __init__(self, groups: dict[str, Groups]) -> None:
        self.groups = groups
        self.seen: dict[Key, Seen] = {}
        self.referrals: dict[str, Referral] = {}

    def hear(self, heard: Heard) -> None:
        seen = self.seen.get(key_of(heard), {})
        if not is_news(seen, heard):
            return
        self.seen[key_of(heard)] = noted(seen, heard)
        records = group(self.groups.get(heard.school, {}), heard.child)
        found = [one for one in self.referrals.values() if one.school == heard.school and one.records & records]
        live, ended = [one for one in found if one.live], [one for one in found if not one.live]
        if after := settle(holder(live, heard), heard, figures_of(key_of(heard)), id_of(heard), ended):
            self.referrals[after.id] = after


@st.composite
def deliveries(draw: st.DrawFn) -> list[Heard]:
    """The register's own sequences of raising and easing, in any order, some of them twice. In some of them a second word is that what
    was raised proposes no more, and a third that it does again."""
    lapses = draw(st.sampled_from([0, 2]))
    events = [
        Heard(
            school,
            child,
            year,
            rule,
            order,
            raised=order % 2 == 1 or order == lapses,
            at=BEGIN + timedelta(hours=order),
            proposes=order != lapses,
            met=1 if lapses and order == 3 else None,
        )
        for school in SCHOOLS
        for child in CHILDREN
        for year in YEARS
        for rule in RULES
        for order in range(1, draw(st.integers(0, 3)) + 1)
    ]
    again = draw(st.lists(st.sampled_from(events), max_size=8)) if events else []
    return draw(st.permutations(events + again))


groupings = st.dictionaries(
    st.sampled_from(SCHOOLS),
    st.lists(st.sampled_from([frozenset("ab"), frozenset("bc")]), unique=True).map(joined_by),
)


@given(deliveries(), st.integers(0, 100), st.sets(st.sampled_from(CHILDREN)), groupings)
def test_one_pass_gives_what_one_after_the_other_gives(
    events: list[Heard], before: int, cases: set[str], groups: dict[str, Groups]
) -> None:
    plain = OneByOne(groups)
    for event in events[:before]:
        plain.hear(event)
    for one in [one for one in plain.referrals.values() if one.live and one.child in cases]:
        plain.referrals[one.id] = accepted(one, "officer", BEGIN)
    held, orders = dict(plain.referrals), dict(plain.seen)
    hearing = one_pass(events[before:], Hearing(orders, held.values(), groups))
    for event in events[before:]:
        plain.hear(event)
    assert hearing.seen == plain.seen
    assert {**held, **hearing.referrals} == plain.referrals
    assert hearing.noted == {key for key, seen in plain.seen.items() if seen != orders.get(key)}
    differing = {id_ for id_, one in plain.referrals.items() if one != held.get(id_)}
    assert differing <= set(hearing.changed)
    assert all(
        len(hearing.referrals[id_].records) > 1 or _is_joined(hearing.referrals[id_], groups) for id_ in set(hearing.changed) - differing
    )


@given(deliveries(), st.integers(0, 100), st.sets(st.sampled_from(CHILDREN)), groupings)
def test_who_ends_between_what_was_eased_away_and_the_rest_hears_all_again_to_the_same_end(
    events: list[Heard], before: int, cases: set[str], groups: dict[str, Groups]
) -> None:
    plain = OneByOne(groups)
    for event in events[:before]:
        plain.hear(event)
    for one in [one for one in plain.referrals.values() if one.live and one.child in cases]:
        plain.referrals[one.id] = accepted(one, "officer", BEGIN)
    held = dict(plain.referrals)
    whole = one_pass(events[before:], Hearing(plain.seen, held.values(), groups))
    left = {**held, **{id_: whole.referrals[id_] for id_ in whole.eased_away}}
    again = one_pass(events[before:], Hearing(plain.seen, left.values(), groups))
    assert {**left, **again.referrals} == {**held, **whole.referrals}
    assert (again.seen, again.noted) == (whole.seen, whole.noted)
    assert whole.eased_away <= held.keys(), "what is new goes with its orders"


def one_pass(events: Iterable[Heard], hearing: Hearing) -> Hearing:
    some = list(events)
    figures = {key: figures_of(key) for key in hearing.wants_figures(some)}
    for event in some:
        hearing.hear(event, figures.get(key_of(event)), lambda event=event: id_of(event))  # type: ignore[misc]
    return hearing


def _is_joined(referral: Referral, groups: dict[str, Groups]) -> bool:
    return any(len(group(groups.get(referral.school, {}), record)) > 1 for record in referral.records)


def test_what_changes_no_referral_asks_for_no_figures() -> None:
    eased = Heard(SCHOOLS[0], "a", 2026, RULES[0], 2, raised=False, at=BEGIN)
    assert Hearing({}, [], {}).wants_figures([eased]) == set()
    raised = Heard(SCHOOLS[0], "a", 2026, RULES[0], 1, raised=True, at=BEGIN)
    hearing = one_pass([raised], Hearing({}, [], {}))
    assert hearing.wants_figures([raised]) == set(), "no news"
    assert hearing.wants_figures([eased]) == {key_of(eased)}


def test_a_referral_of_joined_records_is_to_be_as_it_was_read_even_where_news_changes_nothing_in_it() -> None:
    """What is said of the other record may stand in another referral by now."""
    mine = one_pass([Heard(SCHOOLS[0], "a", 2026, RULES[0], 1, raised=True, at=BEGIN)], Hearing({}, [], {}))
    (live,) = mine.referrals.values()
    eased = Heard(SCHOOLS[0], "b", 2026, RULES[0], 2, raised=False, at=BEGIN)
    for groups, looked_at in ({}, {}), ({SCHOOLS[0]: joined_by([frozenset("ab")])}, {live.id: 2026}):
        hearing = one_pass([eased], Hearing({}, [live], groups))
        assert (hearing.changed, hearing.referrals[live.id]) == (looked_at, live)
