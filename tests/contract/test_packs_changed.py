"""What a sent pack rests on changes: its officer and its Local Authority are told once, and it shows so until somebody answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from clients.iewo.packs import receive
from shared.contracts.attendance_events import FeedStored, RollChanged
from shared.contracts.sharing import PackAnswered, PackNotFetched, PackOutdated
from shared.court_days import working_days_later
from shared.identity import new_id
from shared.mongo import close, connect
from shared.pack import change
from shared.provision.authority_files import Authority
from tests.support.command import iewo
from tests.support.pack_walk import PackWalk
from tests.support.school import until
from tests.support.sharing import CODE, FIRST_ABSENT, OTHER_SCHOOL, SCHOOL, World, events, person, publish, world

BY = {"name": "T. Okafor", "why": "enough are left"}


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("changed")) as ready:
        yield ready


@pytest.fixture(scope="module")
async def added(made: World) -> Authority:
    return await made.register()


@pytest.fixture
async def walk(made: World, added: Authority) -> PackWalk:
    request = await made.ask()
    pack = await made.sent(request)
    return PackWalk(made.sharing.url, made.headers, pack["pack"], request.school)


async def child_of(made: World, walk: PackWalk) -> str:
    child: str = (await made.documents({"_id": f"pack:{walk.pack}"}))[0]["children"][0]
    return child


async def stored(made: World) -> None:
    """Attendance says that marks of the school came."""
    await publish(made.attendance, FeedStored, school=SCHOOL, feed=new_id(), number=9, years=(2026,))


async def moved(made: World, child: str) -> None:
    made.people[child] = (made.people.get(child) or person(child)).model_copy(update={"address": "2 Limpet Lane, Example Haven, ZZ99 3WZ"})
    await publish(made.attendance, RollChanged, school=SCHOOL, child=child, year=2026, feed=9, changes=("address",))


async def shows(walk: PackWalk, *what: str) -> Any:
    async def look() -> Any:
        found = await walk.done("GET", "")
        return found if found["changed_since_sent"] == list(what) else None

    return await until(f"changed: {what}", look)


async def told(made: World, walk: PackWalk) -> list[tuple[int, tuple[str, ...]]]:
    return [(one.edition, one.what) for one in await events(made.stack, PackOutdated) if one.pack == walk.pack]


async def for_authority(made: World, walk: PackWalk) -> Any:
    """As an officer of the LA sees it, who downloads."""
    async with httpx.AsyncClient(base_url=made.sharing.url, headers=made.headers(role="la", sub="clerk", authority=CODE)) as client:
        return (await client.get(f"/v1/authorities/{CODE}/packs/{walk.pack}")).json()


async def test_a_mark_that_changes_is_told_once_and_shown_until_it_is_answered(
    made: World, added: Authority, walk: PackWalk, tmp_path: Path
) -> None:
    child = await child_of(made, walk)
    await stored(made)
    assert (await walk.done("GET", "changed"))["changed_since_sent"] == []
    assert (await walk.send("POST", "changed", {**BY, "answer": "stands"})).status_code == 409
    made.corrected_on[child] = FIRST_ABSENT
    await asyncio.gather(*(stored(made) for _ in range(4)))
    await shows(walk, "sessions")
    await moved(made, child)
    await shows(walk, "sessions", "address")
    assert await told(made, walk) == [(1, ("sessions",)), (2, ("sessions", "address"))]
    lay_by = (await walk.done("GET", ""))["earliest_by"]
    by = working_days_later(datetime.now(UTC).date(), 1)
    assert {one.answer_by for one in await events(made.stack, PackOutdated) if one.pack == walk.pack} == {by}
    assert (await walk.done("GET", ""))["answer_by"] == by.isoformat()
    tells = [(one.people, str(one.act_by)) for one in await events(made.stack, PackOutdated) if one.pack == walk.pack]
    assert tells == [(("officer of the test", "head of service of the test"), lay_by)] * 2, "who checked and approved what was sent"
    open_now = await walk.done("GET", "changed")
    assert (open_now["answer_by"], open_now["earliest_by"]) == (by.isoformat(), lay_by)
    sessions = open_now["sessions_changed"]
    assert sessions, "which they are"
    assert {(one["before"], one["after"]) for one in sessions} == {("O", "I")}, "when it was sent, and now"
    assert (await walk.done("GET", ""))["sessions_changed"] == sessions
    [listed] = [one for one in await made.get(f"/v1/packs?child={child}", "officer", SCHOOL) if one["pack"] == walk.pack]
    assert (listed["changed_since_sent"], listed["sessions_changed"]) == (["sessions", "address"], sessions)
    seen = str(await made.get("/v1/packs", "operator"))
    assert walk.pack in seen
    assert "changed" not in seen
    for path in (f"/v1/packs?child={child}", f"/v1/packs/{walk.pack}", f"/v1/packs/{walk.pack}/changed"):
        seen = await made.get(path, "school", SCHOOL)
        one = seen[0] if isinstance(seen, list) else seen
        assert (one["changed_since_sent"], one["sessions_changed"]) == (["sessions"], sessions), "of its own register alone"
        assert "address" not in str(seen)
        assert "answer_by" not in one or one["answer_by"] is None
    assert await made.status(f"/v1/packs/{walk.pack}/changed", "school", OTHER_SCHOOL) == 404
    assert await made.status(f"/v1/packs/{walk.pack}/changed", "operator") == 403
    for_la = await for_authority(made, walk)
    assert (for_la["sessions_changed"], for_la["answered"]) == (sessions, [])
    [document] = await made.documents({"_id": f"pack:{walk.pack}"})
    assert "'I'" not in str({name: value for name, value in document.items() if not name.startswith("sealed")}), "no mark is in clear"
    answers = await asyncio.gather(*(walk.send("POST", "changed", {**BY, "answer": "stands"}) for _ in range(2)))
    assert sorted(one.status_code for one in answers) == [200, 409], "one answer"
    after = await walk.done("GET", "changed")
    assert (open_now["possible"], open_now["relied_on"]) == (["supersede", "withdraw", "stands"], after["answered"][0]["relied_on"])
    assert (after["possible"], after["refused"], after["relied_on"]) == ([], {}, None), "nothing is to be answered"
    assert (after["changed_since_sent"], [one["answer"] for one in after["answered"]]) == ([], ["stands"])
    assert (after["answer_by"], "answer_by" in (await made.documents({"_id": f"pack:{walk.pack}"}))[0]) == (None, False)
    assert (after["sessions_changed"], after["answered"][0]["sessions"]) == ([], sessions)
    for_school = await made.get(f"/v1/packs/{walk.pack}/changed", "school", SCHOOL)
    assert for_school["answers"] == [{"answer": "stands", "sessions": sessions}], "neither who nor why"

    [answered] = (await for_authority(made, walk))["answered"]
    assert (answered["says"], answered["why"], answered["by"]) == ("stands", BY["why"], BY["name"])
    assert answered["relied_on"] == after["answered"][0]["relied_on"]

    creds, key = made.stack.credentials / "authorities" / f"{CODE}.creds", made.stack.credentials / "authorities" / f"{CODE}.key"
    await receive(made.stack.nats_url, creds, key, added.account, CODE, tmp_path, on_pack=lambda _: None, on_wait=lambda _: None)
    notices = {folder.name: json.loads((folder / change.NOTICE).read_text()) for folder in tmp_path.glob(f"{walk.pack}-*")}
    assert {name.removeprefix(f"{walk.pack}-"): (one["says"], one["what"]) for name, one in notices.items()} == {
        "change-1": ("changed since sent", ["sessions"]),
        "change-2": ("changed since sent", ["sessions", "address"]),
        "stands-2": ("stands", ["sessions", "address"]),
    }
    assert all(one["sessions"] == sessions for one in notices.values())
    assert [one["version"] for _, one in sorted(notices.items())] == [2, 2, 3]
    stands = notices[f"{walk.pack}-stands-2"]
    relied_on = stands["relied_on"]
    assert relied_on["now"] == relied_on["sent"] - 1 >= 10
    assert (stands["why"], stands["by"]) == (BY["why"], BY["name"])
    assert after["answered"][0]["relied_on"] == relied_on
    assert "Limpet" not in str(notices), "of an address the kind alone"
    assert (tmp_path / walk.pack / "manifest.json").is_file()


async def test_a_pack_that_the_register_does_not_bear_any_more_does_not_stand(made: World, walk: PackWalk) -> None:
    child = await child_of(made, walk)
    made.corrected[child] = "I"
    await stored(made)
    await shows(walk, "sessions")
    refused = await walk.send("POST", "changed", {**BY, "answer": "stands"})
    assert refused.status_code == 409
    assert "`supersede` or `withdraw`" in refused.json()["detail"]
    offered = await walk.done("GET", "changed")
    assert offered["changed_since_sent"] == ["sessions"], "it is still to be answered"
    assert (offered["possible"], [*offered["refused"]]) == (["supersede", "withdraw"], ["stands"])
    assert refused.json()["detail"].endswith(offered["refused"]["stands"])
    assert (offered["relied_on"]["sent"] >= 10, offered["relied_on"]["now"]) == (True, 0)
    assert (await walk.done("POST", "changed", {**BY, "answer": "withdraw"}))["state"] == "withdrawn"


async def test_a_change_of_another_kind_lets_no_pack_stand_that_the_register_does_not_bear(made: World, walk: PackWalk) -> None:
    """The marks were answered while nobody acted on the pack; then the LA took it up after all."""
    said = {"name": "T. Okafor", "heard": "telephone"}
    await walk.done("POST", "words", {**said, "says": "declined", "why": "not enough"})
    child = await child_of(made, walk)
    made.corrected[child] = "I"
    await stored(made)
    await shows(walk, "sessions")
    await walk.done("POST", "changed", {**BY, "answer": "stands"})
    await walk.done("POST", "words", {**said, "says": "accepted"})
    await moved(made, child)
    await shows(walk, "address")
    refused = await walk.send("POST", "changed", {**BY, "answer": "stands"})
    assert (refused.status_code, "by the register as it is now" in refused.text) == (409, True), refused.text


async def test_an_answer_of_the_authority_does_not_answer_for_us(made: World, walk: PackWalk) -> None:
    await moved(made, await child_of(made, walk))
    word = {"says": "accepted", "name": "T. Okafor", "heard": "telephone"}
    await asyncio.gather(shows(walk, "address"), walk.done("POST", "words", word))
    now = await shows(walk, "address")
    assert now["state"] == "accepted"
    said = await walk.done("POST", "words", word)
    assert (said["changed_since_sent"], said["answer_by"]) == (["address"], now["answer_by"]), "whoever types a word in is told"
    token = {
        "IEWO_TOKEN": made.headers(role="officer", sub="officer of the test", schools=(SCHOOL,))["Authorization"].removeprefix("Bearer ")
    }
    command = ("packs", "say", walk.pack, "accepted", "--heard", "telephone", "--name", "T. Okafor", "--url", made.sharing.url)
    ran = await iewo(*command, told=token)
    shown = " ".join(ran.out.split())
    assert (ran.code, "changed since sent: address; answer by" in shown, f"iewo packs changed {walk.pack}" in shown) == (0, True, True), ran


@pytest.mark.parametrize(
    ("words", "answer", "after"),
    [
        (("notice issued", "paid"), "withdraw", "withdrawn"),
        (("notice issued", "paid"), "stands", "paid"),
        (("outcome",), "stands", "outcome"),
        (("declined",), "stands", "declined"),
    ],
)
async def test_no_word_of_the_authority_hides_a_change_that_nobody_has_answered(
    made: World, added: Authority, walk: PackWalk, tmp_path: Path, words: tuple[str, ...], answer: str, after: str
) -> None:
    await moved(made, await child_of(made, walk))
    await shows(walk, "address")
    more = {"declined": {"why": "not enough"}, "outcome": {"outcome": "fined"}}
    for says in words:
        await walk.done("POST", "words", {"says": says, "name": "T. Okafor", "heard": "telephone", **more.get(says, {})})
    await shows(walk, "address")
    if after != "declined":  # of which a next edition is possible
        assert (await walk.send("POST", "changed", {**BY, "answer": "supersede"})).status_code == 409
    now = await walk.done("POST", "changed", {**BY, "answer": answer})
    assert (now["state"], now["changed_since_sent"], [one["answer"] for one in now["answered"]]) == (after, [], [answer])
    creds, key = made.stack.credentials / "authorities" / f"{CODE}.creds", made.stack.credentials / "authorities" / f"{CODE}.key"
    await receive(made.stack.nats_url, creds, key, added.account, CODE, tmp_path, on_pack=lambda _: None, on_wait=lambda _: None)
    told_la = "withdrawn" if answer == "withdraw" else "stands-1"
    told = json.loads((tmp_path / f"{walk.pack}-{told_la}" / "notice-of-change.json").read_text())
    asked = "is asked to say what becomes of it" in told["why"]
    assert asked == (answer == "withdraw"), "that a notice was paid withdraws it no more than that it was issued"


async def test_a_change_may_begin_the_next_edition_or_take_the_pack_back(made: World, walk: PackWalk) -> None:
    await moved(made, await child_of(made, walk))
    await shows(walk, "address")
    answered_so = await walk.done("POST", "changed", {**BY, "answer": "supersede"})
    case = (await walk.done("GET", ""))["case"]
    next_ = answered_so["next_edition"]
    assert (next_["edition"], next_["state"]) == (2, "draft")
    [row] = [one for one in await made.get(f"/v1/packs?case={case}") if one["edition"] == 1]
    assert row["next_edition"] == next_
    assert (await made.get(f"/v1/packs?case={case}&state={row['state']}"))[0]["next_edition"] == next_, "which the list leaves out"
    assert not any("next_edition" in one for one in await made.get(f"/v1/packs?school={SCHOOL}", "school", SCHOOL)), "it signs them"
    editions = {one["edition"]: one["state"] for one in await made.get(f"/v1/packs?case={case}")}
    assert editions[2] == "draft"
    assert editions[1] in ("sent", "fetched")
    for _ in range(2):
        assert (await walk.done("POST", "withdraw", BY))["state"] == "withdrawn"
    said = [(one["says"], one["why"], one["by"]) for one in (await for_authority(made, walk))["answered"]]
    assert said == [("supersede", BY["why"], BY["name"]), ("withdraw", BY["why"], BY["name"])]
    answered = [one for one in await events(made.stack, PackAnswered) if one.pack == walk.pack]
    assert [(one.state, one.by) for one in answered] == [("withdrawn", "officer of the test")]
    other = await made.drafted(await made.ask())
    assert (await other.send("POST", "withdraw", BY)).status_code == 409


async def test_of_several_answers_at_once_one_is_noted_and_that_one_alone_is_acted_on(made: World, walk: PackWalk) -> None:
    await moved(made, await child_of(made, walk))
    await shows(walk, "address")
    said = ("withdraw", "stands", "supersede", "stands")
    answers = await asyncio.gather(*(walk.send("POST", "changed", {**BY, "answer": answer}) for answer in said))
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]
    [noted] = [one["answer"] for one in (await walk.done("GET", "changed"))["answered"]]
    assert said[[one.status_code for one in answers].index(200)] == noted
    case = (await walk.done("GET", ""))["case"]
    editions = {one["edition"]: one["state"] for one in await made.get(f"/v1/packs?case={case}")}
    assert (2 in editions, editions[1] == "withdrawn") == (noted == "supersede", noted == "withdraw")


async def test_an_answer_that_was_noted_and_not_acted_on_is_made_good_by_the_same_again(made: World, walk: PackWalk) -> None:
    await moved(made, await child_of(made, walk))
    await shows(walk, "address")
    body = {**BY, "answer": "withdraw"}
    assert (await walk.done("POST", "changed", body))["state"] == "withdrawn"
    again = await walk.send("POST", "changed", body)
    assert (again.status_code, [one["answer"] for one in again.json()["answered"]]) == (200, ["withdraw"])
    assert (await walk.send("POST", "changed", {**body, "answer": "supersede"})).status_code == 409


async def test_a_change_that_has_no_day_to_be_answered_by_has_one_from_the_next_look_on(made: World, walk: PackWalk) -> None:
    """As one that an earlier version found."""
    child = await child_of(made, walk)
    await moved(made, child)
    by = (await shows(walk, "address"))["answer_by"]
    client = connect(made.stack.mongo_url("admin"))
    try:
        gone = {"$unset": {"answer_by": 1}, "$inc": {"version": 1}}
        await client["iewo"]["sharing"].update_one({"_id": f"pack:{walk.pack}", "kind": "pack"}, gone)
    finally:
        await close(client)
    before = await told(made, walk)
    await stored(made)

    async def dated() -> bool:
        return bool((await walk.done("GET", ""))["answer_by"] == by)

    await until("it has a day", dated)
    assert await told(made, walk) == before, "nobody is told a second time"


async def test_an_answer_does_not_cover_what_was_found_since_it_was_looked_at(made: World, walk: PackWalk) -> None:
    child = await child_of(made, walk)
    made.corrected_on[child] = FIRST_ABSENT
    await stored(made)
    await shows(walk, "sessions")
    seen = (await walk.done("GET", "changed"))["edition"]
    await moved(made, child)
    await shows(walk, "sessions", "address")
    stale = await walk.send("POST", "changed", {**BY, "answer": "stands", "edition": seen})
    assert (stale.status_code, f"change {seen + 1}" in stale.text) == (409, True), stale.text
    assert (await walk.done("POST", "changed", {**BY, "answer": "stands", "edition": seen + 1}))["changed_since_sent"] == []


async def test_a_pack_that_nobody_fetched_in_the_profiles_days_is_an_alarm(made: World, walk: PackWalk) -> None:
    client = connect(made.stack.mongo_url("admin"))
    try:
        [document] = await made.documents({"_id": f"pack:{walk.pack}"})
        for days, told in ((2, []), (3, [3]), (7, [3, 6])):
            sent_at = {"$set": {"state": "sent", "sent_at": document["sent_at"] - timedelta(days=days)}, "$inc": {"version": 1}}
            await client["iewo"]["sharing"].update_one({"_id": document["_id"], "kind": "pack"}, sent_at)

            async def alarms(told: list[int] = told) -> bool:
                return [one.days for one in await events(made.stack, PackNotFetched) if one.pack == walk.pack] == told

            await until(f"alarms {told}", alarms)
    finally:
        await close(client)
