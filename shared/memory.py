"""Gives large memory that was freed back to the system at once, where the C library is glibc.

By itself it keeps what was freed: in an arena for every thread, and, after the first large file, for every block below 32 MB. A process
that once took a large file would stay as large (measured: 100 MB less at the peak of several files, and flat afterwards). Elsewhere
this does nothing.
"""

import contextlib
import ctypes
from typing import Final

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENAS = -1, -3, -8  # mallopt(3)

BLOCK: Final = 512 * 1024
"""Bytes from which a block is a mapping of its own. With glibc's own first value, 128 kB, every column of a large file's block was one: a
year's file took 25,000 faults of a page, half of its check's processor time."""
KEPT: Final = 1024 * 1024
"""Bytes of free memory at the end of a heap that are kept."""


def give_back_at_once() -> None:
    with contextlib.suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in ((_TRIM_THRESHOLD, KEPT), (_MMAP_THRESHOLD, BLOCK), (_ARENAS, 2)):
            mallopt(option, value)


def give_back() -> None:
    """What is free between what is held, too: some milliseconds, for whoever has just let go of much (measured: 40 MB after packs)."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
