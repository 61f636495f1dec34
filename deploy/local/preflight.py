"""Says in one line what this machine lacks, before anything is installed and before servers are started.

Runs on the system's Python first, so standard library only.
"""

import ctypes
import sys


def missing() -> list[str]:
    """What to install, each as a sentence; empty when the machine has all that is needed."""
    wants: list[str] = []
    if sys.version_info < (3, 11):  # noqa: UP036  (this file runs before the project's own Python is chosen)
        wants.append(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: run `make PYTHON=python3.11 ...`")
    if sys.prefix == sys.base_prefix and not _has_venv():
        wants.append("Python's venv module is missing: apt-get install python3-venv")
    if sys.platform == "linux":
        for library, package in (("libcurl.so.4", "libcurl4"), ("libssl.so.3", "libssl3")):
            if not _loads(library):
                wants.append(f"{library} is missing: apt-get install {package}")
    return wants


def _has_venv() -> bool:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    lines = missing()
    for line in lines:
        print(line, file=sys.stderr)
    sys.exit(1 if lines else 0)
