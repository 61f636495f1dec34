"""What sharing tells of packs reaches the case: each word once, whatever comes late or twice, and its officer is told."""

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.referrals.domain.notice import Notice, text
from shared.contracts.envelope import Event
from shared.contracts.sharing import (
    LegalClockMoved,
    PackAnswered,
    PackChangeUnanswered,
    PackDraftAgain,
    PackNotFetched,
    PackOutdated,
    PackSent,
)
from shared.identity import new_id
from tests.contract.test_families import ENFORCEMENT, FATHER, MOTHER, TODAY, a_case, child, publish, send, wear
from tests.support.referrals import World, referrals_world

URNS = (str(number) for number in itertools.count(990501))
TELLS = "officer-heard"


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("heard")) as ready:
        await ready.add_officer(TELLS, "Jules Example")
        yield ready


async def requested(world: World, name: str) -> tuple[str, str]:
    """School and case with an enforcement request, allocated to its officer."""
    urn = next(URNS)
    case = await a_case(world, urn, child(world, name, MOTHER, FATHER))
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": TELLS})
    await send(world, "POST", f"/cases/{case}/enforcement", {"parent": f"{name}.1", **ENFORCEMENT}, status=201)
    return urn, case


async def hear(world: World, *events: Event) -> None:
    """Each of them twice."""
    for event in (*events, *events):
        await publish(world, event.model_copy(update={"id": new_id()}))
    await world.quiet()


async def acts(world: World, case: str) -> list[str]:
    return [entry["act"] for entry in (await send(world, "GET", f"/cases/{case}/history"))["history"]]


async def told(world: World, urn: str, who: str = TELLS) -> list[str]:
    found = await world.collection.find({"kind": "notice", "who": who, "school": urn}).to_list(None)
    return sorted(one["what"] for one in found if "pack" in one["what"])


def answer(urn: str, case: str, name: str, state: str, edition: int, **more: Any) -> PackAnswered:
    about = {"pack": f"p-{name}", "case": case, "school": urn, "child": name, "authority": "893"}
    return PackAnswered(state=state, on=TODAY, edition=edition, **about, **more, **wear())


async def test_a_pack_that_is_sent_takes_the_case_to_the_la_and_questions_bring_it_back(world: World) -> None:
    urn, case = await requested(world, "sentandback")
    await hear(world, PackSent(pack="p-sentandback", case=case, authority="893", **wear()))
    assert (await send(world, "GET", f"/cases/{case}"))["state"] == "with the LA"
    await hear(world, answer(urn, case, "sentandback", "received", 1), answer(urn, case, "sentandback", "returned", 2, questions=2))
    assert (await send(world, "GET", f"/cases/{case}"))["state"] == "in progress"
    history = await acts(world, case)
    assert [history.count(act) for act in ("pass to the LA", "the LA: received", "the LA: returned")] == [1, 1, 1]
    tasks = [one for one in (await send(world, "GET", "/tasks", sub=TELLS))["tasks"] if one["case"] == case]
    assert [one["what"] for one in tasks] == ["The LA returned the pack with 2 questions: iewo packs words p-sentandback"]
    assert await told(world, urn) == ["pack came back with questions", "word from the authority on a pack"]


async def test_questions_about_a_closed_case_open_it_again(world: World) -> None:
    urn, case = await requested(world, "closedreturned")
    await send(world, "POST", f"/cases/{case}/close", {"reason": "attendance improved"})
    await hear(world, answer(urn, case, "closedreturned", "returned", 1, questions=1))
    assert (await send(world, "GET", f"/cases/{case}"))["state"] == "in progress"


async def test_questions_that_were_heard_before_or_come_late_open_nothing(world: World) -> None:
    urn, case = await requested(world, "answeredtwice")
    asked = answer(urn, case, "answeredtwice", "returned", 1, questions=1)
    await hear(world, asked)
    await send(world, "POST", f"/cases/{case}/close", {"reason": "answered by telephone"})
    await hear(world, asked)
    assert (await send(world, "GET", f"/cases/{case}"))["state"] == "closed"
    urn, case = await requested(world, "latereturned")
    await hear(world, answer(urn, case, "latereturned", "outcome", 2))
    await send(world, "POST", f"/cases/{case}/close", {"reason": "fined and paid"})
    await hear(world, answer(urn, case, "latereturned", "returned", 1, questions=1))
    assert (await send(world, "GET", f"/cases/{case}"))["state"] == "closed"
    assert (await acts(world, case)).count("the LA: returned") == 1, "kept, and nothing more"
    assert not [one for one in (await send(world, "GET", "/tasks", sub=TELLS))["tasks"] if one["case"] == case]


async def test_a_word_that_leads_nowhere_is_kept_and_moves_nothing(world: World) -> None:
    urn, case = await requested(world, "paidandback")
    await hear(world, answer(urn, case, "paidandback", "paid", 1))
    assert (await send(world, "GET", f"/cases/{case}"))["state"] == "monitoring"
    await send(world, "POST", f"/cases/{case}/close", {"reason": "paid"})
    await hear(world, answer(urn, case, "paidandback", "paid", 2, says="returned", questions=1))
    assert (await send(world, "GET", f"/cases/{case}"))["state"] == "closed"
    assert (await acts(world, case))[-1] == "the LA: returned"
    assert not [one for one in (await send(world, "GET", "/tasks", sub=TELLS))["tasks"] if one["case"] == case]
    urn, case = await requested(world, "returnedonce")
    await hear(world, answer(urn, case, "returnedonce", "returned", 1, questions=1))
    await send(world, "POST", f"/cases/{case}/close", {"reason": "answered by telephone"})
    await hear(world, answer(urn, case, "returnedonce", "returned", 2, says="received"))
    assert (await send(world, "GET", f"/cases/{case}"))["state"] == "closed"


async def test_what_holds_after_a_word_was_struck_moves_the_case_as_if_it_were_said(world: World) -> None:
    for name, state, comes_to in (("struckpaid", "paid", "monitoring"), ("struckback", "returned", "in progress")):
        urn, case = await requested(world, name)
        await hear(world, PackSent(pack=f"p-{name}", case=case, authority="893", **wear()), answer(urn, case, name, "unpaid", 1))
        await hear(world, answer(urn, case, name, state, 2, struck="unpaid"))
        assert (await send(world, "GET", f"/cases/{case}"))["state"] == comes_to


async def test_a_case_stays_with_the_la_until_it_is_done_with_every_pack(world: World) -> None:
    urn, case = await requested(world, "twopacks")
    about = {"case": case, "authority": "893"}
    await hear(world, *(PackSent(pack=f"p-{one}", **about, **wear()) for one in ("first", "second")))

    async def state(*events: Event) -> str:
        await hear(world, *events)
        return str((await send(world, "GET", f"/cases/{case}"))["state"])

    assert await state(answer(urn, case, "first", "declined", 1)) == "with the LA"
    assert await state(answer(urn, case, "second", "returned", 1, questions=1)) == "in progress"


async def test_what_is_said_of_a_pack_whose_place_another_has_taken_moves_nothing(world: World) -> None:
    urn, case = await requested(world, "replaced")
    about = {"case": case, "authority": "893"}
    await hear(world, PackSent(pack="p-old", **about, **wear()), PackSent(pack="p-new", supersedes="p-old", **about, **wear()))
    await hear(world, answer(urn, case, "old", "returned", 1, questions=1))
    assert (await send(world, "GET", f"/cases/{case}"))["state"] == "with the LA"
    await hear(world, answer(urn, case, "new", "declined", 1))
    assert (await send(world, "GET", f"/cases/{case}"))["state"] == "monitoring"


async def test_questions_about_a_case_whose_officer_has_left_go_to_who_is_there(world: World) -> None:
    urn, case = await requested(world, "leftbehind")
    for officer in ("officer-leaving", "officer-staying"):
        await world.add_officer(officer, "Robin Example")
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-leaving"})
    await send(world, "POST", f"/cases/{case}/close", {"reason": "attendance improved"})
    await send(
        world,
        "PUT",
        "/officers/officer-staying",
        {"name": "Robin Example", "email": "r@example.org", "schools": [urn]},
        role="operator",
        sub="operator",
    )
    away = {"why": "left", "to": "officer-staying"}
    await send(world, "POST", "/officers/officer-leaving/away", away, role="head of service", sub="head")
    await hear(world, answer(urn, case, "leftbehind", "returned", 1, questions=1))
    shown = await send(world, "GET", f"/cases/{case}")
    assert (shown["state"], shown["officer"]) == ("in progress", None)
    tasks = (await send(world, "GET", "/tasks", sub="officer-staying"))["tasks"]
    assert [one["case"] for one in tasks] == [case]
    assert await told(world, urn, "officer-staying") == ["pack came back with questions"]
    assert await told(world, urn, "officer-leaving") == []


async def test_the_officer_is_told_once_of_a_pack_that_rests_on_what_has_changed_and_of_one_not_fetched(world: World) -> None:
    urn, case = await requested(world, "outdated")
    about = {"pack": "p-outdated", "case": case, "school": urn, "authority": "893"}
    outdated = PackOutdated(child="outdated", what=("sessions",), edition=1, **about, **wear())
    await hear(world, outdated, PackNotFetched(days=5, **about, **wear()))
    assert await told(world, urn) == ["pack changed since it was sent", "pack not fetched"]


async def notices(world: World, urn: str, who: str, role: str = "officer") -> dict[str, Any]:
    """By kind, of a school."""
    shown = (await send(world, "GET", "/notices", role=role, sub=who))["notices"]
    return {one["what"]: one for one in shown if one["school"] == urn}


async def test_who_checked_and_approved_a_sent_pack_is_told_of_its_change_with_the_day_to_answer_by(world: World) -> None:
    urn, case = await requested(world, "outdatedhead")
    about = {"pack": "p-outdatedhead", "case": case, "school": urn, "authority": "893", "act_by": TODAY + timedelta(days=9)}
    found_now = {"child": "outdatedhead", "what": ("sessions",), "people": (TELLS, "head-approved"), "answer_by": TODAY + timedelta(days=1)}
    changed = PackOutdated(edition=1, **found_now, **about, **wear())
    await hear(world, changed, PackNotFetched(days=5, **about, **wear()))
    answer, day = (TODAY + timedelta(days=1)).isoformat(), (TODAY + timedelta(days=9)).isoformat()
    found = await notices(world, urn, "head-approved", "head of service")
    days = {what: (one["about"], one["act_by"], one["last_in_court"]) for what, one in found.items()}
    assert days == {"pack changed since it was sent": (["sessions"], answer, day)}
    theirs = await notices(world, urn, TELLS)
    assert {what: one["act_by"] for what, one in theirs.items() if "pack" in what} == {
        "pack changed since it was sent": answer,
        "pack not fetched": day,
    }
    yesterday = TODAY - timedelta(days=1)
    over = changed.model_copy(update={"edition": 2, "act_by": yesterday, "answer_by": yesterday})
    await hear(world, over)
    [latest, _] = [one for one in (await send(world, "GET", "/notices", sub=TELLS))["notices"] if one["about"] and one["school"] == urn]
    assert (latest["act_by"], latest["last_in_court"]) == (yesterday.isoformat(), None), "an answer is owed still, a court's day is over"


async def test_a_change_that_nobody_answered_by_its_day_is_told_to_its_officer_once_each_time(world: World) -> None:
    urn, case = await requested(world, "unanswered")
    days = {"answer_by": TODAY - timedelta(days=1), "act_by": TODAY + timedelta(days=90)}
    about = {"pack": "p-unanswered", "case": case, "school": urn, "authority": "893"}
    await hear(world, *(PackChangeUnanswered(times=times, **days, **about, **wear()) for times in (1, 2)))
    assert await told(world, urn) == ["change of a pack not answered"] * 2
    one = (await notices(world, urn, TELLS))["change of a pack not answered"]
    assert (one["act_by"], one["last_in_court"]) == tuple(day.isoformat() for day in days.values())


async def test_a_school_reads_what_concerns_its_own_register_and_no_email_goes(world: World) -> None:
    urn, case = await requested(world, "ofschool")
    about = {"pack": "p-ofschool", "case": case, "school": urn, "child": "ofschool", "authority": "893"}
    await hear(
        world,
        PackOutdated(what=("flag", "address"), edition=1, **about, **wear()),
        PackOutdated(what=("sessions", "flag"), edition=2, **about, **wear()),
        PackDraftAgain(what=("sessions",), people=(), act_by=None, edition=3, **about, **wear()),
        PackDraftAgain(what=("certificate", "letters"), people=(), signed=True, act_by=None, edition=4, **about, **wear()),
    )
    said = await send(world, "GET", "/notices", role="school", sub="office", schools=(urn,))
    assert {one["what"]: one["about"] for one in said["notices"]} == {
        "pack changed since it was sent": ["sessions"],
        "pack is a draft again": ["certificate"],
    }
    assert (len(said["notices"]), said["mail"], said["email"]) == (2, None, None)
    assert (await send(world, "GET", "/notices", role="school", sub="office", schools=("990999",)))["notices"] == []
    await send(world, "PUT", "/notices/mail", {"mail": "daily"}, role="school", sub="office", schools=(urn,), status=403)
    states = await world.collection.distinct("state", {"kind": "notice", "who": f"school {urn}"})
    assert states == ["listed"]


async def test_a_word_is_told_to_nobody_who_brought_it_and_to_the_others(world: World) -> None:
    urn, case = await requested(world, "typedin")
    word = answer(urn, case, "typedin", "received", 1, by=TELLS)
    await hear(world, word, answer(urn, case, "typedin", "sent", 2, struck="received", by=TELLS))
    assert await told(world, urn) == []
    await hear(world, answer(urn, case, "typedin", "accepted", 3, by="head-types"), answer(urn, case, "typedin", "unpaid", 4))
    assert await told(world, urn) == ["word from the authority on a pack"] * 2
    soon = TODAY + timedelta(days=3)
    urn, case = await requested(world, "typedback")
    await hear(world, answer(urn, case, "typedback", "returned", 1, questions=1, by=TELLS, act_by=soon))
    assert await told(world, urn) == []
    [task] = [one for one in (await send(world, "GET", "/tasks", sub=TELLS))["tasks"] if one["case"] == case]
    assert task["due"] == soon.isoformat(), "the questions are answered while there is time"
    urn, case = await requested(world, "cameback")
    await hear(world, answer(urn, case, "cameback", "returned", 1, questions=1, act_by=TODAY + timedelta(days=30)))
    found = await notices(world, urn, TELLS)
    assert found["pack came back with questions"]["act_by"] == (TODAY + timedelta(days=7)).isoformat()


async def test_a_pack_that_is_a_draft_again_is_told_once_to_its_officer_and_to_who_checked_and_approved_it(world: World) -> None:
    urn, case = await requested(world, "draftagain")
    await world.add_officer("officer-checks", "Sam Example")
    fallen = PackDraftAgain(
        pack="p-draftagain",
        case=case,
        school=urn,
        child="draftagain",
        authority="893",
        what=("sessions", "chronology"),
        people=("officer-checks", "head-approves", TELLS),
        act_by=TODAY + timedelta(days=4),
        edition=7,
        **wear(),
    )
    await hear(world, fallen)
    for who in (TELLS, "officer-checks", "head-approves"):
        assert await told(world, urn, who) == ["pack is a draft again"], who
        role = "head of service" if who == "head-approves" else "officer"
        shown = (await send(world, "GET", "/notices", role=role, sub=who))["notices"]
        [notice] = [one for one in shown if one["school"] == urn]
        assert (notice["about"], notice["act_by"]) == (["sessions", "chronology"], (TODAY + timedelta(days=4)).isoformat())
        assert notice["link"] == "/v1/packs/p-draftagain"
    await hear(world, fallen.model_copy(update={"edition": 12, "people": ()}))
    assert await told(world, urn) == ["pack is a draft again"] * 2, "the next time is told again"


def test_an_email_has_the_day_and_not_what_has_changed() -> None:
    at = datetime(2027, 2, 1, tzinfo=UTC)
    what = "pack is a draft again"
    notice = Notice(id="n", who="w", what=what, school="900001", link="/v1/packs/p", at=at, about=("flag",), act_by=date(2027, 3, 2))
    said = text(notice, "https://example.org")
    assert "Act by: 2 March 2027" in said
    assert "flag" not in said
    changed = notice.model_copy(update={"what": "pack changed since it was sent", "last_in_court": date(2027, 4, 2)})
    assert "\nAnswer by 2 March 2027; last day in court: 2 April 2027\n" in text(changed, "https://example.org")
    sunday = notice.model_copy(update={"what": "last day for a pack near", "act_by": date(2027, 4, 11)})
    assert "Act by: 11 April 2027 (a Sunday: act by 9 April 2027)" in text(sunday, "https://example.org")


async def test_the_caseload_shows_the_first_last_day_and_a_late_word_does_not_bring_an_old_one_back(world: World) -> None:
    urn, case = await requested(world, "lastdays")
    soon, later = TODAY + timedelta(days=3), TODAY + timedelta(days=90)

    def moved(pack: str, edition: int, day: Any) -> LegalClockMoved:
        return LegalClockMoved(pack=pack, case=case, request_by=day, earliest_by=later, edition=edition, **wear())

    async def line(**query: Any) -> list[Any]:
        narrowed = "".join(f"&{name}={value}" for name, value in query.items())
        return [one["act_by"] for one in (await send(world, "GET", f"/caseload?school={urn}{narrowed}"))["cases"]]

    assert await line() == [None]
    await hear(world, moved("p1", 2, soon), moved("p1", 1, later), moved("p2", 1, later))
    assert await line() == [soon.isoformat()]
    assert await line(act_by=soon) == [soon.isoformat()]
    assert await line(act_by=soon - timedelta(days=1)) == []
    await hear(world, LegalClockMoved(pack="p1", case=case, request_by=None, earliest_by=None, edition=3, **wear()))
    assert await line() == [later.isoformat()]


async def test_a_word_of_a_case_that_is_gone_is_nothing(world: World) -> None:
    await hear(world, PackSent(pack="p-gone", case=new_id(), authority="893", **wear()))


async def test_a_word_that_was_struck_brings_the_case_back_to_the_la_unless_something_happened_since(world: World) -> None:
    urn, case = await requested(world, "struckword")
    await hear(world, PackSent(pack="p-struckword", case=case, authority="893", **wear()))

    async def state(*events: Event) -> str:
        await hear(world, *events)
        return str((await send(world, "GET", f"/cases/{case}"))["state"])

    assert await state(answer(urn, case, "struckword", "declined", 1)) == "monitoring"
    gone = answer(urn, case, "struckword", "sent", 2, struck="declined")
    assert await state(gone, gone.model_copy(update={"id": new_id()})) == "with the LA"
    assert (await acts(world, case)).count("the LA's word struck: declined") == 1
    assert await state(answer(urn, case, "struckword", "paid", 3)) == "monitoring"
    await send(world, "POST", f"/cases/{case}/acts", {"act": "resume"})
    assert await state(answer(urn, case, "struckword", "sent", 4, struck="paid")) == "in progress", "its officer went on"
    assert await state(answer(urn, case, "struckword", "declined", 3)) == "in progress", "a late word moves nothing"
