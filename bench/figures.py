"""What is reported: one figure with its peer and its limit, as a row of the table and of `out/bench.json`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """Medians of the rounds. `peer` and `limit` have the unit of `value`; `measured` says in words what they are."""

    name: str
    value: float
    unit: str
    peer: float | None = None
    limit: float | None = None
    measured: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.peer if self.peer else None

    @property
    def share(self) -> float | None:
        return self.value / self.limit if self.limit else None

    def as_json(self) -> dict[str, Any]:
        figures = asdict(self) | {"ratio": self.ratio, "share": self.share}
        del figures["measured"]
        return {key: round(value, 3) if isinstance(value, float) else value for key, value in figures.items()}


def of_rounds(name: str, unit: str, ours: Sequence[float], peer: Sequence[float], limit: Sequence[float], measured: str) -> Figure:
    return Figure(name, median(ours), unit, median(peer) if peer else None, median(limit) if limit else None, measured)


def report(figures: Sequence[Figure], folder: Path, console: Console) -> None:
    """The table on the console, and `bench.json` in the folder."""
    table = Table(title="Benchmarks: medians, each beside its peer and its limit in the same run", show_lines=True)
    for heading in ("figure", "value", "peer", "times the peer", "limit", "share of the limit"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    table.add_column("what was measured")
    for figure in figures:
        table.add_row(
            figure.name,
            f"{_number(figure.value)} {figure.unit}",
            "" if figure.peer is None else _number(figure.peer),
            _shown(figure.ratio, ".2f"),
            "" if figure.limit is None else _number(figure.limit),
            _shown(figure.share, ".0%"),
            figure.measured,
        )
    console.print(table)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.json").write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _shown(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
