"""A service that waits for its broker is stopped at once: it has nothing in hand."""

import signal

import pytest

from deploy.local.services import Service, prepare_secrets
from deploy.local.stack import Stack
from shared.keys import KeyMint
from shared.topology import SERVICES
from tests.support.school import until


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
async def test_a_service_that_waits_for_its_broker_is_stopped_at_once(servers: Stack, sent: signal.Signals) -> None:
    prepare_secrets(servers.credentials)
    KeyMint(servers.folder / "keys", SERVICES).mint_named("scans", ("sharing",))
    service = Service(servers, "sharing", replica=2 if sent == signal.SIGINT else 1, settings={"IEWO_NATS_URL": "nats://127.0.0.1:1"})
    service._process = service._spawn()
    try:

        async def waits() -> bool:
            return service.log.exists() and "connecting" in service.log.read_text()

        await until("it waits for the broker", waits, 60)
        assert service.running
        service._signal(sent)

        async def gone() -> bool:
            return not service.running

        await until("it has ended", gone, 10)
        assert "stopped before it had started" in service.log.read_text()
    finally:
        await service.kill()
