"""Triage: sentences with figures and sources, and no verdict."""

from datetime import UTC, date, datetime

from services.referrals.domain import acts, triage
from services.referrals.domain.raising import Raised
from services.referrals.domain.referral import Concern, Figures, Referral
from services.referrals.domain.triage import Sibling, Stretch
from services.referrals.settings.declining import load_declining
from shared.contracts.attendance import Person
from shared.contracts.standing import MetConcern, Standing

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
CONCERNS = tuple(Concern(rule=rule, year=2026, order=1, since=AT) for rule in ("severe absence", "late before the register closed"))
PROPOSAL = Referral(id="r1", school="100001", child="c", year=2026, state="proposed", proposed_at=AT, concerns=CONCERNS)


def test_each_concern_is_a_sentence_with_its_figures_and_its_profile() -> None:
    met = MetConcern(
        rule="severe absence", profile="national 2024-08-19", raised=True, proposes=True, since=date(2026, 10, 30),
        figures={"absent": 60, "possible": 110}, sessions=(),
    )  # fmt: skip
    now = Standing(child="c", possible=110, absent=60, unauthorised=12, late=3, rules=(), concerns=(met,))
    severe, late = triage.concerns(PROPOSAL, now)
    assert severe.says == "severe absence, half of the possible sessions or more; met since 2026-10-30"
    assert (severe.figures, severe.source) == ({"absent": 60, "possible": 110}, "register of today, profile national 2024-08-19")
    assert late.says.endswith("; told on 2026-11-02")
    assert [one.source for one in triage.concerns(PROPOSAL, None)] == ["concern of 2026/27"] * 2


LATELY = Stretch(date(2026, 10, 5), date(2026, 11, 20), 30, 58, 12)
BEFORE = Stretch(date(2026, 7, 6), date(2026, 10, 2), 30, 60, 6)


def test_the_latest_school_days_stand_beside_as_many_before() -> None:
    [said] = triage.course(LATELY, BEFORE)
    assert said.says == (
        "absent 12 of 58 (20.7 %) possible sessions in the last 30 school days (2026-10-05 to 2026-11-20); "
        "6 of 60 (10.0 %) in the 30 before (2026-07-06 to 2026-10-02): more than before"
    )
    assert said.figures == {"absent": 12, "possible": 58, "absent_before": 6, "possible_before": 60}
    assert (said.about, said.source) == ("trend", "register of today, by the school's calendar")
    assert triage.course(BEFORE, LATELY)[0].says.endswith(": less than before")
    assert triage.course(BEFORE, BEFORE._replace(possible=30, absent=3))[0].says.endswith(": as before")


def test_a_course_says_what_it_does_not_know() -> None:
    assert triage.course(None, None) == triage.course(LATELY._replace(possible=0, absent=0), BEFORE) == []
    for nothing in (None, BEFORE._replace(possible=0, absent=0)):
        [said] = triage.course(LATELY, nothing)
        assert said.says.endswith("; of the school days before these the register says nothing of the child")
        assert said.figures == {"absent": 12, "possible": 58}


def test_a_rate_is_cut_and_not_rounded_up_to_a_threshold() -> None:
    [said] = triage.severity(Figures(year=2026, possible=10_000, absent=4_996, unauthorised=0, late=0), "register of today")
    assert "(49.9 %)" in said.says


def test_the_child_what_people_said_and_what_was_before() -> None:
    said = triage.person(Person(child="c", upn=None, year_group="9", special_educational_needs="E", looked_after=True))
    assert [one.says for one in said] == ["in year 9", "special educational needs: E", "a looked-after child"]
    assert [one.says for one in triage.person(Person(child="c", upn=None))] == ["the roll tells of no special educational needs"]

    raised = acts.raised(PROPOSAL, Raised(why="worried", parents_said="mornings are hard"), "s1", "school", AT)
    assert [(one.says, one.source) for one in triage.by_hand(raised)] == [
        ("why: worried; parents said: mornings are hard", "school (s1), 2026-11-02")
    ]

    declined = acts.declined(PROPOSAL, "o1", AT, "medical", "letter seen", "2024-08-19")
    case = acts.closed(acts.accepted(PROPOSAL, "o1", AT), "o1", AT, "attendance improved")
    lapsed = PROPOSAL.model_copy(update={"state": "lapsed", "closed_at": AT})
    assert [one.says for one in triage.earlier([declined, case, lapsed], load_declining())] == [
        "a proposal declined on 2026-11-02: there is medical evidence for the absence (letter seen)",
        "a case from 2026-11-02 to 2026-11-02, closed: attendance improved",
        "a proposal that lapsed on 2026-11-02, when its concerns had eased",
    ]


def test_of_a_sibling_elsewhere_nothing_more_is_said() -> None:
    found = [Sibling(school=None), Sibling(school="100001", states=("accepted",)), Sibling(school="100001")]
    assert [one.says for one in triage.siblings(found)] == [
        "a sibling at another school",
        "a sibling at school 100001: accepted",
        "a sibling at school 100001: no referral",
    ]
