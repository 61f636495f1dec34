"""A service whose credentials are void ends at once, to be started anew with those that it is given."""

import pytest

from deploy.local.running import QUICK, Running
from deploy.local.services import Service
from shared.provision import provision
from shared.provision.renewal import renew
from tests.support.autumn import CLOCK
from tests.support.school import until


@pytest.mark.parametrize("module", ["services.referrals", "tests.support.slow_to_close"])
async def test_a_service_whose_credentials_are_void_ends_however_slowly_its_connection_closes(running: Running, module: str) -> None:
    """What its durables ask of a connection that is closing is refused at once: to ask again and again leaves no time to close it."""
    await running["referrals"].stop()
    service = Service(running.stack, "referrals", module=module, settings={**QUICK, **CLOCK})
    await service.start()
    try:
        renew(running.stack.credentials, "referrals")
        await provision(running.stack.settings)

        async def gone() -> bool:
            return not service.running

        await until("it has ended", gone, 15)
        assert '"bus closed"' in service.log.read_text()
    finally:
        await service.stop()
    await running["referrals"].start()
    await until("it is ready again with the new ones", running["referrals"]._ready)
