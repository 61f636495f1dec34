"""The life of a key: minted once, closed, destroyed; and what a sealed value is worth at each stage."""

import multiprocessing
import os
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import keys
from shared.keys import CohortClosing, CohortDisposed, KeyFolder, KeyMint, KeyMissing
from shared.sealing import CohortSealer, NotOurs

SERVICES = ("attendance", "retention")
COHORT = "2028-08-31"


@pytest.fixture
def mint(tmp_path: Path) -> KeyMint:
    return KeyMint(tmp_path, SERVICES)


def sealer(folder: Path, service: str = "attendance", hold: float = 1e-9) -> CohortSealer:
    return CohortSealer(KeyFolder(folder / service, hold))


def _mint_together(folder: Path, barrier: Barrier) -> None:
    mint = KeyMint(folder, SERVICES)
    for year in range(2028, 2048):
        barrier.wait(20)
        mint.mint(f"{year}-08-31")
    barrier.wait(20)
    mint.mint_named("index", ("attendance",))


def test_two_processes_minting_at_once_make_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(2)
    processes = [context.Process(target=_mint_together, args=(tmp_path, barrier)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    fresh = KeyMint(tmp_path / "fresh", SERVICES)
    for year in range(2028, 2048):
        cohort = f"{year}-08-31"
        sealed = sealer(tmp_path).seal(cohort, "page:1", "sealed", b"marks")
        assert sealer(tmp_path).open(cohort, "page:1", "sealed", sealed) == b"marks"
        # what each service has is derived from the one root that stands there
        (tmp_path / "fresh" / "root").mkdir(parents=True, exist_ok=True)
        (tmp_path / "fresh" / "root" / f"{cohort}.key").write_bytes((tmp_path / "root" / f"{cohort}.key").read_bytes())
        fresh.mint(cohort)
        for service in SERVICES:
            derived, found = (folder / service / f"{cohort}.key" for folder in (tmp_path / "fresh", tmp_path))
            assert derived.read_bytes() == found.read_bytes()
    assert (tmp_path / "root" / "index.key").read_bytes() == (tmp_path / "attendance" / "index.key").read_bytes()
    assert not list(tmp_path.rglob(".*"))


ROUNDS = 60


def _mint_and_destroy_together(folder: Path, barrier: Barrier, *, first: str) -> None:
    """One begins with minting, as a process that starts, while another is at destroying; then both destroy."""
    mint = KeyMint(folder, SERVICES)
    for number in range(ROUNDS):
        cohort = f"{2000 + number}-08-31"
        if first == "mint":
            mint.mint(cohort)
        barrier.wait(20)
        if first == "mint":
            mint.mint(cohort)
        mint.destroy(cohort)


def test_a_process_that_mints_while_another_destroys_goes_on_and_the_key_is_gone(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(3)
    processes = [
        context.Process(target=_mint_and_destroy_together, args=(tmp_path, barrier), kwargs={"first": first})
        for first in ("mint", "destroy", "destroy")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert not list(tmp_path.rglob("*.key"))


def test_a_key_is_never_minted_anew(mint: KeyMint, tmp_path: Path) -> None:
    assert mint.mint(COHORT)
    root = (tmp_path / "root" / f"{COHORT}.key").read_bytes()
    assert not mint.mint(COHORT)
    assert (tmp_path / "root" / f"{COHORT}.key").read_bytes() == root
    mint.destroy(COHORT)
    assert not mint.mint(COHORT)
    assert mint.state(COHORT) == "destroyed"
    assert mint.cohorts() == []


def test_a_minting_that_was_cut_short_is_completed(mint: KeyMint, tmp_path: Path) -> None:
    mint.mint(COHORT)
    before = (tmp_path / "attendance" / f"{COHORT}.key").read_bytes()
    (tmp_path / "attendance" / f"{COHORT}.key").unlink()
    assert mint.mint(COHORT)
    assert (tmp_path / "attendance" / f"{COHORT}.key").read_bytes() == before


def test_a_service_opens_only_its_own(mint: KeyMint, tmp_path: Path) -> None:
    mint.mint(COHORT)
    sealed = sealer(tmp_path).seal(COHORT, "page:1", "sealed", b"marks")
    with pytest.raises(NotOurs):
        sealer(tmp_path, "retention").open(COHORT, "page:1", "sealed", sealed)


@given(plain=st.binary(max_size=300), place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_sealed_value_opens_whole_and_where_it_was_put_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory, plain: bytes, place: int, bit: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "sealing"
    KeyMint(folder, SERVICES).mint(COHORT)
    ours = sealer(folder, hold=60)
    sealed = ours.seal(COHORT, "page:1", "sealed", plain)
    assert ours.open(COHORT, "page:1", "sealed", sealed) == plain
    for document, field in (("page:2", "sealed"), ("page:1", "sealed_links")):
        with pytest.raises(NotOurs):
            ours.open(COHORT, document, field, sealed)
    altered = bytearray(sealed)
    altered[1 + place % (len(sealed) - 1)] ^= 1 << bit
    with pytest.raises(NotOurs):
        ours.open(COHORT, "page:1", "sealed", bytes(altered))


def test_a_closing_key_opens_and_seals_nothing_new(mint: KeyMint, tmp_path: Path) -> None:
    mint.mint(COHORT)
    sealed = sealer(tmp_path).seal(COHORT, "page:1", "sealed", b"marks")
    mint.close(COHORT)
    assert mint.state(COHORT) == "closing"
    assert sealer(tmp_path).open(COHORT, "page:1", "sealed", sealed) == b"marks"
    with pytest.raises(CohortClosing):
        sealer(tmp_path).seal(COHORT, "page:1", "sealed", b"marks")
    mint.reopen(COHORT)
    assert sealer(tmp_path).seal(COHORT, "page:1", "sealed", b"marks")


def test_a_process_that_holds_a_key_looks_again_when_its_time_is_over(
    mint: KeyMint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("shared.keys.time.monotonic", lambda: now)
    mint.mint(COHORT)
    holder = sealer(tmp_path, hold=60)
    holder.seal(COHORT, "page:1", "sealed", b"marks")
    mint.close(COHORT)
    now = 1059.0
    holder.seal(COHORT, "page:1", "sealed", b"marks")
    now = 1060.0
    with pytest.raises(CohortClosing):
        holder.seal(COHORT, "page:1", "sealed", b"marks")


def test_a_destroyed_key_opens_nothing_and_its_bytes_are_gone(mint: KeyMint, tmp_path: Path) -> None:
    mint.mint(COHORT)
    sealed = sealer(tmp_path).seal(COHORT, "page:1", "sealed", b"marks")
    copies = {}
    for folder in ("root", *SERVICES):
        key = tmp_path / folder / f"{COHORT}.key"
        other_name = tmp_path / f"{folder}.other-name"
        os.link(key, other_name)  # keeps the file's own blocks in sight after the key is unlinked
        copies[other_name] = key.read_bytes()
    mint.close(COHORT)
    mint.destroy(COHORT)
    for other_name, secret in copies.items():
        assert other_name.read_bytes() != secret
        assert len(other_name.read_bytes()) == len(secret)
    with pytest.raises(CohortDisposed):
        sealer(tmp_path).open(COHORT, "page:1", "sealed", sealed)
    with pytest.raises(CohortDisposed):
        sealer(tmp_path).seal(COHORT, "page:1", "sealed", b"marks")
    assert {path.name for path in tmp_path.rglob(f"{COHORT}.*")} == {f"{COHORT}.destroyed"}


def test_a_destruction_that_was_cut_short_is_completed(mint: KeyMint, tmp_path: Path) -> None:
    mint.mint(COHORT)
    (tmp_path / "root" / f"{COHORT}.destroyed").touch()
    mint.destroy(COHORT)
    assert not list(tmp_path.rglob(f"{COHORT}.key"))


def _die_instead(*_: object) -> None:
    os._exit(9)


def _mint_and_die_linking(folder: Path, service: str) -> None:
    """As far as the key of `service`: its draft is written, and the process ends where it would be given its name."""
    link = os.link

    def cut(draft: Path, path: Path) -> None:
        (_die_instead if path.parent.name == service else link)(draft, path)

    os.link = cut  # type: ignore[assignment]
    KeyMint(folder, SERVICES).mint(COHORT)


def _left_by_a_crash(folder: Path, service: str) -> Path:
    process = multiprocessing.get_context("fork").Process(target=_mint_and_die_linking, args=(folder, service))
    process.start()
    process.join(60)
    assert process.exitcode == 9
    (draft,) = folder.rglob(f".{COHORT}.key.*")
    assert len(draft.read_bytes()) == 32
    return draft


@pytest.mark.parametrize("service", ["root", *SERVICES])
def test_a_draft_that_a_crash_left_is_destroyed_with_its_key(mint: KeyMint, tmp_path: Path, service: str) -> None:
    draft = _left_by_a_crash(tmp_path, service)
    other_name = tmp_path / "other-name"
    os.link(draft, other_name)  # keeps the file's own blocks in sight
    mint.mint(COHORT)
    secrets = {draft.read_bytes(), *((tmp_path / folder / f"{COHORT}.key").read_bytes() for folder in ("root", *SERVICES))}
    mint.destroy(COHORT)
    assert not any(secret in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() for secret in secrets)
    assert len(other_name.read_bytes()) == 32
    assert not draft.exists()


def test_drafts_that_a_crash_left_are_shredded_when_they_are_old(mint: KeyMint, tmp_path: Path) -> None:
    draft = _left_by_a_crash(tmp_path, "attendance")
    mint.mint(COHORT)
    named = tmp_path / "root" / f".{COHORT}.key.1.x"  # the crash came after the key had its name
    os.link(tmp_path / "root" / f"{COHORT}.key", named)
    root = named.read_bytes()
    mint.shred_drafts(older_than_seconds=60)
    assert draft.exists(), "somebody may be writing it"
    long_ago = time.time() - 61
    for path in (draft, named):
        os.utime(path, (long_ago, long_ago))
    with draft.open("rb", buffering=0) as blocks:  # keeps the file's own blocks in sight
        secret = blocks.read()
        mint.shred_drafts(older_than_seconds=60)
        blocks.seek(0)
        assert blocks.read(32) != secret
    assert not list(tmp_path.rglob(".*"))
    assert (tmp_path / "root" / f"{COHORT}.key").read_bytes() == root


def test_a_minting_overtaken_by_the_destruction_leaves_no_key(mint: KeyMint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mint.mint(COHORT)
    (tmp_path / "attendance" / f"{COHORT}.key").unlink()
    derive = keys.derive

    def late(root: bytes, service: str) -> bytes:
        derived = derive(root, service)
        if service == "attendance":
            mint.destroy(COHORT)
        return derived

    monkeypatch.setattr(keys, "derive", late)
    assert not mint.mint(COHORT)
    assert {path.name for path in tmp_path.rglob(f"*{COHORT}.*")} == {f"{COHORT}.destroyed"}


def test_a_key_that_nobody_minted_is_the_world_away(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        sealer(tmp_path).seal(COHORT, "page:1", "sealed", b"marks")
    with pytest.raises(KeyMissing):
        sealer(tmp_path).hash("ledger", "anything")


def test_keys_are_their_owner_s_alone(mint: KeyMint, tmp_path: Path) -> None:
    mint.mint(COHORT)
    mint.mint_named("ledger", SERVICES)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.key")} == {0o600}
    assert {(tmp_path / folder).stat().st_mode & 0o777 for folder in SERVICES} == {0o700}


def test_hashes_agree_between_the_services_that_share_a_key(mint: KeyMint, tmp_path: Path) -> None:
    mint.mint_named("ledger", SERVICES)
    assert sealer(tmp_path).hash("ledger", "X") == sealer(tmp_path, "retention").hash("ledger", "X")


def test_nothing_of_a_key_shows_in_a_traceback(mint: KeyMint, tmp_path: Path) -> None:
    mint.mint(COHORT)
    key = KeyFolder(tmp_path / "attendance", 60).cohort(COHORT)
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(key)
