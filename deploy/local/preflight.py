"""Says in one line what this machine lacks, before anything is installed. Runs on the system's Python, so standard library only."""

import ctypes.util
import sys


def missing() -> list[str]:
    """What to install, each as a sentence; empty when the machine has all that is needed."""
    wants: list[str] = []
    if sys.version_info < (3, 11):  # noqa: UP036  (this file runs before the project's own Python is chosen)
        wants.append(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: run `make PYTHON=python3.11 ...`")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        wants.append("Python's venv module is missing: apt-get install python3-venv")
    if sys.platform == "linux":
        for library, package in (("curl", "libcurl4"), ("ssl", "libssl3")):
            if ctypes.util.find_library(library) is None:
                wants.append(f"lib{library} is missing: apt-get install {package}")
    return wants


if __name__ == "__main__":
    lines = missing()
    for line in lines:
        print(line, file=sys.stderr)
    sys.exit(1 if lines else 0)
