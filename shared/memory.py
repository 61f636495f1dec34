"""Gives memory that was freed back to the system at once, where the C library is glibc.

By itself it keeps what was freed: in an arena for every thread, and, after the first large file, for every block below 32 MB. A process
that once took a large file would stay as large (measured: 100 MB less at the peak of several files, and flat afterwards). Elsewhere
this does nothing.
"""

import contextlib
import ctypes
from typing import Final

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENAS = -1, -3, -8  # mallopt(3)

BLOCK: Final = 128 * 1024
"""Bytes from which a block is a mapping of its own, and of free memory at an end that are kept: glibc's own first values, held fast."""


def give_back_at_once() -> None:
    with contextlib.suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in ((_TRIM_THRESHOLD, BLOCK), (_MMAP_THRESHOLD, BLOCK), (_ARENAS, 2)):
            mallopt(option, value)
