"""JSON logs in which personal data cannot stand: only the keys named here pass, and an exception is told by its class and place alone."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import Counter

from shared.seldom import Seldom

ALLOWED = frozenset(
    [
        "event",
        "level",
        "at",
        "service",
        "school",
        "year",
        "cohort",
        "kind",
        "version",
        "state",
        "stream",
        "subject",
        "sequence",
        "durable",
        "deliveries",
        "delay",
        "rule",
        "count",
        "records",
        "number",
        "method",
        "route",
        "status",
        "ms",
        "error",
        "where",
        "reason",
        "dependency",
        "purge",
        "part",
        "parts",
        "authority",
        "replica",
        "seconds",
        "signal",
        "port",
        "id",
        "host",
        "left_out",
    ]
)
"""What a log line may carry: ids, kinds, states and counts. Anything else is dropped, whoever logs it."""


def _only_allowed(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in entry.items() if key in ALLOWED}


def _error_without_words(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception's own message may quote what it choked on, so its class and place must do."""
    error = entry.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        entry["error"] = type(error).__name__
        entry["where"] = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-6:]]
    return entry


LIBRARIES = Counter("iewo_library_warnings_total", "Warnings of libraries, by where they come from.", ["reason"], registry=None)
"""Logged or left out. Of the process: each service registers it."""


class _ClassOnly(logging.Handler):
    """Libraries' own warnings: the logger's name and the level pass, their words do not. Whoever sends what is no request causes one, so of
    each place one a second is logged, with how many were left out since the one before."""

    def __init__(self, seldom: Seldom | None = None) -> None:
        super().__init__()
        self._seldom = seldom or Seldom()

    def emit(self, record: logging.LogRecord) -> None:
        reason = f"{record.name}:{record.lineno}"
        LIBRARIES.labels(reason).inc()
        left_out = self._seldom.line(reason)
        if left_out is None:
            return
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(
            record.levelno,
            "library",
            reason=reason,
            error=type(error).__name__ if error else None,
            **({"left_out": left_out} if left_out else {}),
        )


def set_up(service: str) -> None:
    """Logs of this process go to standard output, a JSON object a line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _error_without_words,
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(handlers=[_ClassOnly()], level=logging.WARNING, force=True)


def logger() -> structlog.typing.FilteringBoundLogger:
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return log
