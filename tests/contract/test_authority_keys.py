"""An LA whose key becomes another one: what it had not fetched is sent again, closed to the new key; without a key its packs wait."""

import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from clients.iewo.packs import PacksError, receive
from clients.iewo.taking import Received
from shared import parcel
from shared.development import sign_token
from shared.pack.verify import findings
from shared.provision.authority_files import Authority, load
from tests.support import command
from tests.support.pack_walk import PackWalk, digest
from tests.support.school import until
from tests.support.sharing import OTHER_SCHOOL, SCHOOL, World, stored, world


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("keys")) as ready:
        yield ready


async def iewo(made: World, *arguments: str, sharing: str | None = None) -> tuple[int, str]:
    token = sign_token(made.stack.credentials, role="operator", sub="operator of the test")
    where = ("--url", sharing or made.sharing.url, "--credentials", str(made.stack.credentials), "--nats", made.stack.nats_url)
    ran = await command.iewo("authority", *arguments, *where, told={"IEWO_TOKEN": token, "COLUMNS": "200"})
    return ran.code, ran.out + ran.err


async def add(made: World, code: str) -> Authority:
    assert (await iewo(made, "add", code, "--name", "Example Council"))[0] == 0
    return load(made.stack.credentials, code)


async def received(made: World, one: Authority, to: Path) -> list[Received]:
    found: list[Received] = []
    files = (one.credentials, one.private_key, one.account, one.code, to)
    await receive(made.stack.nats_url, *files, on_pack=found.append, redelivery_seconds=1)
    return found


async def placed(made: World, pack: str, key: str) -> None:
    """The broker has it, closed to this key."""

    async def there() -> bool:
        [document] = await made.documents({"_id": f"pack:{pack}"})
        return "sequence" in document and document["closed_to"] == key

    await until("on the stream", there)


async def test_what_was_not_fetched_is_sent_again_to_the_new_key(made: World, tmp_path: Path) -> None:
    made.authority_of[SCHOOL] = "701"
    first = await add(made, "701")
    before = await made.ask()
    sent = await made.sent(before)
    files = {one["name"]: one["sha256"] for one in (await made.get(f"/v1/packs/{sent['pack']}"))["files"]}

    assert (await iewo(made, "revoke", "701", "--yes"))[0] == 0
    [told] = [one for one in await made.get("/v1/authorities", "operator") if one["code"] == "701"]
    assert (told["public_key"], told["account"]) == (None, None)
    meanwhile = await made.ask()
    waits = await made.sent(meanwhile, "waiting")
    assert await stored(made.stack, "701") == 1, "nothing is closed to the old key any more"

    second = await add(made, "701")
    assert second.pack_key != first.pack_key

    await placed(made, sent["pack"], second.pack_key)
    await made.came_to(meanwhile, "sent")
    await placed(made, waits["pack"], second.pack_key)

    async def no_more() -> bool:
        return await stored(made.stack, "701") == 2

    await until("the parcel that was closed to the earlier key has gone", no_more)
    told_of = await received(made, second, tmp_path)
    assert sorted(one.pack for one in told_of if one.new) == sorted((sent["pack"], waits["pack"])), "each once"
    assert not any(one.again for one in told_of)
    assert await received(made, second, tmp_path) == [], "nothing is left on the bus"
    saved = {file.name: file.read_bytes() for file in (tmp_path / sent["pack"]).iterdir()}
    assert {name: digest(content) for name, content in saved.items()} == files, "byte for byte"
    assert findings(saved) == []
    for request in (before, meanwhile):
        await made.came_to(request, "fetched")
    [row] = await made.get(f"/v1/disclosures?child={before.child}", "data protection officer")
    assert row["pack"] == sent["pack"]
    await add(made, "701")
    assert await stored(made.stack, "701") == 2, "once"


async def test_an_authority_added_again_is_not_sent_what_it_has_fetched(made: World, tmp_path: Path) -> None:
    made.authority_of[SCHOOL] = "706"
    first = await add(made, "706")
    fetched, kept = await made.sent(await made.ask()), tmp_path / "before"
    assert [one.pack for one in await received(made, first, kept)] == [fetched["pack"]]
    walk = PackWalk(made.sharing.url, made.headers, fetched["pack"], SCHOOL)
    await until("fetched", partial(_fetched, walk))
    later = await made.ask()
    waits = await made.sent(later)
    assert (await iewo(made, "revoke", "706", "--yes"))[0] == 0
    second = await add(made, "706")
    await placed(made, waits["pack"], second.pack_key)

    async def one_alone() -> bool:
        return await stored(made.stack, "706") == 1

    await until("what it had fetched has gone", one_alone)
    assert [(one.pack, one.again) for one in await received(made, second, tmp_path / "another machine")] == [(waits["pack"], False)]
    assert await received(made, second, tmp_path / "another machine") == []
    await made.came_to(later, "fetched")


async def test_notices_of_change_are_told_again_to_the_new_key_and_at_last_where_there_was_none(made: World, tmp_path: Path) -> None:
    made.authority_of[SCHOOL] = "705"
    first = await add(made, "705")
    packs = [await made.sent(await made.ask()) for _ in range(2)]
    assert len(await received(made, first, tmp_path)) == 2
    walks = [PackWalk(made.sharing.url, made.headers, pack["pack"], SCHOOL) for pack in packs]
    for walk in walks:
        await until("fetched", partial(_fetched, walk))
    why = {"name": "T. Okafor", "why": "the family has moved"}
    await walks[0].done("POST", "withdraw", why)
    assert (await iewo(made, "revoke", "705", "--yes"))[0] == 0
    await walks[1].done("POST", "withdraw", why)
    second = await add(made, "705")

    async def closed() -> bool:
        found = await made.documents({"kind": "pack", "authority": "705", "notice_place": {"$exists": True}})
        return [one["notices_to"] for one in found] == [second.pack_key] * 2

    await until("told again, and told", closed)
    await received(made, second, tmp_path)
    for walk in walks:
        notice = json.loads((tmp_path / f"{walk.pack}-withdrawn" / "notice-of-change.json").read_text())
        assert (notice["pack"], notice["says"]) == (walk.pack, "withdrawn")
    assert await received(made, second, tmp_path) == [], "nothing is left on the bus"

    async def forgotten() -> bool:
        return await made.documents({"kind": "pack", "authority": "705", "notices_to": {"$exists": True}}) == []

    await until("known to be fetched", forgotten)


async def _fetched(walk: PackWalk) -> bool:
    return bool((await walk.done("GET", ""))["state"] == "fetched")


async def test_more_packs_than_one_run_ever_had_in_hand_do_not_keep_back_those_sent_again(made: World, tmp_path: Path) -> None:
    made.authority_of[OTHER_SCHOOL] = "702"
    await add(made, "702")
    request = await made.ask(school=OTHER_SCHOOL)
    pack = (await made.sent(request))["pack"]
    own = load(made.stack.credentials, "702")
    for key in (*(parcel.generate()[1] for _ in range(17)), own.pack_key):  # each time what was sent is closed to an earlier key
        async with made.client("operator") as client:
            answer = await client.put("/v1/authorities/702", json={"name": "Example Council", "public_key": key})
        assert answer.status_code == 200
        await placed(made, pack, key)
    assert await stored(made.stack, "702") == 19
    told_of = await received(made, own, tmp_path)
    assert [one.pack for one in told_of if one.new] == [pack]
    await made.came_to(request, "fetched")


async def test_it_is_taken_off_the_bus_though_sharing_is_away_and_told_when_it_is_run_again(made: World) -> None:
    one = await add(made, "703")
    (file := made.stack.folder / "kept.creds").write_text(one.credentials.read_text())
    (key := made.stack.folder / "kept.key").write_text(one.private_key.read_text())
    code, said = await iewo(made, "revoke", "703", "--yes", sharing="http://127.0.0.1:9")
    assert (code, "off the bus, but sharing was not told" in said, len(said.splitlines())) == (4, True, 1)
    with pytest.raises(PacksError, match="does not let LA 703 in"):
        await receive(made.stack.nats_url, file, key, one.account, "703", file.parent / "703", on_pack=print)
    assert (await iewo(made, "revoke", "703", "--yes"))[0] == 0
    [told] = [one for one in await made.get("/v1/authorities", "operator") if one["code"] == "703"]
    assert told["public_key"] is None
    code, said = await iewo(made, "revoke", "704", "--yes")
    assert (code, "LA 704 is not on the bus" in said) == (1, True)
    async with made.client("head of service") as client:
        assert (await client.delete("/v1/authorities/703/key")).status_code == 403
