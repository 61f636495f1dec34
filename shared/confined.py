"""A process that reads other people's files, under limits of the operating system: parsers are where memory and time go without end."""

import resource


def confine(seconds: int, memory: int) -> None:
    """At most so many seconds of processor time and bytes of address space; no file is written, and none of memory when it dies."""
    for limit, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):
            continue  # an operating system that does not know this limit
