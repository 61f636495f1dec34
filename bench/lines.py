"""HTTP as plainly as it goes: a client library spends more on a file than the broker does, on the cores that are measured."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Lines:
    """Connections to one service, kept open from one request to the next until they are closed."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._at: tuple[Any, Any] = parts.hostname, parts.port
        self._head = f"HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\nContent-Length: "
        self._free: list[Line] = []

    async def post(self, path: str, content: bytes) -> tuple[int, bytes]:
        """The answer's status and body."""
        while self._free:
            with suppress(ConnectionError, asyncio.IncompleteReadError):  # the service has closed it meanwhile, and read nothing
                return await self._ask(self._free.pop(), path, content)
        return await self._ask(await asyncio.open_connection(*self._at), path, content)

    async def _ask(self, line: Line, path: str, content: bytes) -> tuple[int, bytes]:
        reader, writer = line
        writer.write(f"POST {path} {self._head}{len(content)}\r\n\r\n".encode())
        writer.write(content)
        first, *fields = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        length = next(int(field.partition(":")[2]) for field in fields if field.lower().startswith("content-length:"))
        body = await reader.readexactly(length)
        self._free.append(line)
        return int(first.split()[1]), body

    async def close(self) -> None:
        for _, writer in self._free:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
