"""Planted names, numbers, days and addresses are looked for, byte by byte, wherever a pack passes and nobody reads it."""

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest

from deploy.demo.search import files_with
from shared.contracts.attendance import Carer
from shared.identity import new_id
from tests.contract.test_packs_delivered import iewo
from tests.support.agency import Agency
from tests.support.pack_walk import PackWalk
from tests.support.sharing import CODE, TODAY, World, person, world

CHILD, FATHER, MOTHER, OFFICER = "Zennorquill", "Jory Tregear", "Isolde Zed", "Bartholomew Zed"
UPN, PHONE, HOME, HERS = "Z801200009991", "07700 900987", "41 Zinnia Row, Example Haven", "7 Zeppelin Yard, Example Haven"
BORN, HER_BIRTH = date(2013, 7, 29), date(1984, 8, 31)
PLANTED = (CHILD, FATHER, MOTHER, OFFICER, UPN, PHONE, "Zinnia Row", "Zeppelin Yard", "2013-07-29", "1984-08-31", "29 July 2013", "Zwords")


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("traces"), plain_files=True) as ready:
        yield ready


async def sent(made: World) -> PackWalk:
    child = new_id()
    mother = Carer(parent=f"{child}.1", name=MOTHER, relationship="mother", address=HERS, phone=PHONE, born=HER_BIRTH)
    father = Carer(parent=f"{child}.2", name=FATHER, relationship="father", address=HOME)
    about = {"upn": UPN, "surname": CHILD, "born": BORN, "address": HOME, "carers": (mother, father)}
    made.people[child] = person(child).model_copy(update=about)
    walk = await made.drafted(request := await made.ask(child=child))
    statement = (await walk.done("POST", "statement", {"name": OFFICER}))["statement"]
    edited = {"name": OFFICER, "edition": statement["edition"], "paragraphs": ["I wrote down his Zwords."]}
    await walk.done("PUT", "statement", edited)
    assert (await walk.send("POST", "overrides", {"name": OFFICER, "rule": "in time", "why": "Zwords of it"})).status_code == 422
    assert (await walk.send("PUT", f"statement?{CHILD}", {"name": PHONE * 40})).status_code == 422
    await walk.sign()
    await made.came_to(request, "sent")
    heard = {"says": "returned", "questions": ["Zwords?"], "reference": f"{CHILD}/7", "name": OFFICER, "heard": PHONE}
    await walk.done("POST", "words", heard)
    file = f"pack,says,on,why\n{walk.pack},declined,{TODAY},{FATHER} at {HOME.split(',', maxsplit=1)[0]}\n{CHILD},paid,{TODAY},\n"
    headers = made.headers(role="la", sub=OFFICER, authority=CODE) | {"Content-Type": "text/csv"}
    async with httpx.AsyncClient(base_url=made.sharing.url, headers=headers) as client:
        answer = await client.post(f"/v1/authorities/{CODE}/outcomes", params={"name": OFFICER}, content=file)
    assert (answer.json()["heard"], CHILD in answer.text) == (1, False)
    return walk


async def test_nothing_planted_is_found_in_store_bus_logs_and_metrics(made: World, tmp_path: Path) -> None:
    agency = Agency(made.stack, await made.register(), tmp_path / "received")
    walk = await sent(made)
    assert files_with(made.stack.folder, PLANTED) == []
    files = await _received(agency, walk.pack)
    assert all(word in files["pack.json"].decode() for word in (CHILD, FATHER, UPN, "Zinnia Row")), "the search would find them"
    async with made.client("operator") as client:
        metrics = (await client.get("/metrics")).text
    assert "iewo_" in metrics
    assert [word for word in (*PLANTED, walk.pack) if word in metrics] == []
    await made.sharing.stop()  # what it holds in memory is written by now
    assert files_with(made.stack.folder, PLANTED) == []
    await made.sharing.start()
    _read_the_files(files)


async def _received(agency: Agency, pack: str) -> dict[str, bytes]:
    await agency.receive()
    return agency.saved()[pack]


def _read_the_files(files: dict[str, bytes]) -> None:
    """In the manifest, names of files, the PDFs' metadata, XMP, bookmarks and names nobody is named; in B not whom it does not concern."""
    plain: list[Any] = [sorted(files), files["manifest.json"], files["manifest.sig"]]
    for volume in ("volume-a.pdf", "volume-b.pdf"):
        pdf = pypdf.PdfReader(io.BytesIO(files[volume]))
        root: Any = pdf.trailer["/Root"]
        plain += [
            pdf.metadata,
            _titles(pdf.outline),
            root["/Metadata"].get_object().get_data(),
            sorted(root.keys()),
            pdf.named_destinations,
        ]
        assert not pdf.attachments
        assert _titles(pdf.outline), "bookmarks"
    text = "\n".join(repr(one) for one in plain)
    assert [word for word in PLANTED if word in text] == []
    served = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(files["volume-b.pdf"])).pages)
    assert [word for word in (MOTHER.split(maxsplit=1)[0] + "@", PHONE, "Zeppelin Yard", "31 August 1984", UPN) if word in served] == []


def _titles(outline: list[Any]) -> list[str]:
    return [title for one in outline for title in (_titles(one) if isinstance(one, list) else [str(one.title)])]


async def test_an_export_is_named_by_the_pack_alone(made: World, tmp_path: Path) -> None:
    """Names of folders and files are what a mail programme shows, and what a court's clerk sees."""
    walk = await sent(made)
    code, said = await iewo(made, "packs", "words", walk.pack)
    assert (code, "Zwords" in said) == (0, True)
    names = [one["name"] for one in (await walk.done("GET", "export"))["files"]]
    assert [word for word in PLANTED if word in " ".join(names)] == []
