"""What Local Authorities say of packs: by themselves, each of its own alone, or typed in; and the notices that are known from it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from shared.contracts.envelope import Draft
from shared.contracts.retention import Purge
from shared.contracts.sharing import PackAnswered
from shared.identity import new_id
from tests.support.pack_walk import PackWalk
from tests.support.school import until
from tests.support.sharing import CODE, OTHER_SCHOOL, SCHOOL, TODAY, World, events, from_retention, person, world


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("words")) as ready:
        await ready.register()
        yield ready


@pytest.fixture
async def walk(made: World) -> PackWalk:
    return await sent(made)


async def sent(made: World, **changes: Any) -> PackWalk:
    request = await made.ask(**changes)
    pack = await made.sent(request)
    return PackWalk(made.sharing.url, made.headers, pack["pack"], request.school)


async def la(made: World, method: str, path: str, body: dict[str, Any] | None = None, code: str = CODE) -> httpx.Response:
    headers = made.headers(role="la", sub=f"la {code}", authority=code)
    async with httpx.AsyncClient(base_url=made.sharing.url, headers=headers, timeout=30) as client:
        return await client.request(method, path, json=body)


def heard(says: str, **more: Any) -> dict[str, Any]:
    return {"says": says, "name": "T. Okafor", "heard": "letter of today", **more}


async def test_an_authority_says_itself_what_came_of_its_own_packs_alone(made: World, walk: PackWalk) -> None:
    path = f"/v1/authorities/{CODE}/packs/{walk.pack}/words"
    answer = await la(made, "POST", path, {"says": "received", "name": "A. Clerk"})
    assert (answer.status_code, answer.json().get("state")) == (200, "received"), answer.text
    for code, where in (("801", path), ("801", path.replace(CODE, "801"))):
        assert (await la(made, "POST", where, {"says": "paid", "name": "A. Clerk"}, code)).status_code == 404
    assert (await walk.send("POST", "words", heard("paid"), role="la")).status_code == 403
    draft = await made.drafted(await made.ask())
    assert (await la(made, "POST", path.replace(walk.pack, draft.pack), {"says": "received", "name": "A. Clerk"})).status_code == 404
    assert (await draft.send("POST", "words", heard("received"))).status_code == 409
    [word] = (await walk.done("GET", "words"))["words"]
    assert (word["said"]["says"], word["by"]["name"], word["source"]) == ("received", "A. Clerk", "the LA itself")
    answer = await la(made, "POST", path, {"says": "returned", "name": "A. Clerk"})
    assert (answer.status_code, "say `questions`" in answer.json()["detail"]) == (422, True)


async def test_what_is_heard_late_or_twice_leads_where_it_should(made: World, walk: PackWalk) -> None:
    for body in (heard("declined", why="not enough support"), heard("declined", why="not enough support"), heard("received")):
        answer = await walk.done("POST", "words", body)
    assert (answer["state"], len(answer["words"])) == ("declined", 2)
    assert (await walk.done("GET", ""))["state"] == "declined"
    told = [(one.state, one.says, one.edition) for one in await events(made.stack, PackAnswered) if one.pack == walk.pack]
    assert told == [("declined", "declined", 1), ("declined", "received", 2)], "of the same day both are news"


async def test_two_who_say_something_at_once_are_both_heard(made: World, walk: PackWalk) -> None:
    path = f"/v1/authorities/{CODE}/packs/{walk.pack}/words"
    answers = await asyncio.gather(
        *(la(made, "POST", path, {"says": says, "name": "A. Clerk"}) for says in ("received", "accepted", "notice issued")),
        *(walk.send("POST", "words", heard(says)) for says in ("received", "notice issued", "paid")),
    )
    assert [one.status_code for one in answers] == [200] * 6
    after = await walk.done("GET", "words")
    assert (after["state"], sorted(one["said"]["says"] for one in after["words"])) == (
        "paid",
        ["accepted", "notice issued", "paid", "received"],
    )


async def test_a_notice_that_came_of_a_pack_is_counted_in_the_next(made: World) -> None:
    child = new_id()
    first = await sent(made, child=child)
    await first.done("POST", "words", heard("notice issued", to="Mr J Tregear", reference="PN/1"))
    next_ = await made.drafted(await made.ask(child=child))
    look = await next_.done("GET", "readiness")
    items = {item["rule"]: item for item in look["items"]}
    assert items["notices within the limit"]["says"].startswith("1 notice to this parent"), items["notices within the limit"]
    assert "on which an earlier notice rests" in items["threshold met"]["says"]
    [notice] = (await next_.done("GET", "preview/pack.json"))["to_be_served"]["notices"]["known_to_us"]
    assert (notice["authority"], notice["authority_name"]) == (CODE, "Example County Council")
    await first.done("POST", "words", heard("withdrawn"))
    items = {item["rule"]: item for item in (await next_.done("GET", "readiness"))["items"]}
    assert items["notices within the limit"]["says"].startswith("0 notices")


async def test_a_notice_outlives_the_pack_that_is_taken_back(made: World) -> None:
    """What the LA says of it afterwards is shown, and counts; the LA is told that it is its own to withdraw."""
    child = new_id()
    walk = await sent(made, child=child)
    await walk.done("POST", "words", heard("notice issued", reference="PN/90"))
    taken = await walk.done("POST", "withdraw", {"why": "the marks were wrong.", "name": "T. Okafor"})
    assert (taken["state"], taken["notice_stands"]) == ("withdrawn", TODAY.isoformat())
    assert await walk.done("POST", "withdraw", {"why": "the marks were wrong.", "name": "T. Okafor"}) == taken, "again it changes nothing"
    [told] = [one for one in (await walk.done("GET", "words"))["words"] if one["source"] == "ourselves"]
    asked = f"The penalty notice of {TODAY.day} {TODAY:%B %Y} stands until the authority withdraws it, and the authority is asked to say"
    assert told["said"]["why"].startswith(f"the marks were wrong. {asked}")
    next_ = await made.drafted(await made.ask(child=child))
    for says, counted in (("unpaid", "1 notice to"), ("paid", "1 notice to"), ("withdrawn", "0 notices")):
        await walk.done("POST", "words", heard(says))
        shown = await walk.done("GET", "")
        assert (shown["state"], shown["notice"], shown["notice_on"]) == ("withdrawn", says, TODAY.isoformat())
        stands = None if says == "withdrawn" else TODAY.isoformat()
        assert (await walk.done("GET", "changed"))["notice_stands"] == stands
        items = {item["rule"]: item["says"] for item in (await next_.done("GET", "readiness"))["items"]}
        assert items["notices within the limit"].startswith(counted)
    listed = await made.get(f"/v1/packs?case={shown['case']}")
    assert [(one["state"], one["notice"]) for one in listed] == [("withdrawn", "withdrawn")]


async def test_the_same_sessions_are_asked_for_once_and_not_prosecuted_while_a_notice_stands(made: World) -> None:
    child = new_id()
    first = await sent(made, child=child)
    second = await made.drafted(await made.ask(child=child))
    prosecution = await made.drafted(await made.ask(child=child, measure="prosecution"))

    async def of(walk: PackWalk, rule: str) -> dict[str, Any]:
        return next(item for item in (await walk.done("GET", "readiness"))["items"] if item["rule"] == rule)

    for walk in (second, prosecution):
        found = await of(walk, "asked for already")
        assert (found["met"], found["may_be_overridden"], first.pack in found["says"]) == (False, False, True), found
        assert not (await of(walk, "asked for beside"))["met"]
    await walk.override_all()
    assert (await walk.send("POST", "check", {"name": "T. Okafor"})).status_code == 409
    await first.done("POST", "words", heard("notice issued"))
    assert (await of(second, "asked for already"))["met"], "it is a notice now"
    assert "can be paid until" in (await of(prosecution, "not discharged by a notice"))["says"]
    await first.done("POST", "words", heard("unpaid"))
    assert (await of(prosecution, "not discharged by a notice"))["met"]
    following = (await first.done("POST", "supersede", {"name": "T. Okafor", "why": "a mark was wrong"}))["pack"]
    walk = PackWalk(made.sharing.url, made.headers, following, SCHOOL)
    assert (await of(walk, "threshold met"))["met"], "the notice of the edition before does not count against it"
    assert (await of(walk, "asked for already"))["met"]


async def test_a_pack_for_what_a_parent_knew_holds_the_sessions_after_that_alone(made: World) -> None:
    child = new_id()
    [visit] = (await made.ask()).chronology
    visit = visit.model_copy(update={"day": TODAY - timedelta(days=30)})
    asked = await made.ask(child=child, measure="prosecution", offence="444(1A)", chronology=(visit,))
    first = await made.signed(asked)
    await made.came_to(asked, "sent")
    relied = (await first.done("GET", "certificate"))["relied_on"]
    strict = await made.drafted(await made.ask(child=child, measure="prosecution", offence="444(1)"))
    every = (await strict.certificate())["relied_on"]
    assert relied == [one for one in every if one["day"] > visit.day.isoformat()]
    assert 1 < len(relied) < len(every)
    items = {one["rule"]: one for one in (await strict.done("GET", "readiness"))["items"]}
    assert items["asked for already"]["says"].startswith(f"Asked for already: {len(relied)} sessions of the period"), items


async def history(made: World, path: str, body: dict[str, Any], status: int = 200, *schools: str, role: Any = "officer") -> Any:
    async with made.client(role, *(schools or (SCHOOL,))) as client:
        answer = await client.post(f"/v1/notice-history/{path}", json={"name": "T. Okafor", **body})
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_the_history_is_confirmed_by_every_authority_that_was_to_be_asked(made: World) -> None:
    request = await made.ask()
    made.people[request.child] = person(request.child).model_copy(update={"entered": TODAY - timedelta(days=300)})
    walk = await made.drafted(request)
    about = {"case": request.case, "parent": request.parent}

    async def rule() -> tuple[bool, str]:
        items = {item["rule"]: item for item in (await walk.done("GET", "readiness"))["items"]}
        found = items["notice history confirmed"]
        return found["met"], found["says"]

    await history(made, "asked", {**about, "authority": CODE}, 404, OTHER_SCHOOL)
    await history(made, "asked", {**about, "authority": CODE}, 403, role="business support")
    await history(made, "answered", {**about, "authority": CODE, "source": "e-mail"}, 409)
    await history(made, "asked", {**about, "authority": CODE})
    assert "nobody has said under which LA it was before" in (await rule())[1]
    await history(made, "earlier", {**about, "authorities": ["801"], "why": "the admission record"})
    assert f"LA {CODE} has not answered yet" in (await rule())[1]
    answer = {**about, "source": "e-mail", "notices": [{"issued_on": f"{TODAY - timedelta(days=200)}"}]}
    await history(made, "answered", {**answer, "authority": CODE})
    assert "LA 801 has not said in the last 90 days" in (await rule())[1]
    await history(made, "asked", {**about, "authority": "801"})
    shown = await history(made, "answered", {**about, "authority": "801", "source": "telephone"})
    assert await rule() == (True, "Every LA that was to be asked has said which notices it knows of.")
    [told] = shown["told"]
    assert told["notice"]["issued_on"] == f"{TODAY - timedelta(days=200)}"
    await history(made, f"notices/{told['id']}", {**about, "state": "withdrawn"})
    assert (await made.get(f"/v1/notice-history?case={request.case}&parent={request.parent}"))["told"][0]["notice"]["state"] == "withdrawn"


async def test_sessions_that_the_certificate_does_not_have_are_shown_as_doubtful(made: World, walk: PackWalk) -> None:
    days = [date.fromisoformat(day["day"]) for day in (await walk.certificate())["days"] if day["am"] == "O"]
    strange = days[0] - timedelta(days=365)
    named = [{"day": str(day), "session": half} for day, half in ((days[0], "AM"), (days[0], "PM"), (strange, "AM"))]
    said = await walk.done("POST", "words", heard("notice issued", sessions=named))
    assert said["state"] == "notice issued", "what the LA says is kept"
    assert said["words"][0]["doubtful"] == [[str(strange), "AM"], [str(days[0]), "PM"]]
    file = f"pack,status,date,sessions\n{walk.pack},paid,{TODAY},{days[0]} PM\n"
    headers = made.headers(role="la", sub="la of the test", authority=CODE) | {"Content-Type": "text/csv"}
    async with httpx.AsyncClient(base_url=made.sharing.url, headers=headers, timeout=30) as client:
        receipt = (await client.post(f"/v1/authorities/{CODE}/outcomes?name=A. Clerk", content=file)).json()
    assert (receipt["heard"], [(one["line"], one["field"]) for one in receipt["doubtful"]]) == (1, [(2, "sessions")])


async def test_a_file_of_words_is_taken_in_row_by_row_and_once(made: World, walk: PackWalk) -> None:
    other = await sent(made)
    file = (
        f"pack,reference,status,date\n{walk.pack},PN/9,issued,{TODAY}\n{other.pack},,acknowledged,{TODAY:%d/%m/%Y}\n"
        f"nowhere,,paid,{TODAY}\n{walk.pack},,Zebedee,{TODAY}\n{other.pack},,declined,{TODAY}\n"
    )
    by_reference = f"reference,status,date\nPN/9,paid,{TODAY}\nPN/10,paid,{TODAY}\n"

    async def send(role: Any, content: str, schools: tuple[str, ...] = (SCHOOL,), code: str = CODE) -> Any:
        headers = made.headers(role=role, sub=f"{role} of the test", schools=schools, authority=code if role == "la" else None)
        async with httpx.AsyncClient(base_url=made.sharing.url, headers=headers | {"Content-Type": "text/csv"}, timeout=30) as client:
            answer = await client.post(f"/v1/authorities/{CODE}/outcomes?name=A. Clerk", content=content)
        return answer.json() if answer.status_code == 200 else answer.status_code

    first = await send("officer", file)
    assert (first["rows"], first["heard"], first["known"]) == (5, 2, 0)
    assert [(one["line"], one["field"]) for one in first["refused"]] == [(4, "pack"), (5, "status"), (6, "status")]
    again = await send("la", file)
    assert (again["heard"], again["known"]) == (0, 2), "whoever brings it"
    elsewhere = await send("officer", file, (OTHER_SCHOOL,))
    assert (elsewhere["heard"], len(elsewhere["refused"])) == (0, 5)
    assert (await send("la", by_reference, code="801"), await send("school", by_reference)) == (404, 403)
    assert [(one["line"], one["field"]) for one in (await send("la", by_reference))["refused"]] == [(3, "reference")]
    assert [(await one.done("GET", ""))["state"] for one in (walk, other)] == ["paid", "received"]


async def test_words_and_history_stand_nowhere_in_clear_and_fall_with_the_child(made: World, walk: PackWalk) -> None:
    await walk.done("POST", "words", heard("declined", why="Zebedee Quillfeather says no", reference="SECRETREF"))
    pack = (await made.documents({"_id": f"pack:{walk.pack}"}))[0]
    child, case = pack["children"][0], pack["case"]
    about = {"case": case, "parent": f"{child}.2", "authority": CODE, "issued_on": f"{TODAY}", "source": "Zebedee Quillfeather"}
    await history(made, "notices", about)
    held = await made.documents({"children": child})
    assert {document["kind"] for document in held} >= {"pack", "history"}
    assert "Zebedee" not in repr(held)
    assert "SECRETREF" not in repr(held)
    purge = Draft(Purge, purge=new_id(), cohort=pack["cohort"], school=pack["school"], children=(child,))
    await from_retention(made, purge)

    async def gone() -> bool:
        return not await made.documents({"children": child, "kind": {"$in": ["pack", "history"]}})

    await until("all gone", gone)


async def test_a_word_that_was_typed_in_by_mistake_is_struck_and_kept(made: World) -> None:
    child = new_id()
    walk = await sent(made, child=child)
    await walk.done("POST", "words", heard("received"))
    wrong = await walk.done("POST", "words", heard("notice issued", reference="PN/9"))
    assert (wrong["state"], [one["number"] for one in wrong["words"]]) == ("notice issued", [1, 2])
    body = {"why": "it was said of another pack", "name": "T. Okafor"}
    assert (await walk.send("POST", "words/2/strike", body, role="school")).status_code == 403
    assert (await walk.send("POST", "words/2/strike", body, school=OTHER_SCHOOL)).status_code == 404
    assert (await walk.send("POST", "words/9/strike", body)).status_code == 422
    after = await walk.done("POST", "words/2/strike", body)
    assert (after["state"], after["words"][0]["struck"]) == ("received", None)
    gone = after["words"][1]
    assert (gone["said"]["says"], gone["struck"]["why"], gone["struck"]["by"]["name"]) == ("notice issued", body["why"], "T. Okafor")
    assert await walk.done("POST", "words/2/strike", body) == after, "again it changes nothing"
    assert (await walk.done("GET", ""))["state"] == "received"
    told = [(one.state, one.struck, one.edition) for one in await events(made.stack, PackAnswered) if one.pack == walk.pack]
    assert told == [("received", None, 1), ("notice issued", None, 2), ("received", "notice issued", 3)]
    next_ = await made.drafted(await made.ask(child=child))
    items = {item["rule"]: item for item in (await next_.done("GET", "readiness"))["items"]}
    assert items["notices within the limit"]["says"].startswith("0 notices")
    again = await walk.done("POST", "words", heard("notice issued", reference="PN/9"))
    assert (again["state"], len(again["words"])) == ("notice issued", 3), "typed in anew it is meant"


async def test_what_the_authority_said_itself_is_not_struck(made: World, walk: PackWalk) -> None:
    assert (await la(made, "POST", f"/v1/authorities/{CODE}/packs/{walk.pack}/words", {"says": "paid", "name": "A. Clerk"})).is_success
    answer = await walk.send("POST", "words/1/strike", {"why": "wrong", "name": "T. Okafor"})
    assert (answer.status_code, "the LA said it itself" in answer.json()["detail"]) == (409, True)
    assert (await walk.done("GET", ""))["state"] == "paid"
