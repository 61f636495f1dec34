"""How many bytes of what is on its way in a process holds at a time, and who is next."""

import asyncio
from collections import deque


class Hold:
    """What one body has of the room. `alone`: it may grow without asking."""

    def __init__(self) -> None:
        self.taken = 0
        self.alone = False


class Room:
    """So many bytes, given out in the order in which they were asked for.

    When there are none left, the first who asks is let go beyond them, one at a time, and leaves what it had: bodies that hold some of the
    room never wait for each other.
    """

    def __init__(self, size: int) -> None:
        self._free = size
        self._alone = False
        self._waiting: deque[tuple[Hold, int, asyncio.Future[None]]] = deque()

    async def grow(self, hold: Hold, size: int, seconds: float) -> None:
        """Wait for so many bytes more. TimeoutError when there are none within so many seconds."""
        if hold.alone:
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((hold, size, turn))
        self._serve()
        try:
            async with asyncio.timeout(seconds):
                await turn
        finally:
            turn.cancel()

    def leave(self, hold: Hold) -> None:
        self._free += hold.taken
        self._alone = self._alone and not hold.alone
        hold.taken, hold.alone = 0, False
        self._serve()

    def _serve(self) -> None:
        while self._waiting:
            hold, size, turn = self._waiting[0]
            if not turn.cancelled():
                if size <= self._free:
                    self._free -= size
                    hold.taken += size
                elif not self._alone:
                    self._alone = hold.alone = True
                    self._free += hold.taken
                    hold.taken = 0
                else:
                    return
                turn.set_result(None)
            self._waiting.popleft()
