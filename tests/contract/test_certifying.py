"""Two replicas of retention certify a purge at once: the ledger's leaves stay those of which the certificate shows the root."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.retention.chores.certify import Certifier, hashes, new_leaf
from services.retention.domain.sweep import Progress, begin
from services.retention.store import Store, store
from shared import merkle
from shared.contracts.envelope import Cause
from shared.contracts.retention import PurgeAnswered
from shared.identity import new_id
from shared.mongo import close
from shared.topology import SERVICES
from tests.support.servers import empty_stack
from tests.support.sharing import peer

COHORT, ON = "2026-08-31", date(2026, 9, 1)
NOW = datetime(2026, 9, 1, tzinfo=UTC)
CAUSE = Cause.beginning("test")


@pytest.fixture
async def kept(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    async with empty_stack(tmp_path_factory.mktemp("certifying")) as stack:
        made = peer(stack, "retention")
        await made.bus.broker.connect()
        yield store(made.documents, made.client)
        await made.bus.stop()
        await close(made.client)


async def answered(kept: Store, progress: Progress, service: str, child: str) -> None:
    wear: dict[str, Any] = {"id": new_id(), "at": NOW, "correlation_id": "test", "causation_id": "test"}
    told: dict[str, Any] = {"purge": progress.command, "cohort": COHORT, "school": "900001", "service": service, "records": 1}
    await kept.commands.keep(PurgeAnswered(**wear, **told, erased=(child,), nothing_held=(), retained={}, failed=()))


async def test_a_replica_that_was_slow_leaves_the_ledger_as_the_certificate_has_it(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had seen that there is no certificate, and reads the answers when the other is done: they name nobody any more."""
    child, purge = new_id(), new_id()
    sweep = begin(new_id(), ON, {COHORT: purge}, NOW, ahead_of_time=False)
    [progress] = sweep.cohorts
    await kept.ledger.enter(progress, [new_leaf(child)], (), CAUSE)
    for service in SERVICES:
        await answered(kept, progress, service, child)
    key = Ed25519PrivateKey.from_private_bytes(secrets.token_bytes(32))
    first, slow = (Certifier(kept, key, "Example Education Welfare Ltd", lambda: NOW) for _ in range(2))
    read = kept.commands.answers

    async def read_late(of: str) -> Any:
        monkeypatch.undo()
        await first.certify(sweep, progress, CAUSE)
        return await read(of)

    monkeypatch.setattr(kept.commands, "answers", read_late)
    certificate = await slow.certify(sweep, progress, CAUSE)
    assert (certificate.number, certificate.children) == (1, 1)
    assert merkle.root(hashes(await kept.ledger.leaves(purge))) == certificate.merkle_root
