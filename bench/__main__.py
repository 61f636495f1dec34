"""`make bench`: attendance beside its peers, on the embedded servers; a table and out/bench.json. `python -m bench ingest scale` runs some
of the parts, each on servers of its own."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.console import Console

from bench import casework, ingest, leave, packs, proposals, replicas, scale
from bench.figures import Figure, report
from bench.pushing import BenchError
from deploy.local.process import ServerError

PARTS: dict[str, Callable[[Path], Awaitable[list[Figure]]]] = {
    "ingest": ingest.rows,
    "replicas": replicas.rows,
    "scale": scale.rows,
    "england": scale.england,
    "casework": casework.rows,
    "packs": packs.rows,
    "leave": leave.rows,
}
PROPOSALS = "proposals"
"""Needs the rate of `ingest`, and follows it."""
ASSUMED_RATE = 50_000.0
"""Marks a second of which `proposals` takes half when it is run alone."""


async def run(wanted: Sequence[str], folder: Path, console: Console) -> list[Figure]:
    figures: list[Figure] = []
    for name in wanted:
        begun, known = time.monotonic(), len(figures)
        console.print(f"{name} ...")
        if name == PROPOSALS:
            rate = next((figure.value for figure in figures if figure.name == "ingest, end to end"), ASSUMED_RATE)
            figures += await proposals.rows(folder / name, rate)
        else:
            figures += await PARTS[name](folder / name)
        console.print(f"{name}: {time.monotonic() - begun:.0f} s")
        for figure in figures[known:]:
            console.print(f"  {figure.name}: {figure.value:,.1f} {figure.unit}")
    return figures


def main() -> int:
    console, begun = Console(width=None if sys.stdout.isatty() else 160), time.monotonic()
    known = ["ingest", PROPOSALS, *(name for name in PARTS if name != "ingest")]
    if unknown := [name for name in sys.argv[1:] if name not in known]:
        print(f"{', '.join(unknown)}: the parts are {', '.join(known)}", file=sys.stderr)
        return 2
    wanted = [name for name in known if name in sys.argv[1:] or not sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="iewo-bench-", ignore_cleanup_errors=True) as folder:
        try:
            figures = asyncio.run(run(wanted, Path(folder), console))
        except (BenchError, ServerError) as error:
            print(error, file=sys.stderr)
            return 1
    report(figures, Path("out"), console)
    console.print(f"{time.monotonic() - begun:.0f} s; out/bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
