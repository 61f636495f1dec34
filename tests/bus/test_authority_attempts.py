"""Everything that an LA might try is refused, and the runbook says how."""

from deploy.local.stack import Stack
from tests.bus import attempts, isolation

REFUSALS = {attempts.NO_STORE, attempts.NOBODY, attempts.ITSELF, attempts.SILENCE}


async def test_every_attempt_is_refused_as_the_runbook_says(servers: Stack) -> None:
    async with isolation.rivals(servers) as these:
        rows = await isolation.rows(these)
    for row in rows[: -len(isolation.WAYS)]:
        assert row.answer == isolation.REFUSED, row
        assert row.unlimited == isolation.UNHEARD or set(row.unlimited.split("; ")) <= REFUSALS, row
    assert isolation.page(rows) == isolation.PAGE.read_text(), "python -m tests.bus.isolation writes the page anew"
