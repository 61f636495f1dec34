"""Files of others are read by a process of their own, under limits of the operating system: bytes in on its standard input, bytes out."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from pathlib import Path
from typing import Final

PATIENCE: Final = 20.0
"""Seconds after which a process is ended, whatever it waits for."""
_ROOT: Final = Path(__file__).resolve().parents[2]


async def read_by(module: str, *arguments: str, content: bytes) -> bytes | None:
    """What `python -m services.sharing.<module>` says of it; None where that takes too much of anything."""
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))}
    command = (sys.executable, "-m", f"services.sharing.{module}", *arguments)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment)
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate(content)
    except TimeoutError:
        return None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return None if process.returncode else said
