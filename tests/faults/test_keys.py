"""Two replicas of retention that begin at the same moment, on a folder without keys, make one set of keys."""

import asyncio
from pathlib import Path

from deploy.local.running import QUICK
from deploy.local.services import Service, prepare_secrets
from deploy.local.stack import Stack
from services.retention.domain.clock import dates_ahead
from shared.keys import derive
from shared.topology import SERVICES
from tests.support.autumn import CLOCK, TODAY


async def test_two_replicas_that_mint_at_once_make_one_set_of_keys(tmp_path: Path) -> None:
    async with Stack(tmp_path / "stack", notablescan=True) as stack:
        prepare_secrets(stack.credentials)
        replicas = [Service(stack, "retention", replica=number, settings={**QUICK, **CLOCK}) for number in (1, 2)]
        keys = stack.folder / "keys"
        assert not [path for path in keys.rglob("*") if path.is_file()]
        try:
            await asyncio.gather(*(replica.start() for replica in replicas))
        finally:
            await asyncio.gather(*(replica.stop() for replica in replicas))
    files = {str(path.relative_to(keys)): path.read_bytes() for path in keys.rglob("*") if path.is_file()}
    cohorts = dates_ahead(TODAY)
    roots = {cohort: files[f"root/{cohort}.key"] for cohort in cohorts}
    assert len(set(roots.values())) == len(cohorts)
    derived = {f"{service}/{cohort}.key": derive(root, service) for cohort, root in roots.items() for service in SERVICES}
    named = {f"{folder}/index.key": files["root/index.key"] for folder in ("root", "attendance")}
    named |= {f"{folder}/ledger.key": files["root/ledger.key"] for folder in ("root", "attendance", "retention")}
    named |= {f"{folder}/scans.key": files["root/scans.key"] for folder in ("root", "sharing")}
    assert files == {**{f"root/{cohort}.key": root for cohort, root in roots.items()}, **derived, **named}, "and no half-made file"
