"""What the user sees: tables on the standard output, progress and lines on the standard error output."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from textwrap import wrap
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

LISTED = 25
"""Refused rows shown one by one; more are shown by reason."""

LINE = "line or record"
"""Of a text the line, of JSON and XML the place of the record."""

ID = re.compile(r"[0-9a-f]{24}")

UNBROKEN = 24
"""Letters up to which a word is left whole: those of an id."""
BETWEEN, EDGES = 3, 1
"""Blanks between two columns, and at the ends of a line."""
BENEATH = "    "
"""Before what stands beneath a row, or goes on in a next line."""
PIPED_WIDTH = 140
"""Characters of a line that no terminal bounds."""

out = Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
err = Console(stderr=True, markup=False, highlight=False)


def as_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[str] = (),
    beneath: Sequence[str] = (),
) -> None:
    """A table; `right` names the columns whose figures stand to the right. An id stays whole, whatever the width: it is to be copied.

    `beneath`: columns that give way where not all have room, the first of them first: what they say goes on a line beneath its row, with
    the column's name before it. One without a name is a sentence, and stands beneath at any width.
    Where the terminal is too narrow for the other columns' words, each row is told by itself, with the columns' names before its words."""
    cells = [[_shown(cell) for cell in row] for row in rows]
    if not cells:
        line(f"{title}: none" if title else "none")
        return
    below = ["", *filter(None, beneath)] if "" in beneath else list(beneath)
    for given in range("" in beneath, len(below) + 1):
        beside = [place for place, column in enumerate(columns) if column not in below[:given]]
        widths = _widths([(columns[place], *(row[place] for row in cells)) for place in beside])
        if widths is not None:
            _beside(title, columns, cells, dict(zip(beside, widths, strict=True)), right)
            return
    _one_by_one(title, columns, cells)


def _beside(title: str, columns: Sequence[str], cells: Sequence[Sequence[str]], widths: Mapping[int, int], right: Sequence[str]) -> None:
    """Columns as wide as `widths` says, by place; under each row what the columns say that are not among them."""
    if title:
        out.print(Text(title, style="bold"))
    line("")
    begun = _empty(columns, widths, right)
    for row in cells:
        begun.add_row(*(Text(row[place]) for place in widths))
        if told := _named(columns, row, [place for place in range(len(columns)) if place not in widths]):
            out.print(begun, crop=False)
            _wrapped(told, BENEATH)
            begun = _empty(columns, widths, right, head=False)
    if begun.row_count:
        out.print(begun, crop=False)
    line("")


def _empty(columns: Sequence[str], widths: Mapping[int, int], right: Sequence[str], *, head: bool = True) -> Table:
    made = Table(box=box.SIMPLE_HEAD, show_header=head, show_edge=False, pad_edge=False)
    for place, width in widths.items():
        made.add_column(columns[place], justify="right" if columns[place] in right else "left", overflow="fold", width=width)
    return made


def _widths(columns: Sequence[Sequence[str]]) -> list[int] | None:
    """Of each column: what its cells take, or as much of it as there is room for beside the others' words; None where there is none."""
    least = [max(map(_unbroken, cells)) for cells in columns]
    wanted = [max(map(len, cells)) - width for width, cells in zip(least, columns, strict=True)]
    room = out.width - BETWEEN * len(columns) - EDGES - sum(least)
    if room < 0:
        return None
    widths = list(least)
    for left, place in enumerate(sorted(range(len(columns)), key=wanted.__getitem__), -len(columns)):
        more = min(wanted[place], room // -left)  # what one does not need is the larger ones'
        widths[place], room = widths[place] + more, room - more
    return widths


def _unbroken(cell: str) -> int:
    """Letters of the longest word that is not to be broken: an id, and what is no longer than one; of what is longer a piece."""
    return max((len(word) if ID.search(word) else min(len(word), UNBROKEN) for word in cell.split()), default=0)


def _one_by_one(title: str, columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Rows one after the other, what is empty left out; what goes on below stands in."""
    if title:
        out.print(Text(title, style="bold"))
    for row in cells:
        _wrapped(_named(columns, row, range(len(columns))))
    line("")


def _named(columns: Sequence[str], row: Sequence[str], places: Iterable[int]) -> str:
    """What a row says there in one text, what is empty left out."""
    return "; ".join(f"{columns[place]} {row[place]}".strip() for place in places if row[place])


def _wrapped(text: str, indent: str = "") -> None:
    """What goes on in a next line stands in."""
    width = max(out.width, UNBROKEN)
    for one in wrap(text, width, initial_indent=indent, subsequent_indent=BENEATH, break_long_words=False, break_on_hyphens=False):
        line(one)


def line(text: str) -> None:
    out.print(text, soft_wrap=True)


def note(text: str) -> None:
    err.print(text, soft_wrap=True)


def progress(*, quiet: bool) -> Progress:
    """A progress bar where somebody looks, nothing where nobody does."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal)


def receipt(said: dict[str, Any]) -> None:
    """A feed's receipt: its figures, then what was refused and what is warned of."""
    part = f", part {said['part']} of {said['parts']}" if "part" in said else ""
    name = f"{said['file']}{part}: " if "file" in said else ""
    feed = f"feed {said['number']} of school {said['school']} ({said['feed']}), " if "feed" in said else f"for school {said['school']}, "
    line(f"{name}{said['kind']}, {feed}{said['state']}")
    figures = ("rows", "accepted", "refused_rows", "missing", "repeated")
    table("", [figure.replace("_", " ") for figure in figures], [[said[figure] for figure in figures]])
    if said["state"] == "rehearsed" and "ends" in said and said.get("whole"):
        line(f"It would end {said['ends']} of {said['enrolled']} enrolments" + (" and wait for a yes." if said.get("waits") else "."))
    if said["state"] == "waiting for a yes":
        line(f"It would end {said['ends']} of {said['enrolled']} enrolments: look, then `iewo feed confirm {said['feed']}` or decline.")
    if dropped := said.get("dropped"):
        told = ", ".join(f"{one['field']} ({many(one['rows'], 'row')})" for one in dropped)
        line(f"Not kept, since the agreement does not list it: {told}")
    _findings("refused", said["refused"], said["refused_by_reason"], said.get("known_refusals", ()))
    _findings("warnings", said["warnings"], said["warnings_by_reason"], said.get("known_warnings", ()))
    if said["state"] == "rehearsed" and said["concerns"] is None:
        line("Nothing is stored. Which concerns a roll would turn is not worked out beforehand.")
    elif said["state"] == "rehearsed":
        columns = ("raised", "proposing", "eased")
        rows = [(one["rule"], *(one.get(column) for column in columns)) for one in said["concerns"]]
        heads = ("raised", "of which propose a referral", "eased")
        if rows:
            table("Concerns that would be raised or eased, in children (by UPN: --json)", ("rule", *heads), rows, right=heads)
        line("Nothing is stored." if rows else "No concern would be raised or eased. Nothing is stored.")


def _findings(title: str, listed: Sequence[dict[str, Any]], tallies: Sequence[dict[str, Any]], known: Sequence[dict[str, Any]]) -> None:
    """Line by line where few are new, else by reason; what a receipt told of before by reason."""
    if sum(tally["rows"] for tally in tallies) - sum(tally["rows"] for tally in known) > LISTED:
        _by_reason(f"{title}, by reason (each line: --json)", tallies)
        return
    if listed:
        table(title, (LINE, "rows", "field", "reason"), _counted(listed, tallies, known), right=(LINE, "rows"))
    if known:
        _by_reason(f"{title} as told before", known)


def _counted(
    listed: Sequence[dict[str, Any]], tallies: Sequence[dict[str, Any]], known: Sequence[dict[str, Any]]
) -> list[tuple[object, ...]]:
    """What is listed, with how many rows each stands for: some things are listed with their first row alone."""
    unlisted = Counter({(tally["field"], tally["reason"]): tally["rows"] for tally in tallies})
    unlisted.subtract({(tally["field"], tally["reason"]): tally["rows"] for tally in known})
    unlisted.subtract((one["field"], one["reason"]) for one in listed)
    same = Counter((one["line"], one["field"], one["reason"]) for one in listed)  # both sessions of a day a row
    return [(at, often + max(0, unlisted.pop((field, why), 0)), field, why) for (at, field, why), often in same.items()]


def _by_reason(title: str, tallies: Sequence[dict[str, Any]]) -> None:
    rows = [(tally["rows"], tally["first_line"], tally["field"], tally["reason"]) for tally in tallies]
    table(title, ("rows", f"first {LINE}", "field", "reason"), rows, right=("rows", f"first {LINE}"))


def many(number: int, noun: str) -> str:
    """So many of them, in words: "1 row", "2 rows"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def name(person: Mapping[str, Any]) -> str:
    """Of a child as an answer names them."""
    return " ".join(part for part in (person.get("forename"), person.get("surname")) if part) or "name not known"


def finding(item: Mapping[str, Any]) -> str:
    """What is asked for of a pack: what stands, and unless somebody has let it pass what to do about it."""
    return item["says"] if item["override"] else f"{item['says']} {item['todo']}".rstrip()


def laid_by(day: str | None) -> str | None:
    """The last day for an information, with until when it has to be laid where no court sits on that day."""
    from shared import court_days

    return court_days.laid_by(date.fromisoformat(day), day) if day else None


def asked_by(day: str | None) -> str | None:
    """The last day for a request, with until when to ask where that is no working day."""
    from shared import court_days

    return court_days.asked_by(date.fromisoformat(day), day) if day else None


def answered_by(day: str | None, in_court: str | None) -> str | None:
    """Until when a change of a sent pack is to be answered, and the last day in court."""
    from shared import court_days

    return court_days.answered_by(date.fromisoformat(day), date.fromisoformat(in_court) if in_court else None) if day else None


def acted_by(day: str | None) -> str | None:
    """The last day for either."""
    from shared import court_days

    return court_days.acted_by(date.fromisoformat(day), day) if day else None


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
