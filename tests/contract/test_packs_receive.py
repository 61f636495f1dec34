"""The LA's side on the real bus: whole packs or none, nothing lost and nothing twice, whenever the process dies."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clients.iewo.main import main
from clients.iewo.pack_folder import PackFolder
from clients.iewo.packs import PacksError, receive
from clients.iewo.subscription import Subscription
from clients.iewo.taking import Received
from deploy.local.stack import Stack
from shared import consignment, parcel
from shared.consignment import Consignment
from shared.identity import new_id
from shared.provision import authority
from tests.support.agency import AGAIN, CODES, Agency, agency_of
from tests.support.school import until
from tests.support.signed_pack import KEY, signed_pack


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with Stack(tmp_path_factory.mktemp("agencies")) as servers:
        yield servers


@pytest.fixture
async def agency(stack: Stack, tmp_path: Path) -> Agency:
    return await agency_of(stack, tmp_path / "packs")


async def test_what_waits_is_saved_once_and_acknowledged(agency: Agency) -> None:
    ids = await agency.send(20)
    received = await agency.receive()
    assert [(one.pack, one.new, one.folder) for one in received] == [(id_, True, agency.to / id_) for id_ in ids]
    assert agency.saved() == agency.sent
    assert await agency.standing() == (0, 0)
    assert await agency.receive() == []


async def test_a_program_that_fails_in_a_pack_is_told_of_it_again(agency: Agency) -> None:
    [pack] = await agency.send(1)
    one = agency.added
    subscription = Subscription(agency.stack.nats_url, one.code, one.credentials, one.private_key, None)

    def away(_: Received) -> None:
        raise RuntimeError("the case system is away")

    with pytest.raises(RuntimeError, match="case system"):
        await subscription.receiving(agency.to, away, redelivery_seconds=AGAIN)
    told: list[Received] = []
    await subscription.receiving(agency.to, told.append, redelivery_seconds=AGAIN)
    assert [(one.pack, one.new) for one in told] == [(pack, False)], "it is saved already"
    assert await agency.standing() == (0, 0)
    assert await agency.receive() == []


async def test_nothing_is_readable_by_others(agency: Agency) -> None:
    await agency.send()
    await agency.receive()
    for path in (agency.to, *agency.to.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path.name


@pytest.mark.parametrize("seed", range(3))
async def test_killed_at_any_moment_it_loses_and_repeats_nothing(agency: Agency, seed: int) -> None:
    dice = random.Random(seed)
    await agency.send(40, size=20_000)
    told: list[str] = []
    for _ in range(8):
        process = await agency.process()
        assert process.stdout is not None
        lines = [await asyncio.wait_for(process.stdout.readline(), 30)]
        await asyncio.sleep(dice.uniform(0, 0.03))
        with suppress(ProcessLookupError):  # it was done already
            process.kill()
        lines += (await process.communicate())[0].splitlines()
        told += [line.decode().strip() for line in lines if line.strip()]
        if len({line.split()[0] for line in told}) == len(agency.sent):
            break
    last = await agency.process()
    output, errors = await asyncio.wait_for(last.communicate(), 60)
    assert last.returncode == 0, errors
    told += output.decode().splitlines()
    assert agency.saved() == agency.sent
    assert await agency.standing() == (0, 0)
    assert {line.split()[0] for line in told} == set(agency.sent), "a pack was never told of"
    as_new = [line for line in told if line.endswith("new")]
    assert len(as_new) == len(set(as_new)), "a pack was new twice"


async def test_a_pack_that_is_saved_already_is_only_acknowledged(agency: Agency) -> None:
    [pack] = await agency.send()
    with PackFolder(agency.to) as folder:
        folder.save(pack, agency.sent[pack])
    before = (agency.to / pack / "volume-a.pdf").stat().st_mtime_ns
    received = await agency.receive()
    assert [(one.pack, one.new) for one in received] == [(pack, False)]
    assert (agency.to / pack / "volume-a.pdf").stat().st_mtime_ns == before
    assert await agency.standing() == (0, 0)


async def test_the_same_pack_twice_on_the_stream_is_one_folder(agency: Agency) -> None:
    [pack] = await agency.send()
    await agency.publish(agency.message(pack))
    assert [(one.pack, one.new) for one in await agency.receive()] == [(pack, True), (pack, False)]
    assert agency.saved() == agency.sent


async def test_what_a_crash_left_half_written_is_written_anew(agency: Agency) -> None:
    [pack] = await agency.send()
    partial = agency.to / f".partial-{pack}"
    partial.mkdir(parents=True)
    (partial / "pack.json").write_bytes(b"{")
    await agency.receive()
    assert agency.saved() == agency.sent
    assert not partial.exists()


async def test_a_full_disk_acknowledges_nothing_and_says_so_in_a_line(agency: Agency) -> None:
    await agency.send(2, size=50_000)
    process = await agency.process("20000")
    _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 1
    assert errors.decode().startswith(f"cannot write in {agency.to}: ")
    assert len(errors.splitlines()) == 1
    assert agency.saved() == {}
    assert [one.new for one in await agency.receive()] == [True, True]
    assert agency.saved() == agency.sent


async def test_a_wrong_key_opens_nothing_and_leaves_everything_on_the_bus(agency: Agency, tmp_path: Path) -> None:
    [pack] = await agency.send()
    other = tmp_path / "other.key"
    other.write_text(parcel.generate()[0])
    with pytest.raises(PacksError, match=rf"1 left on the bus, 0 saved: pack {pack} does not open with this key"):
        await agency.receive(key=other)
    assert agency.saved() == {}
    assert [one.pack for one in await agency.receive()] == [pack]


async def test_an_altered_pack_is_left_and_the_next_ones_are_saved(agency: Agency) -> None:
    [first] = await agency.send()
    altered = bytearray(agency.message(first).replace(first.encode(), (bad := new_id()).encode(), 1))
    await agency.publish(bytes(altered))
    await agency.publish(b"no consignment")
    [last] = await agency.send()
    with pytest.raises(PacksError, match=r"2 left on the bus, 2 saved") as error:
        await agency.receive()
    assert bad in str(error.value)
    assert agency.saved().keys() == {first, last}
    with pytest.raises(PacksError, match=r"2 left on the bus, 0 saved"):
        await agency.receive()  # at once: what was left was given back


@pytest.mark.parametrize("trusted", [None, "a" * 64])
async def test_nothing_unsigned_is_taken_whether_or_not_a_key_is_trusted(agency: Agency, trusted: str | None) -> None:
    """Whoever knows the LA's public key could have closed it."""
    for files in ({"pack.json": b"{}", "pack.pdf": b"%PDF"}, {"pack.json": b"{}"}):
        unsigned = Consignment(new_id(), agency.added.code, files)
        await agency.publish(consignment.close(unsigned, agency.added.pack_key))
    with pytest.raises(PacksError, match=r"manifest.sig are missing: this is no signed pack") as error:
        await agency.receive(trusted=trusted)
    assert "2 left on the bus, 0 saved" in str(error.value)
    assert agency.saved() == {}


async def test_a_pack_is_taken_from_the_signer_who_is_trusted_alone(agency: Agency) -> None:
    [pack] = await agency.send()
    with pytest.raises(PacksError, match=r"signed with another key than the trusted one"):
        await agency.receive(trusted="a" * 64)
    trusted = KEY.public_key().public_bytes_raw().hex()
    assert [one.pack for one in await agency.receive(trusted=trusted)] == [pack]


async def test_another_agencys_pack_is_not_taken(agency: Agency) -> None:
    foreign = Consignment(pack := new_id(), "101", signed_pack(pack, "101"))
    await agency.publish(consignment.close(foreign, agency.added.pack_key))
    with pytest.raises(PacksError, match=r"1 left on the bus"):
        await agency.receive()


async def test_a_folder_of_that_name_with_other_files_is_not_touched(agency: Agency) -> None:
    [pack] = await agency.send()
    (agency.to / pack).mkdir(parents=True)
    (agency.to / pack / "pack.json").write_bytes(b"mine")
    with pytest.raises(PacksError, match=r"holds other files than pack"):
        await agency.receive()
    assert agency.saved() == {pack: {"pack.json": b"mine"}}
    assert (await agency.standing())[0] + (await agency.standing())[1] == 1


async def test_only_one_run_at_a_time_works_in_a_folder(agency: Agency) -> None:
    with PackFolder(agency.to), pytest.raises(PacksError, match=r"another .* is at work in"):
        await agency.receive()
    await agency.send()
    assert len(await agency.receive()) == 1


async def test_followed_packs_come_as_they_are_sent(agency: Agency) -> None:
    received: list[Received] = []
    one = agency.added
    run = asyncio.create_task(
        receive(
            agency.stack.nats_url, one.credentials, one.private_key, one.account, one.code, agency.to,
            on_pack=received.append, follow=True,
        )
    )  # fmt: skip
    for count in (1, 2):
        await agency.send()

        async def there(wanted: int = count) -> bool:
            return len(received) == wanted

        await until("the pack", there)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert agency.saved() == agency.sent


async def test_what_is_missing_or_wrong_is_said_in_a_line(agency: Agency, stack: Stack, tmp_path: Path) -> None:
    with pytest.raises(PacksError, match="cannot read the private key"):
        await agency.receive(key=tmp_path / "none.key")
    (bad := tmp_path / "bad.key").write_text("not a key")
    with pytest.raises(PacksError, match="holds no private key"):
        await agency.receive(key=bad)
    (file := tmp_path / "file").write_text("")
    with pytest.raises(PacksError, match="cannot write in"):
        await agency.receive(to=file / "below")
    with pytest.raises(PacksError, match="the bus refused"):
        await agency.receive(account="A" * 56)
    other = await authority.add(stack.nats_url, stack.credentials, str(next(CODES)))
    await authority.revoke(stack.nats_url, stack.credentials, other.code)
    gone = replace(agency.added, credentials=other.credentials)
    with pytest.raises(PacksError, match="is missing: it is the file that the operator made"):
        await replace(agency, added=gone).receive()


def test_a_saved_pack_is_the_bytes_that_came(tmp_path: Path) -> None:
    files = {"pack.json": b"{}\n", "pack.pdf": random.randbytes(100_000)}
    with PackFolder(tmp_path / "to") as folder:
        assert folder.cut_off_at is None
        assert folder.save("5f2c1a", files)
        assert not folder.save("5f2c1a", files)
    hashes = {path.name: hashlib.sha256(path.read_bytes()).digest() for path in (tmp_path / "to" / "5f2c1a").iterdir()}
    assert hashes == {name: hashlib.sha256(content).digest() for name, content in files.items()}


def test_only_a_run_that_may_have_had_a_pack_in_hand_leaves_its_mark(tmp_path: Path) -> None:
    mark = tmp_path / ".receiving"
    with PackFolder(tmp_path) as folder:
        assert folder.cut_off_at is None
    assert not mark.exists()
    with PackFolder(tmp_path) as folder:
        folder.asking()
    asked_at = mark.stat().st_mtime
    with PackFolder(tmp_path) as folder:
        assert folder.cut_off_at == asked_at
    assert mark.stat().st_mtime == asked_at, "a run that asked for nothing leaves it as it was"
    with PackFolder(tmp_path) as folder:
        folder.asking()
        folder.as_found()
    assert mark.stat().st_mtime == asked_at
    with PackFolder(tmp_path) as folder:
        folder.asking()
        folder.free()
    assert not mark.exists()


async def test_a_run_that_ended_or_was_stopped_or_never_got_in_is_not_called_cut_off(agency: Agency) -> None:
    await agency.send()
    one = agency.added
    waits: list[float] = []

    def run(url: str = agency.stack.nats_url, *, follow: bool = False) -> Coroutine[Any, Any, int]:
        files = (one.credentials, one.private_key, one.account, one.code, agency.to)
        return receive(url, *files, on_pack=received.append, on_wait=waits.append, follow=follow)

    received: list[Received] = []
    with pytest.raises(PacksError, match="does not let LA"):
        await run("nats://127.0.0.1:9")
    assert await run() == 1
    stopped = asyncio.create_task(run(follow=True))
    await until("it asks", agency.asking)
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped
    await run()
    assert waits == []
    assert [path.name for path in agency.to.iterdir()] == [received[0].pack]


async def test_what_a_killed_run_had_in_hand_is_waited_for(agency: Agency) -> None:
    """The kill falls while it asks: what came of that nobody knows."""
    process = await agency.process()
    await until("it asks", agency.asking)
    process.kill()
    await process.wait()
    waits: list[float] = []
    one = agency.added
    files = (one.credentials, one.private_key, one.account, one.code, agency.to)
    await receive(agency.stack.nats_url, *files, on_pack=lambda _: None, on_wait=waits.append, redelivery_seconds=AGAIN)
    assert len(waits) == 1
    assert list(agency.to.iterdir()) == []


async def test_another_authoritys_credentials_are_not_taken(agency: Agency, capsys: pytest.CaptureFixture[str]) -> None:
    one = agency.added
    words = ("--creds", str(one.credentials), "--key", str(one.private_key), "--nats", agency.stack.nats_url)
    assert await asyncio.to_thread(main, ("packs", "receive", "--la", "995", "--to", str(agency.to), *words)) == 5
    assert capsys.readouterr().err == "iewo: these credentials are not those of LA 995\n"
