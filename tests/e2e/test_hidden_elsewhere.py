"""An address that another school's roll hides, on the whole stack: it is in neither volume of a pack, nor in what the Local Authority (LA)
is told when it becomes confidential after the pack was sent."""

import io
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from clients.iewo.packs import receive
from deploy.local.running import QUICK, Running
from services.sharing.profiles import FOLDER
from shared import consignment
from shared.pack import change
from shared.provision import authority
from tests.support.autumn import CLOCK, TODAY, this_term
from tests.support.casework import ENFORCEMENT, LA, Casework, add_authority
from tests.support.events import kept, quiet
from tests.support.pack_walk import PackWalk
from tests.support.rolls import roll_csv
from tests.support.school import School, marks_csv, until, upn
from tests.support.servers import running_on_empty
from tests.support.whole import proposed

HOME, REFUGE = "1 Example Street Wexley ZZ99 3CC", "7 Refuge Lane Wexley ZZ99 1AA"
MOTHER = {"parent 1 name": "Alex Larkfield", "parent 1 relationship": "mother", "parent 1 address": HOME}
FATHER = {"parent 2 name": "Jo Ashdown", "parent 2 relationship": "father", "parent 2 address": REFUGE}
SAYS = "parent 2 address confidential"
NUMBER = 41


def asking_for_addresses(folder: Path) -> Path:
    """The profiles, of authorities that ask for the address of the other parents too."""
    for file in FOLDER.glob("*.toml"):
        shutil.copy(file, folder)
    national = folder / "national.toml"
    said = national.read_text()
    asked = said.replace('parents = ["relationship",', 'parents = ["address", "relationship",')
    assert asked != said
    national.write_text(asked)
    return folder


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    profiles = asking_for_addresses(tmp_path_factory.mktemp("profiles"))
    async with running_on_empty(tmp_path_factory.mktemp("stack"), {**QUICK, **CLOCK, "IEWO_PROFILE_FOLDER": str(profiles)}) as stack:
        await add_authority(stack)
        yield stack


async def sent(school: School, casework: Casework, case: str) -> PackWalk:
    async def drafted() -> dict[str, Any] | None:
        return next(iter((await school.get(f"/v1/packs?case={case}", "sharing", role="head of service")).json()), None)

    pack = await until("a draft of a pack", drafted)
    walk = PackWalk(school.running["sharing"].url, school.headers, pack["pack"], school.urn)
    await walk.sign()
    return walk


async def files_of(running: Running, pack: str) -> dict[str, bytes]:
    """As the LA opens them, the consignment whole."""
    key = authority.load(running.stack.credentials, LA).private_key.read_text().strip()

    async def there() -> dict[str, bytes] | None:
        opened = [consignment.open_(message.body, key) for message in await kept(running.stack, "PACKS")]
        return next((dict(one.files) for one in opened if one.pack == pack), None)

    return await until("the pack on the stream", there)


def text_of(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())
    return content.decode(errors="replace")


async def test_no_pack_holds_an_address_that_another_school_said_is_confidential(running: Running, tmp_path: Path) -> None:
    here, there = await School(running, "940101").open(), await School(running, "940102").open()
    await here.put_in(roll_csv([NUMBER], {**MOTHER, **FATHER, SAYS: "no"}))
    days = this_term(20)
    rows = [(upn(NUMBER), day, session, "O") for day in days for session in ("AM", "PM")]
    await here.put_in(marks_csv(rows))
    [proposal] = await proposed(here, 1)
    casework = Casework(here)
    await casework.accept([proposal])
    case, child = proposal["referral"], proposal["child"]
    said = {"kind": "home visit", "date": TODAY.isoformat(), "with_whom": "father", "engagement": "good", "seen": "yes"}
    (await casework.post(f"/v1/cases/{case}/interventions", {**said, "outcome": "seen at 7 Refuge Lane"})).raise_for_status()
    asked = await casework.post(f"/v1/cases/{case}/enforcement", {**ENFORCEMENT, "parent": f"{child}.1"})
    assert asked.status_code == 201, asked.text
    first = await sent(here, casework, case)
    files = await files_of(running, first.pack)
    assert any("Refuge" in text_of(content) for content in files.values()), "nobody has said yet that it is confidential"

    await there.put_in(roll_csv([NUMBER], {**MOTHER, **FATHER, SAYS: "yes"}))
    await quiet(running)

    async def changed() -> Any:
        return (await first.done("GET", ""))["changed_since_sent"] == ["address"]

    await here.put_in(marks_csv([(upn(NUMBER), TODAY, "AM", "O")]))  # the school's next feed: its sent packs are looked at again
    await until("it is told that the address has changed", changed)
    made = authority.load(running.stack.credentials, LA)
    creds = running.stack.credentials / "authorities" / f"{LA}.creds"
    await receive(
        running.stack.nats_url, creds, made.private_key, made.account, LA, tmp_path, on_pack=lambda _: None, on_wait=lambda _: None
    )
    [notice] = [(folder / change.NOTICE).read_text() for folder in tmp_path.glob(f"{first.pack}-change-*")]
    assert ("address" in json.loads(notice)["what"], "Refuge" in notice, "1AA" in notice) == (True, False, False)

    await first.done("POST", "changed", {"name": "T. Okafor", "why": "an address is confidential", "answer": "supersede"})

    async def next_edition() -> dict[str, Any] | None:
        found = (await here.get(f"/v1/packs?case={case}", "sharing", role="head of service")).json()
        return next((one for one in found if one["edition"] == 2), None)

    second = await until("the next edition", next_edition)
    walk = PackWalk(running["sharing"].url, here.headers, second["pack"], here.urn)
    await walk.sign()
    files = await files_of(running, second["pack"])
    volumes = {name: text_of(content) for name, content in files.items()}
    assert any(name.endswith(".pdf") for name in volumes)
    assert {name for name, text in volumes.items() if re.search(r"Refuge|ZZ99\s*1AA", text)} == set(), child
    assert any("withheld" in text for text in volumes.values())
    for school in (here, there):
        await school.close()
