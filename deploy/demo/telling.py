"""What the demo says, and every figure that it printed."""

from typing import Any

from rich.console import Console
from rich.table import Table


class Telling:
    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=False)
        self.figures: dict[str, Any] = {}

    def chapter(self, number: int, title: str) -> None:
        self.console.print(f"\n[bold]{number}. {title}[/bold]")

    def line(self, text: str) -> None:
        self.console.print(text, markup=False)

    def command(self, told: str, command: str) -> None:
        """A command to copy: on a line of its own, never broken."""
        self.line(told)
        self.console.print(f"  {command}", markup=False, soft_wrap=True)

    def figure(self, name: str, value: Any, text: str = "") -> None:
        """Keep a figure; say it where there is a text for it."""
        self.figures[name] = value
        if text:
            self.line(f"   {text}")

    def table(self, name: str, columns: list[str], rows: list[list[Any]]) -> None:
        table = Table(*columns, box=None, pad_edge=False, padding=(0, 2))
        for place in range(1, len(columns)):
            table.columns[place].justify = "right"
        for row in rows:
            table.add_row(
                *(f"{cell:,.2f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row)
            )
        self.console.print(table)
        self.figures[name] = [dict(zip(columns, row, strict=True)) for row in rows]
