"""The school's own list of leave in term time: who was away a whole school week without its leave."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

from deploy.demo.sample.register import Register

LEAVE = ("UPN", "First day", "Last day")
NOT_GRANTED = "G"
WEEK = 10
"""Sessions: as many as a penalty notice takes (National Framework for Penalty Notices), so one such week is a ground for one."""


def weeks_away(register: Register) -> Iterator[tuple[str, date, date]]:
    """UPN, Monday and Friday of each whole week, child by child."""
    for child, row in zip(register.roll, register.cells, strict=True):
        for at in range(len(row) - WEEK + 1):
            first, last = register.days[at // 2], register.days[(at + WEEK - 1) // 2]
            if at % 2 == 0 and last - first == timedelta(days=4) and set(row[at : at + WEEK]) == {NOT_GRANTED}:
                yield child.upn, first, last


def leave_csv(register: Register) -> bytes:
    """Days are ISO in every school's style: the file is for the commands, and no school's system writes it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(LEAVE)
    writer.writerows((upn, first.isoformat(), last.isoformat()) for upn, first, last in weeks_away(register))
    return out.getvalue().encode()
