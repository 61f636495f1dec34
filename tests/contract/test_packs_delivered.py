"""Packs for Local Authorities that do not receive from the stream: one downloads, signed in, the other is handed its packs."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.sharing.profiles import FOLDER
from shared.auth import Role
from shared.contracts.sharing import PackFetched, PackSent
from shared.development import sign_token
from tests.support import command
from tests.support.pack_walk import PackWalk, digest
from tests.support.school import until
from tests.support.sharing import OTHER_SCHOOL, SCHOOL, TODAY, World, events, stored, world

DOWNLOADS, BY_HAND = "801", "802"
HANDED = {"way": "secure e-mail", "recipient": "Attendance Enforcement Team", "name": "T. Okafor", "reference": "REF/5"}


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("delivered")
    shutil.copytree(FOLDER, folder / "authorities")
    for code, method in ((DOWNLOADS, "download"), (BY_HAND, "by hand")):
        said = f'name = "Example"\n[[enforcement]]\nfrom = 2024-08-19\n[enforcement.delivery]\nmethod = "{method}"\n'
        (folder / "authorities" / f"{code}.toml").write_text(said)
    async with world(folder, IEWO_PROFILE_FOLDER=str(folder / "authorities")) as ready:
        ready.authority_of |= {SCHOOL: DOWNLOADS, OTHER_SCHOOL: BY_HAND}
        async with ready.client("operator") as client:
            for code in (DOWNLOADS, BY_HAND):
                assert (await client.put(f"/v1/authorities/{code}", json={"name": "Example"})).status_code == 201
        yield ready


async def la(made: World, path: str, code: str = DOWNLOADS, of: str | None = None) -> httpx.Response:
    headers = made.headers(role="la", sub=f"la {code}", authority=code)
    async with httpx.AsyncClient(base_url=made.sharing.url, headers=headers, timeout=30) as client:
        return await client.get(f"/v1/authorities/{of or code}/packs{path}")


async def test_an_authority_downloads_its_packs_and_all_files_are_fetched(made: World) -> None:
    request = await made.ask()
    pack = (await made.sent(request))["pack"]
    assert await stored(made.stack, DOWNLOADS) == 0, "nothing on the stream"
    shown = next(one for one in (await la(made, "")).json() if one["pack"] == pack)
    assert request.child not in repr(shown)
    for name, sha256 in ((one["name"], one["sha256"]) for one in shown["files"]):
        assert (await la(made, f"/{pack}")).json()["state"] == "sent"
        assert digest((await la(made, f"/{pack}/files/{name}")).content) == sha256
    assert (await la(made, f"/{pack}")).json()["state"] == "fetched"
    await asyncio.gather(*(la(made, f"/{pack}/files/{one['name']}") for one in shown["files"]))
    assert [one.pack for one in await events(made.stack, PackFetched) if one.pack == pack] == [pack], "once"
    for code, of in ((BY_HAND, None), (BY_HAND, DOWNLOADS)):
        assert (await la(made, f"/{pack}/files/{shown['files'][0]['name']}", code, of)).status_code == 404
    assert (await la(made, "", BY_HAND, DOWNLOADS)).status_code == 404


async def test_who_downloads_what_is_noted_and_no_trick_gets_another_file(made: World) -> None:
    pack = (await made.sent(await made.ask()))["pack"]
    name = "volume-a.pdf"
    whole = (await la(made, f"/{pack}/files/{name}")).content
    for trick in (
        "..%2fpack.json",
        "../pack.json",
        "pack.json%00",
        "PACK.JSON",
        "%2e%2e/files/pack.json",
        "0",
        " ",
    ):
        answer = await la(made, f"/{pack}/files/{trick}")
        assert (answer.status_code, whole[:5] in answer.content) == (404, False), trick
    for stranger in (BY_HAND, "999"):
        for path in ("", f"/{pack}", f"/{pack}/files/{name}"):
            assert (await la(made, path, stranger, DOWNLOADS)).status_code == 404
            assert path == "" or (await la(made, path, stranger)).status_code == 404
    headers = made.headers(role="la", sub="second clerk", authority=DOWNLOADS)
    path = f"/v1/authorities/{DOWNLOADS}/packs/{pack}/files"
    async with httpx.AsyncClient(base_url=made.sharing.url, headers=headers, timeout=60) as client:
        assert (await client.head(f"{path}/pack.json")).status_code == 405, "a look at it is no download"
        for asked in (
            {"Range": "bytes=5-9"},
            {"Range": "bytes=0-0,-1"},
            {"If-None-Match": "*"},
            {"If-Modified-Since": "Sun, 01 Jan 2040 00:00:00 GMT"},
        ):
            answer = await client.get(f"{path}/{name}", headers=asked)
            assert (answer.status_code, answer.content) == (200, whole), "whole, whatever is asked: a download that broke off is made again"
            assert answer.headers["cache-control"] == "no-store"
        answers = await asyncio.gather(*(client.get(f"{path}/volume-b.pdf") for _ in range(60)))
        assert {(one.status_code, one.content) for one in answers} == {(200, answers[0].content)}
    noted = await made.get(f"/v1/packs/{pack}/downloads")
    assert [(one["file"], one["person"]) for one in noted["downloads"]] == [
        (name, f"la {DOWNLOADS}"), (name, "second clerk"), ("volume-b.pdf", "second clerk"),
    ]  # fmt: skip
    assert (await la(made, f"/{pack}")).json()["state"] == "sent", "three of its files"
    assert [await made.status(f"/v1/packs/{pack}/downloads", role, SCHOOL) for role in ("officer", "la", "school")] == [403] * 3
    assert "second clerk" not in repr(await made.documents({"_id": f"pack:{pack}"}))
    code, said = await iewo(made, "packs", "downloads", pack, role="head of service")
    assert (code, "second clerk" in said) == (0, True)


@pytest.fixture
async def walk(made: World) -> PackWalk:
    request = await made.ask(school=OTHER_SCHOOL)
    walk = await made.signed(request)

    async def files() -> Any:
        return (await walk.done("GET", ""))["files"]

    await until("files are laid down", files)
    return walk


async def test_a_pack_is_handed_over_as_it_was_exported(made: World, walk: PackWalk) -> None:
    waiting = await walk.done("GET", "")
    assert (waiting["state"], "by hand" in waiting["reason"]) == ("waiting", True)
    export = await walk.done("GET", "export")
    assert sorted(name for part in export["parts"] for name in part["files"]) == sorted(one["name"] for one in export["files"])
    early = await walk.send("POST", "handed-over", {**HANDED, "on": f"{TODAY - timedelta(days=1)}"})
    assert early.status_code == 422
    assert (await walk.send("GET", "export", school=SCHOOL)).status_code == 404
    answers = await asyncio.gather(*(walk.send("POST", "handed-over", HANDED) for _ in range(3)))
    assert [one.status_code for one in answers] == [200] * 3
    assert {one.json()["state"] for one in answers} == {"sent"}
    after = await walk.done("GET", "")
    assert (after["history"][-1]["act"], after["history"][-1]["why"]) == ("hand over", "secure e-mail to Attendance Enforcement Team")
    assert after["files"] == export["files"]
    for file in after["files"]:
        assert digest((await walk.send("GET", f"files/{file['name']}")).content) == file["sha256"]
    [row] = await made.get(f"/v1/disclosures?child={after['child']}", "data protection officer")
    assert (row["state"], row["pack"], row["authority"]) == ("made", walk.pack, BY_HAND)
    assert ("attendance certificate" in row["categories"], "other agencies" in row["categories"]) == (True, False)
    assert [one.pack for one in await events(made.stack, PackSent) if one.pack == walk.pack] == [walk.pack]


async def test_what_is_changed_before_it_is_handed_over_is_laid_down_anew(made: World, walk: PackWalk) -> None:
    before = {one["name"]: one["sha256"] for one in (await walk.done("GET", "export"))["files"]}
    statement = (await walk.done("GET", "statement"))["statement"]
    words = {"name": "T. Okafor", "edition": statement["edition"], "paragraphs": ["I called at the home."]}
    assert (await walk.done("PUT", "statement", words))["state"] == "draft"
    assert (await walk.send("GET", "export")).status_code == 409
    assert (await walk.send("POST", "handed-over", HANDED)).status_code == 409
    await walk.done("POST", "statement/sign", {"edition": statement["edition"] + 1})
    await walk.done("POST", "check", {"name": "T. Okafor"})
    await walk.done("POST", "approve", {"name": "D. Example"}, role="head of service")
    await walk.sign_certificate((await walk.certificate())["check"])

    async def laid() -> Any:
        answer = await walk.send("GET", "export")
        return answer.json() if answer.status_code == 200 else None

    after = {one["name"]: one["sha256"] for one in (await until("files anew", laid))["files"]}
    assert after["volume-b.pdf"] != before["volume-b.pdf"]
    assert (await walk.done("POST", "handed-over", HANDED))["state"] == "sent"


async def test_what_was_laid_down_for_one_authority_goes_on_the_stream_of_another(made: World) -> None:
    """The school comes to an LA that receives otherwise: no piece of the first files stands in the way, or stays."""
    made.authority_of |= {"900151": BY_HAND}
    await made.register("851")
    request = await made.ask(school="900151")
    walk = await made.signed(request)

    async def chunks() -> Any:
        return [one["_id"] for one in await made.documents({"kind": "chunk"}) if walk.pack in one["_id"]]

    first = await until("files are laid down", chunks)
    made.authority_of["900151"] = "851"
    assert (await walk.done("GET", ""))["state"] == "draft"
    assert await chunks() == []
    await walk.override_all()
    await walk.done("POST", "check", {"name": "T. Okafor"})
    await walk.done("POST", "approve", {"name": "D. Example"}, role="head of service")
    await walk.sign_certificate((await walk.certificate())["check"])
    await made.came_to(request, "sent")
    assert await chunks() == first
    assert await stored(made.stack, "851") == 1


async def test_an_authority_that_receives_otherwise_now_is_sent_what_was_laid_down(made: World) -> None:
    request = await made.ask(school=OTHER_SCHOOL)
    walk = await made.signed(request)

    async def waits() -> Any:
        return (await walk.done("GET", ""))["files"]

    await until("files are laid down", waits)
    profile = made.stack.folder / "authorities" / f"{BY_HAND}.toml"
    before = profile.read_text()
    profile.write_text(before.replace("by hand", "download"))
    try:
        await made.sharing.stop()
        await made.sharing.start()
        await made.came_to(request, "sent")
    finally:
        profile.write_text(before)
        await made.sharing.stop()
        await made.sharing.start()
    assert digest((await walk.send("GET", "files/pack.json")).content) in {one["sha256"] for one in (await walk.done("GET", ""))["files"]}


async def iewo(made: World, *arguments: str, role: Role = "officer") -> tuple[int, str]:
    """The command as a person runs it: its exit code, and all that it says."""
    token = sign_token(made.stack.credentials, role=role, sub=f"{role} of the test", schools=(SCHOOL, OTHER_SCHOOL))
    ran = await command.iewo(*arguments, "--url", made.sharing.url, told={"IEWO_TOKEN": token, "COLUMNS": "200"})
    return ran.code, ran.out + ran.err


async def test_an_officer_does_it_all_by_commands(made: World, walk: PackWalk, tmp_path: Path) -> None:
    assert (await iewo(made, "packs", "export", walk.pack, "--to", str(tmp_path)))[0] == 0
    folder = tmp_path / walk.pack
    files = {one["name"]: one["sha256"] for one in (await walk.done("GET", "export"))["files"]}
    assert {file.name: digest(file.read_bytes()) for file in folder.iterdir()} == files
    code, said = await iewo(made, "packs", "export", walk.pack, "--to", str(tmp_path))
    assert (code, "is there already" in said) == (2, True)
    handed = ("--way", "secure e-mail", "--recipient", "Attendance Team", "--name", "T. Okafor")
    assert (await iewo(made, "packs", "handed-over", walk.pack, *handed)) == (0, f"pack {walk.pack} is sent\n")
    heard = ("--heard", "letter of today", "--name", "T. Okafor")
    code, said = await iewo(made, "packs", "say", walk.pack, "returned", "--question", "Which day?", *heard)
    assert (code, said) == (0, f"pack {walk.pack} is returned; 1 said of it so far\n")
    (tmp_path / "words.csv").write_text(f"pack,says,on\n{walk.pack},accepted,{TODAY}\n{walk.pack},Zebedee,{TODAY}\n")
    code, said = await iewo(made, "outcomes", "import", str(tmp_path / "words.csv"), "--la", BY_HAND, "--name", "T. Okafor")
    assert (code, "1 new, 0 known before, 1 refused" in said, "Zebedee" in said) == (3, True, False)
    code, said = await iewo(made, "packs", "words", walk.pack)
    assert (code, "Which day?" in said, "accepted" in said) == (0, True, True)
    code, said = await iewo(made, "packs", "changed", walk.pack)
    assert (code, "nothing open since it was sent" in said) == (0, True)
    code, said = await iewo(made, "packs", "withdraw", walk.pack, "--why", "the wrong parent", "--name", "T. Okafor")
    assert (code, "is withdrawn" in said) == (0, True)
    pack = await walk.done("GET", "")
    about = (pack["case"], pack["parent"])
    assert (await iewo(made, "notice-history", "asked", *about, "--la", BY_HAND, "--name", "T. Okafor"))[0] == 0
    answered = ("--la", BY_HAND, "--issued", "2025-11-03", "--source", "e-mail", "--name", "T. Okafor")
    assert (await iewo(made, "notice-history", "answered", *about, *answered))[0] == 0
    code, said = await iewo(made, "notice-history", "show", *about)
    assert (code, "2025-11-03" in said, BY_HAND in said) == (0, True, True)
