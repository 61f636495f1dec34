"""What every service process is made of: settings in, a running HTTP edge with its bus, store, sweeper and probes out, a graceful stop.

Each service's app.py hands in its parts; nothing else differs between the processes.
"""

import asyncio
import ctypes
import gc
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from shared.answers import EVERYWHERE, add_answers, problems, whole_characters
from shared.auth import Gate
from shared.bus import Bus
from shared.connections import Connection
from shared.contracts.retention import AskUntold, Untold
from shared.ending import ended
from shared.keys import KeyFolder
from shared.logging import LIBRARIES, logger, set_up
from shared.memory import give_back_at_once
from shared.mongo import AWAY, close, connect
from shared.outcomes import Outcomes
from shared.recent import LOOKED_AFTER, let_go_of_all
from shared.sealing import CohortSealer, Sealer
from shared.settings import Settings
from shared.store import Documents
from shared.sweeping import Sweeper
from shared.together import Pump
from shared.watched import Watched

ARENAS = -8
"""M_ARENA_MAX of malloc.h."""
NOT_STARTED = 3
"""How a process ends whose service could not start; its log says why."""
COLLECT_AFTER = 100_000
"""Objects made and not yet gone after which the interpreter looks for cycles among the youngest."""

Chore = Callable[[], Awaitable[Any]]


@dataclass
class Parts:
    """What a service is composed of before its own rooms are added."""

    name: str
    settings: Settings
    sealer: Sealer
    keys: KeyFolder
    client: Any
    bus: Bus
    documents: Documents
    registry: CollectorRegistry
    chores: list[tuple[float, Chore]] = field(default_factory=list)
    """(seconds between runs, what is done): the outbox sweeper and its like. One that fails is logged and runs again."""
    before_start: list[Chore] = field(default_factory=list)
    before_stop: list[Chore] = field(default_factory=list)
    """Work in hand that is finished while database and bus are still there."""


def parts(name: str, settings: Settings, sealer: Sealer | None = None) -> Parts:
    """The parts that every service has. `sealer` is given only by the test that shows its search can fail."""
    registry = CollectorRegistry()
    registry.register(LIBRARIES)
    keys = KeyFolder(settings.key_folder / "retention" if name == "retention" else settings.key_folder, settings.key_hold_seconds)
    client = connect(settings.mongo_url(), settings.mongo_driver)

    async def probe() -> None:
        await documents.ping()

    outcomes = Outcomes(registry, probe, timedelta(hours=settings.give_up_hours))
    bus = Bus(name, settings.nats_url, settings.nats_credentials, registry, outcomes)
    documents = Documents(client, name, bus, settings.now)
    made = Parts(name, settings, sealer or CohortSealer(keys), keys, client, bus, documents, registry)
    made.chores.append((LOOKED_AFTER, let_go_of_all))
    return made


def application(parts: Parts, title: str) -> FastAPI:
    """The HTTP edge with its probes, metrics and error answers; the service adds its routes."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.gate = Gate(parts.settings.jwks, parts.settings.issuer)
        for chore in parts.before_start:
            await chore()
        await parts.bus.start()
        pump = parts.documents.pump = Pump(parts.documents.send, parts.documents.clear)
        tasks = [asyncio.create_task(pump.run()), *(asyncio.create_task(_forever(seconds, chore)) for seconds, chore in parts.chores)]
        logger().info("started", port=parts.settings.port)
        yield
        for chore in parts.before_stop:
            await chore()
        await ended(tasks)
        await pump.drain()
        await parts.bus.stop()
        await close(parts.client)
        logger().info("stopped")

    app = FastAPI(
        title=title,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=problems(*EVERYWHERE),
        dependencies=[Depends(whole_characters)],
    )
    app.state.bus = parts.bus
    app.add_middleware(Watched, registry=parts.registry)
    _probes(app, parts)
    add_answers(app)
    return app


def _probes(app: FastAPI, parts: Parts) -> None:
    @app.get("/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/ready", include_in_schema=False)
    async def ready() -> JSONResponse:
        """Asks for the database and for each durable: a ping stays true when a durable is gone."""
        lacking = []
        try:
            await asyncio.wait_for(parts.documents.ping(), 3)
        except (*AWAY, TimeoutError):
            lacking.append("mongo")
        try:
            lacking += await asyncio.wait_for(parts.bus.missing(), 3)
        except Exception:  # whatever it is, the bus did not answer
            lacking.append("nats")
        return JSONResponse({"status": "ready" if not lacking else "not ready", "lacking": lacking}, 503 if lacking else 200)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(parts.registry), media_type=CONTENT_TYPE_LATEST)


async def _forever(seconds: float, chore: Chore) -> None:
    while True:
        try:
            await chore()
        except Exception as error:
            logger().warning("chore failed", reason=getattr(chore, "__name__", "chore"), exc_info=error)
        await asyncio.sleep(seconds)


def _share_arenas() -> None:
    """Two heaps for all threads (glibc): each would keep one of its own, as large as the largest file that it ever worked at."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have no arenas
        if mallopt is not None:
            mallopt(ARENAS, 2)


class _Server(uvicorn.Server):
    """Ends at once as long as it only starts: it waits for broker and database as long as that takes, and has nothing in hand."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.started:
            logger().info("stopped before it had started")
            sys.stdout.flush()
            os._exit(0)
        super().handle_exit(sig, frame)


def serve(name: str, build: Callable[[Settings], FastAPI], settings: Settings) -> None:
    """Run a service until SIGTERM or SIGINT, then finish what is in hand."""
    set_up(name)
    _share_arenas()
    app = build(settings)
    # What is loaded by now stays; and a feed makes tens of thousands of small tuples that die by themselves. Looking through them all for
    # cycles every 700 of them took four tenths of the processor time.
    give_back_at_once()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=Connection,
        proxy_headers=bool(settings.proxy),
        forwarded_allow_ips=settings.proxy or None,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.stop_seconds),
        lifespan="on",
    )
    server = _Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(NOT_STARTED)


def tell_what_is_untold(parts: Parts, kinds: Sequence[str]) -> None:
    """Answer `retention`, which judges nobody before it has heard everything that keeps a child's records."""
    left = Sweeper(parts.documents)

    @parts.bus.answers(AskUntold)
    async def untold(question: AskUntold) -> Untold:
        return Untold(documents=await left.untold(kinds, question.subjects))


def sweeper(parts: Parts, kinds: Sequence[str]) -> Chore:
    """The chore that publishes what a crash left in outboxes."""

    left = Sweeper(parts.documents)

    async def sweep_outboxes() -> None:
        count = await left.sweep(kinds, parts.settings.sweep_after_seconds)
        if count:
            logger().info("swept outboxes", count=count)

    return sweep_outboxes
