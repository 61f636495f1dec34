"""`iewo returns`: what a school owes its Local Authority."""

import sys
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from clients.iewo import endpoints, options


class Kind(StrEnum):
    """attendance: ten school days without leave; sickness: fifteen of illness."""

    ATTENDANCE = "attendance"
    SICKNESS = "sickness"


Which = Annotated[Kind, typer.Option("--kind", help="attendance: ten school days without leave; sickness: fifteen of illness.")]
First = Annotated[date, typer.Option("--from", parser=options.day, metavar="DATE", help="First day, included.")]
Last = Annotated[date, typer.Option("--to", parser=options.day, metavar="DATE", help="Last day, included.")]

EXAMPLE = "Example: iewo returns --school 900001 --kind attendance --from 2026-11-01 --to 2026-11-30 > return.csv"


def returns(
    school: options.School,
    kind: Which,
    first: First,
    last: Last,
    url: options.Url = None,
    token: options.Token = None,
    key_file: options.KeyFile = None,
    where: options.EndpointsFile = None,
) -> None:
    """Write a school's return to its LA as CSV on the standard output: who, and from which session to which.

    It names children, with their addresses: it is for the school itself, which sends it.
    """
    from clients.iewo.http import service
    from clients.iewo.school_keys import access

    known = endpoints.find(where)
    own = access(known, school, url, token, key_file)
    period = f"from={first.isoformat()}&to={last.isoformat()}"
    with service("attendance", known, own.url, own.token) as attendance:
        sys.stdout.write(attendance.download(f"/v1/schools/{school}/returns?kind={kind.value}&{period}").decode())
