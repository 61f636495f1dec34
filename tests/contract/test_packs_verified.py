"""What an LA receives is verified before it is saved: a pack that is not as it was signed stays on the bus and is told."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clients.iewo.packs import PacksError, receive
from clients.iewo.taking import Received
from services.sharing.domain.paper.make import Files, make
from shared.identity import new_id
from shared.pack.verify import findings
from tests.contract.test_packs_receive import agency, stack
from tests.domain import paper_sample as sample
from tests.support.agency import Agency

__all__ = ["agency", "stack"]

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(one * 32) for one in (b"7", b"8"))
TRUSTED = KEY.public_key().public_bytes_raw().hex()


def pack(code: str, key: Ed25519PrivateKey = KEY) -> tuple[str, Files]:
    short = sample.register(number=5)
    statement = sample.statement(exhibits=())
    parts = {"marks": short, "this_year": short, "last_year": None, "certificate": None, "statement": statement}
    id_ = new_id()
    return id_, make(sample.material(pack=id_, authority_code=code, **parts), sample.PROFILE, {}, {}, key)


async def received(agency: Agency, trusted: str | None) -> list[Received]:
    found: list[Received] = []
    one = agency.added
    await receive(
        agency.stack.nats_url, one.credentials, one.private_key, one.account, one.code, agency.to, on_pack=found.append, trusted=trusted
    )
    return found


async def send(agency: Agency, id_: str, files: Files) -> None:
    agency.sent[id_] = files
    await agency.publish(agency.message(id_))


async def test_a_signed_pack_is_saved_whole_and_verifies_from_its_folder(agency: Agency) -> None:
    id_, files = pack(agency.added.code)
    await send(agency, id_, files)
    [one] = await received(agency, TRUSTED)
    assert one.folder == agency.to / id_
    saved = {file.name: file.read_bytes() for file in Path(one.folder).iterdir()}
    assert saved == files
    assert findings(saved, trusted=TRUSTED) == []


async def test_what_is_not_as_it_was_signed_stays_on_the_bus_and_the_rest_is_saved(agency: Agency) -> None:
    altered, files = pack(agency.added.code)
    await send(agency, altered, {**files, "volume-b.pdf": files["volume-a.pdf"]})
    forged, foreign = pack(agency.added.code, OTHER)
    await send(agency, forged, foreign)
    good, whole = pack(agency.added.code)
    await send(agency, good, whole)
    await send(agency, "another-id", whole)
    with pytest.raises(PacksError, match="3 left on the bus, 1 saved") as refused:
        await received(agency, TRUSTED)
    said = str(refused.value)
    assert f"pack {altered} is not as it was signed: volume-b.pdf is not the file that was signed" in said
    assert f"pack {forged} is not as it was signed: the manifest is signed with another key than the trusted one" in said
    assert "pack another-id is not as it was signed: its manifest is that of another pack" in said
    assert agency.saved().keys() == {good}
