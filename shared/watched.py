"""Each request counted, logged and answered in the end, whatever becomes of it."""

import time
from contextlib import suppress
from typing import Any, Final

from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.auth import is_known
from shared.bodies import Bodies
from shared.bus import ASK_SECONDS
from shared.logging import logger
from shared.patience import of_a_request
from shared.seldom import Seldom

_UNLOGGED: Final = ("/live", "/ready", "/metrics", "none")


class Watched:
    """Counts and logs each request by its route's template: a path or query may name a child. Of callers without a good token one line a
    second for each status is logged, with how many were left out since the one before; all are counted."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry, seldom: Seldom | None = None) -> None:
        self._app = app
        self._bodies = Bodies()
        self._seldom = seldom or Seldom()
        self._count = Counter("iewo_requests_total", "HTTP requests.", ["method", "route", "status"], registry=registry)
        self._seconds = Histogram("iewo_request_seconds", "Time to answer.", ["route"], registry=registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun, status = time.perf_counter(), 500
        body = self._bodies.of(scope, receive, send)

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await body.send(message)

        try:
            with of_a_request(ASK_SECONDS):
                await self._app(scope, body.receive, watched)
        except Exception as error:
            self._tell(scope, "request failed", exc_info=error)
            if status == 500:
                with suppress(RuntimeError):
                    await JSONResponse({"detail": "an error of ours; it is logged"}, 500)(scope, receive, send)
        finally:
            self._note(scope, status, time.perf_counter() - begun)
            await body.end()

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        self._count.labels(scope["method"], route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if route not in _UNLOGGED:
            self._tell(scope, "request", route=route, status=status, ms=round(seconds * 1000, 1))

    def _tell(self, scope: Scope, event: str, **said: Any) -> None:
        left_out = 0 if is_known(scope) else self._seldom.line(f"{event} {said.get('status', '')}")
        if left_out is None:
            return
        more = {"left_out": left_out} if left_out else {}
        tell = logger().error if "exc_info" in said else logger().info
        tell(event, method=scope["method"], **said, **more)
