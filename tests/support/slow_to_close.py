"""`python -m tests.support.slow_to_close NAME`: a service whose connection to the bus takes a moment to close, as over a network."""

import asyncio
import runpy
import sys
from typing import Any

from nats.aio.client import Client

MOMENT = 2.0
"""Seconds, in which each durable asks for more (once a second)."""


async def _flushed(client: Any, *given: Any, **named: Any) -> None:
    if client.is_closed:
        await asyncio.sleep(MOMENT)
    await _flush(client, *given, **named)


if __name__ == "__main__":
    _flush: Any = Client._flush_pending
    Client._flush_pending = _flushed  # type: ignore[assignment, method-assign]
    runpy.run_module(f"services.{sys.argv[1]}", run_name="__main__", alter_sys=True)
