"""Rows that a person wrote in a table of their own, a CSV file whose first line names its columns."""

import csv
from collections.abc import Collection, Iterable, Iterator

from clients.iewo.failure import Code, Failure


def rows(file: Iterable[str], columns: Collection[str], needed: Collection[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each with its line, and of it what is not empty. Failure, naming the line, where something is missing, and for a file that is not
    UTF-8."""
    try:
        yield from _rows(file, columns, needed)
    except UnicodeDecodeError:
        raise Failure('the file is not UTF-8: save it from the spreadsheet as "CSV UTF-8"', Code.USAGE) from None


def _rows(file: Iterable[str], columns: Collection[str], needed: Collection[str]) -> Iterator[tuple[int, dict[str, str]]]:
    read = csv.DictReader(file)
    if unknown := sorted(set(read.fieldnames or ()) - set(columns)):
        raise Failure(f"the file's columns are {', '.join(columns)}: not {', '.join(unknown)}", Code.USAGE)
    if not set(needed) <= set(read.fieldnames or ()):
        raise Failure(f"the file's first line names its columns: {', '.join(needed)} at least", Code.USAGE)
    for row in read:
        if read.restkey in row:
            raise Failure(f'line {read.line_num}: more fields than columns; what has a comma in it goes in "quotes"', Code.USAGE)
        said = {name: value.strip() for name, value in row.items() if isinstance(value, str) and value.strip()}
        if lacking := [name for name in needed if name not in said]:
            raise Failure(f"line {read.line_num}: {', '.join(lacking)} needed", Code.USAGE)
        yield read.line_num, said
