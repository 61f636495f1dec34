"""Services' answers made into outcomes, counts and missing names; the steps of a sweep."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.retention.domain.answers import Answer, Outcome, as_text, counts, failed, missing, of_children
from services.retention.domain.sweep import STEPS, begin, begun_again, moved_on

SERVICES = ("attendance", "referrals")
NOW = datetime(2028, 9, 1, 3, 0, tzinfo=UTC)
OUTCOMES: tuple[Outcome, ...] = ("erased", "nothing held", "retained", "failed")

answers = st.lists(
    st.builds(
        Answer,
        purge=st.just("p.1"),
        school=st.sampled_from(["900001", None]),
        service=st.sampled_from(SERVICES),
        outcomes=st.dictionaries(st.sampled_from("abc"), st.sampled_from(OUTCOMES)),
        records=st.integers(0, 50),
    ),
    max_size=8,
)


def answer(service: str, school: str | None = "900001", purge: str = "p.1", **outcomes: Outcome) -> Answer:
    return Answer(purge, school, service, outcomes, 1)


def test_an_erasure_stays_one_when_a_later_command_finds_nothing() -> None:
    given_ = [answer("attendance", a="erased"), answer("attendance", None, a="nothing held")]
    assert of_children(given_, (), SERVICES) == {"a": {"attendance": "erased", "referrals": "nothing held"}}


def test_a_failure_is_told_until_a_later_round_mends_it() -> None:
    first = [answer("attendance", a="failed"), answer("referrals", a="erased")]
    assert failed(of_children(first, (), SERVICES)) == {"a"}
    again = [*first, answer("attendance", None, "p.2", a="erased")]
    assert failed(of_children(again, (), SERVICES)) == frozenset()


@given(answers=answers, children=st.sets(st.sampled_from("abcde")))
def test_every_service_answers_once_for_every_child(answers: list[Answer], children: set[str]) -> None:
    outcomes = of_children(answers, children, SERVICES)
    assert children <= outcomes.keys()
    for line in counts(outcomes, answers, SERVICES):
        assert line.children == len(outcomes)
        assert line.records == sum(one.records for one in answers if one.service == line.service)


def test_who_has_not_answered_every_command_is_missing() -> None:
    ordered = [("p.1", "900001"), ("p.1", None)]
    given_ = [answer("attendance"), answer("attendance", None), answer("referrals")]
    assert missing(ordered, given_, SERVICES) == ["referrals"]
    assert missing(ordered, [*given_, answer("referrals", None)], SERVICES) == []
    assert missing([*ordered, ("p.2", None)], given_, SERVICES) == ["attendance", "referrals"]


def test_a_leaf_says_the_services_in_one_order() -> None:
    assert as_text({"referrals": "retained", "attendance": "erased"}) == "attendance=erased;referrals=retained"


def test_a_sweep_takes_the_earliest_cohort_through_every_step_first() -> None:
    sweep = begin("s", date(2028, 9, 1), {"2028-08-31": "second", "2027-08-31": "first"}, NOW, ahead_of_time=False)
    seen = []
    while progress := sweep.current:
        seen.append((progress.purge, progress.step))
        sweep = moved_on(sweep, progress, NOW, {})
    assert seen == [(purge, step) for purge in ("first", "second") for step in STEPS[:-1]]
    assert sweep.done


def test_something_left_begins_a_further_round_with_commands_of_its_own() -> None:
    sweep = begin("s", date(2028, 9, 1), {"2028-08-31": "p"}, NOW, ahead_of_time=False)
    progress = replace(sweep.cohorts[0], step="second look")
    again = begun_again(sweep.with_progress(progress), progress, NOW, "2 documents are left")
    assert again.current is not None
    assert (again.current.step, again.current.command, again.alarm) == ("move who stays", "p.2", "2 documents are left")
    assert moved_on(again, again.current, NOW, {}).alarm is None
    assert moved_on(again, again.current, NOW, {}).alarms == ("2 documents are left",)


def test_it_is_too_late_to_keep_anybody_once_who_stays_has_moved() -> None:
    sweep = begin("s", date(2028, 9, 1), {"2028-08-31": "p"}, NOW, ahead_of_time=False)
    late = {step: sweep.with_progress(replace(sweep.cohorts[0], step=step)).is_disposing("2028-08-31") for step in STEPS}
    assert [step for step in STEPS if not late[step]] == list(STEPS[:3])
    assert not sweep.with_progress(replace(sweep.cohorts[0], step="certify")).is_disposing("2029-08-31")
