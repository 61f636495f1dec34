"""`iewo authority add` and `revoke`, as a subprocess: the role before the bus, and no word of credentials that an LA has no use for."""

import asyncio
import base64
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.sharing.profiles import FOLDER
from shared.auth import Role
from shared.development import sign_token
from shared.provision import authority, authority_files
from tests.support.sharing import World, world

OTHERWISE = {"801": "download", "802": "by hand"}


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("authorities")
    shutil.copytree(FOLDER, folder / "authorities")
    for code, method in OTHERWISE.items():
        said = f'[[enforcement]]\nfrom = 2024-08-19\n[enforcement.delivery]\nmethod = "{method}"\n'
        (folder / "authorities" / f"{code}.toml").write_text(said)
    async with world(folder, IEWO_PROFILE_FOLDER=str(folder / "authorities")) as ready:
        yield ready


async def iewo(made: World, *arguments: str, role: Role = "operator") -> tuple[int | None, str, str]:
    where = ("--url", made.sharing.url, "--nats", made.stack.nats_url, "--credentials", str(made.stack.credentials))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clients.iewo", "authority", *arguments, *where),
        env={**os.environ, "IEWO_TOKEN": sign_token(made.stack.credentials, role=role, sub="somebody"), "COLUMNS": "300"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 120)
    return process.returncode, out.decode(), err.decode()


def on_the_bus(made: World) -> set[str]:
    return set(authority_files.codes(made.stack.credentials))


async def test_who_may_not_add_an_authority_changes_nothing_on_the_bus(made: World) -> None:
    for role in ("officer", "head of service", "data protection officer"):
        code, out, err = await iewo(made, "add", "895", "--name", "Somewhere", role=role)
        assert (code, out, "this is for: operator" in err, err.count("\n")) == (5, "", True, 1)
    assert "895" not in on_the_bus(made)


async def test_of_an_authority_that_made_its_own_pair_no_private_key_lies_here(made: World, tmp_path: Path) -> None:
    (public := tmp_path / "897.pub").write_text(base64.b64encode(b"7" * 32).decode())
    private = authority_files.path(made.stack.credentials, "897", "key")
    assert (await iewo(made, "add", "897", "--name", "Somewhere"))[0] == 0
    assert private.is_file()
    code, out, err = await iewo(made, "add", "897", "--name", "Somewhere", "--public-key", str(public))
    assert (code, "897.creds" in out, "897.key" in out) == (0, True, False), err
    await authority.rotate(made.stack.nats_url, made.stack.credentials, "897")
    assert authority_files.load(made.stack.credentials, "897").pack_key == public.read_text()
    assert (private.is_file(), authority_files.missing(made.stack.credentials, "897")) == (False, [])


async def test_who_may_not_revoke_one_takes_it_off_no_bus(made: World) -> None:
    code, out, err = await iewo(made, "add", "896", "--name", "Somewhere")
    assert (code, "896.creds" in out, "896.key" in out) == (0, True, True), err
    code, _, err = await iewo(made, "revoke", "896", "--yes", role="officer")
    assert (code, err.count("\n")) == (5, 1)
    assert "896" in on_the_bus(made)
    code, _, err = await iewo(made, "revoke", "896")
    assert (code, "without one give --yes" in err, err.count("\n")) == (2, True, 1), "nobody can be asked here"
    assert "896" in on_the_bus(made)
    assert (await iewo(made, "revoke", "896", "--yes"))[0] == 0
    assert "896" not in on_the_bus(made)


@pytest.mark.parametrize("code", OTHERWISE)
async def test_an_authority_that_does_not_receive_from_the_stream_gets_no_credentials(made: World, code: str) -> None:
    done, out, err = await iewo(made, "add", code, "--name", "Somewhere")
    assert (done, out.startswith(f"LA {code} (Somewhere) is known. It ")) == (0, True), err
    assert not any(word in out for word in (".creds", ".key", "safe way"))
    assert code not in on_the_bus(made)
    [told] = [one for one in await made.get("/v1/authorities", "operator") if one["code"] == code]
    assert told["receives"] == OTHERWISE[code]
