"""`iewo feed`: a school's rolls and registers in, and what became of them."""

from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import filled
from clients.iewo.failure import Code, Failure
from clients.iewo.grouped import grouped
from clients.iewo.school_access import SchoolAccess

app = typer.Typer(help="Push a school's rolls and registers, and see what became of them.", no_args_is_help=True)

Files = Annotated[
    list[Path],
    typer.Argument(
        exists=True,
        dir_okay=False,
        readable=True,
        metavar="FILE...",
        help="Rolls or marks (CSV, XLSX, XML, JSON), in the order in which they count.",
    ),
]
Year = Annotated[
    int | None, typer.Option(min=2000, max=2100, help="Academic year of a roll, by its first half: 2025 is 2025/26. This year by default.")
]
Whole = Annotated[
    bool, typer.Option("--whole", help="The roll is whole: the enrolment of every child whom it does not name ends. By default it is part.")
]
Rehearse = Annotated[
    bool, typer.Option("--rehearse", help="Check the files and say what each by itself would raise and ease; nothing is stored.")
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until the files are in the register, not only safely received.")]
Timeout = Annotated[float, typer.Option(min=1, metavar="SECONDS", help="How long to wait until they are.")]


@app.command(
    epilog="Example: iewo feed push roll.csv marks-week-12.csv --school 900001. "
    "The same file pushed twice is the same feed: after a broken connection, push it again. "
    "Exit, as in `iewo --help`: 0 all rows accepted, 3 a file or some rows refused, 6 a whole roll waits for a yes, or rehearsed would."
)
@grouped
def push(
    access: SchoolAccess,
    files: Files,
    school: options.SchoolOrFile = None,
    year: Year = None,
    whole: Whole = False,
    rehearse: Rehearse = False,
    wait: Wait = True,
    timeout: Timeout = 300,
) -> None:
    """Push rolls or marks and show the receipt: which rows were accepted, and line by line which were not and why.

    Files are pushed in the order given, since a later feed wins over an earlier one; at one that is refused as a whole, the rest stay.
    A CSV file larger than the service takes is pushed in parts, each a feed with a receipt of its own; its lines are those of the file.
    A whole roll that would end more than a twentieth of the enrolments waits until somebody has said yes: `iewo feed confirm`.
    """
    from clients.iewo import show
    from clients.iewo.pushing import WAITING, Push, has_refusals

    if school is None and (whole or rehearse):
        raise Failure("--whole and --rehearse go with --school: one school at a time", Code.USAGE)
    with access.of_school(school) as attendance:
        job = Push(attendance, school, year, whole, timeout if wait else None, quiet=access.as_json, rehearse=rehearse)
        said: list[dict[str, Any]] = []
        try:
            job.upload(files)
            if not rehearse:
                job.wait()
        except Failure:
            said = job.receipts[-1:]  # by the line with which the command ends
            raise
        finally:
            if not access.printed(job.receipts):
                for receipt in job.receipts:
                    if "error" not in receipt:
                        show.receipt(receipt)
                    elif school is None and receipt not in said:
                        show.note(f"{receipt['file']}: {receipt.get('school', '')} {receipt['error']}")
    if any(map(has_refusals, job.receipts)):
        raise typer.Exit(Code.ROWS_REFUSED)
    if any(receipt["state"] == WAITING or receipt.get("waits") for receipt in job.receipts):
        raise typer.Exit(Code.WAITS)


@app.command("show")
@grouped
def show_feed(
    access: SchoolAccess,
    feed: Annotated[str, typer.Argument(help="The feed's id, as its receipt gives it.")],
) -> None:
    """Show a feed's receipt, and whether it is in the register yet."""
    from clients.iewo import show

    with access.of_feed(feed) as attendance:
        said = _flat(attendance.get(filled("/v1/feeds/{}", feed)))
    if not access.printed(said):
        show.receipt(said)


def _flat(said: dict[str, Any]) -> dict[str, Any]:
    """The receipt with the feed's state and times, as one object."""
    return {**said["receipt"], **{name: value for name, value in said.items() if name != "receipt"}}
