"""What a connection may take of a process before it has brought a request, or after it was answered: little, and not for long.

The server reads the head of a request, or what trails after its body, as long as it comes and as large as it gets, keeps every request
that comes before the one in front of it is answered and every connection that somebody opens, and waits for whoever does not read an
answer. None of that asks for a token, so all of it has its bound here; bodies have theirs in `shared.bodies`.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST: Final = 600
"""Open connections of a process: many times what schools, officers and a proxy keep, and below the 1,024 files that a process may open."""
OWN: Final = 20
"""Places more for callers on the same machine: who looks whether the process lives is not refused because others hold all of the rest."""
OWN_HOSTS: Final = frozenset({"127.0.0.1", "::1"})
LARGEST_HEAD: Final = 64_000
"""Bytes, within what one reading of the connection brings beyond them."""
MOST_LINES: Final = 200
"""Of a head and what trails after its body: a line of five bytes takes a hundred here. A browser behind two proxies sends forty."""
MOST_WAITING: Final = 20
"""Requests behind the one that is being answered: one of twenty bytes takes two thousand here. Hardly anybody sends a second."""
SECONDS: Final = 10.0
"""For a head, from its first byte (of the first: from the connection) to its last; and for what is left of a body after its answer."""

UNREAD_SECONDS: Final = 30.0
"""In which the reader of an answer has to take `LEAST_READ` of it: a connection that nobody reads is one of those that there are."""
LEAST_READ: Final = 48_000
"""Bytes: a telephone at the edge of its network reads as much in a few seconds."""

FULL: Final = (503, "too many connections are open: try again in a moment", "retry-after: 10\r\n")
TOO_LARGE: Final = (431, "the head of the request: it is too large", "")
NO_HTTP: Final = (400, "the request: it is not HTTP", "")
REASONS: Final = {400: "Bad Request", 431: "Request Header Fields Too Large", 503: "Service Unavailable"}


class Refused(Exception):
    """Ends the reading of what has come: the parser makes of it what it makes of every request that is none."""


class Connection(HttpToolsProtocol):
    """Closed when for `seconds` the application has nothing of it in hand, or when it brings more than `largest_head` that is neither a
    body's nor the end of something, more lines than `most_lines`, or more requests than `most_waiting`. A refusal says why, where no other
    answer is on its way."""

    most = MOST
    own = OWN
    largest_head = LARGEST_HEAD
    most_lines = MOST_LINES
    most_waiting = MOST_WAITING
    seconds = SECONDS
    unread_seconds = UNREAD_SECONDS
    least_read = LEAST_READ

    _clock: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _left = 0
    _nothing_yet = 0
    _got_somewhere = False
    _why = NO_HTTP

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        own = self.own if self.client and self.client[0] in OWN_HOSTS else 0
        if len(self.connections) > self.most + own:
            self._refuse(*FULL)
        else:
            self._wind()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        self._stop_watch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._got_somewhere = False
        super().data_received(data)
        self._nothing_yet = 0 if self._got_somewhere else self._nothing_yet + len(data)
        if self._nothing_yet > self.largest_head and not self.transport.is_closing():
            self._refuse(*TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wind()

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(self.headers) >= self.most_lines:
            self._why = TOO_LARGE
            raise Refused
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= self.most_waiting:
            raise Refused  # nobody is told why: an answer is on its way
        self._got_somewhere = True
        self._stop_clock()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._got_somewhere = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._got_somewhere = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wind()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        if not self.transport.is_closing():
            self._stop_watch()
        super().resume_writing()

    def _watch_reader(self) -> None:
        self._stop_watch()
        self._left = self.transport.get_write_buffer_size()
        self._unread = self.loop.call_later(self.unread_seconds, self._look_at_reader)

    def _look_at_reader(self) -> None:
        if self.transport.get_write_buffer_size() > self._left - self.least_read:
            self.transport.abort()
        else:
            self._watch_reader()

    def _stop_watch(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _wind(self) -> None:
        self._stop_clock()
        self._clock = self.loop.call_later(self.seconds, self._too_late)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _too_late(self) -> None:
        if self._in_hand():
            self._wind()  # of a request that follows on the heels of one which is being answered
        else:
            self._close()

    def _in_hand(self) -> bool:
        return bool(self.pipeline) or (self.cycle is not None and not self.cycle.response_complete)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - what is said is ours
        self._refuse(*self._why)

    def _refuse(self, status: int, why: str, beside: str) -> None:
        if not self._in_hand():  # else an answer is on its way, and this would stand in its middle
            body = f'{{"detail":"{why}"}}'
            head = f"HTTP/1.1 {status} {REASONS[status]}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n{beside}"
            self.transport.write(f"{head}connection: close\r\n\r\n{body}".encode())
        self._close()

    def _close(self) -> None:
        """When what is left to be sent has gone, if somebody reads it."""
        self.transport.close()
        self._watch_reader()
