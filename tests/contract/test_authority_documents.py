"""What an LA is given to write its own program by: the example receives real packs, the AsyncAPI document says what is so."""

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy import authority_asyncapi
from deploy.local.stack import Stack
from services.sharing.domain.paper.make import Files, make
from shared import consignment
from shared.consignment import Consignment
from shared.pack import change
from shared.pack.change import NoticeOfChange
from shared.pack.manifest import MANIFEST
from shared.pack.verify import findings
from shared.provision import authority, jwts
from tests.domain import paper_sample as sample
from tests.support.agency import Agency

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "receive_packs.py"
LETTER = b"%PDF-1.7 a letter"
OURS, OTHER = (Ed25519PrivateKey.from_private_bytes(one * 32) for one in (b"7", b"8"))


def pack_of(key: Ed25519PrivateKey) -> tuple[str, str, Files]:
    """Id, LA and files of a pack that this key signed."""
    short = sample.register(number=5)
    statement = sample.statement(exhibits=(sample.exhibit(sha256=hashlib.sha256(LETTER).hexdigest()),))
    material = sample.material(statement=statement, marks=short, this_year=short, last_year=None, certificate=None)
    files = make(material, sample.PROFILE, {"d1": LETTER}, {}, key)
    told = json.loads(files[MANIFEST])
    return told["pack"], told["authority"], files


@pytest.fixture
async def agency(tmp_path: Path) -> AsyncIterator[Agency]:
    _, code, _ = pack_of(OURS)
    async with Stack(tmp_path / "stack") as stack:
        yield Agency(stack, await authority.add(stack.nats_url, stack.credentials, code), tmp_path / "packs")


async def run(agency: Agency, key: Ed25519PrivateKey) -> tuple[int | None, str]:
    (public := agency.to.parent / "packs.pub").write_text(key.public_key().public_bytes_raw().hex() + "\n")
    one = agency.added
    words = (agency.stack.nats_url, one.code, one.credentials, one.private_key, public, agency.to)
    pipe = asyncio.subprocess.PIPE
    env = {**os.environ, "PYTHONPATH": str(EXAMPLE.parents[2])}  # as where the package is installed
    process = await asyncio.create_subprocess_exec(sys.executable, str(EXAMPLE), *map(str, words), stdout=pipe, stderr=pipe, env=env)
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, output.decode().strip()


async def test_the_example_receives_what_an_authority_is_sent(agency: Agency) -> None:
    pack, code, files = pack_of(OURS)
    await agency.publish(consignment.close(Consignment(pack, code, files), agency.added.pack_key))
    assert await run(agency, OTHER) == (1, "")
    assert list(agency.to.iterdir()) == []
    assert sum(await agency.standing()) == 1, "what another key signed is neither saved nor acknowledged"
    notice = NoticeOfChange(
        pack=pack,
        notice=f"{pack}-changed-1",
        authority=code,
        told_on=sample.TODAY,
        says="changed since sent",
        what=("address",),
        public_key=change.public_of(OURS),
    )
    told, document = change.sign(notice, OURS), json.loads(files["pack.json"])
    await agency.publish(consignment.close(Consignment(notice.notice, code, told), agency.added.pack_key))
    assert await run(agency, OURS) == (0, f"{pack} {document['measure']} {document['school']['name']}")
    assert agency.saved() == {pack: files, notice.notice: told}
    assert findings(agency.saved()[pack]) == []
    assert await agency.standing() == (0, 0)


@pytest.mark.parametrize(("words", "says"), [((), "python receive_packs.py tls://"), (("x", "803", "c", "k", "no.pub", "to"), "no.pub")])
async def test_the_example_says_what_it_has_to_be_given(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    env, pipe = {**os.environ, "PYTHONPATH": str(EXAMPLE.parents[2])}, asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, str(EXAMPLE), *words, stdout=pipe, stderr=pipe, env=env, cwd=tmp_path)
    _, error = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, says in error.decode(), "Traceback" in error.decode()) == (1, True, False)


def test_the_example_is_as_short_as_it_says_and_uses_nothing_but_the_subscription() -> None:
    text = EXAMPLE.read_text()
    assert len(text.splitlines()) <= 32
    assert [line for line in text.splitlines() if line.startswith(("from", "import"))] == [
        "import json",
        "import sys",
        "from pathlib import Path",
        "from clients.iewo.subscription import PacksError, Received, Subscription",
    ]


async def test_the_document_names_what_the_authoritys_user_may(agency: Agency) -> None:
    token, _ = jwts.parse_credentials(agency.added.credentials.read_text())
    claims = jwts.claims_of(token)
    told = authority_asyncapi.document()
    values = {"{account}": agency.added.account, "{authority}": agency.added.code, "{delivery}": ">"}
    said = {name: channel["address"] for name, channel in told["channels"].items()}
    for place, value in values.items():
        said = {name: address.replace(place, value) for name, address in said.items()}
    assert [said["fetch"], said["acknowledge"]] == claims["pub"]["allow"]
    assert [said["packs"]] == claims["sub"]["allow"]


def test_the_document_is_whole() -> None:
    """Every reference leads somewhere, and nothing of ours is in it but the packs."""
    told = authority_asyncapi.document()
    text = json.dumps(told)

    def leads(reference: str) -> bool:
        place = told
        for word in reference.removeprefix("#/").split("/"):
            place = place[word]
        return bool(place)

    references = {part.split('"')[0] for part in text.split('"$ref": "')[1:]}
    assert references
    assert all(leads(one) for one in references)
    assert not [word for word in ("events.", "commands.", "query.", "feeds.") if word in text]
