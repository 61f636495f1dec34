"""`iewo retention`: disposal of what is due."""

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, at_retention
from clients.iewo.failure import Code, Failure

if TYPE_CHECKING:
    from clients.iewo.http import Service

Sweep = dict[str, Any]

app = typer.Typer(help="See what is due, dispose of it, and see how far it has come.", no_args_is_help=True)

On = Annotated[date, typer.Option("--on", parser=options.day, metavar="DATE", help="Everything due on this day or before.")]
Timeout = Annotated[float, typer.Option("--timeout", min=1, metavar="SECONDS", help="How long to watch it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask: for scripts, which have looked at what is due.")]


@app.command("due", epilog="Example: iewo retention due --on 2028-09-01")
@at_retention
def due_(retention: Access, on: On) -> None:
    """Show what a sweep on a day would dispose of, by school and year. Nothing is done.

    It goes by the cases, holds and entries that are known now; a sweep asks again. Who was worked with left for a later date when that was
    recorded, and is not counted."""
    found = retention.get("/v1/due", on=on.isoformat())
    if not retention.printed(found):
        _tell_due(found)


@app.command("sweep", epilog="Example: iewo retention sweep --on 2028-09-01. It goes on by itself when the command is stopped.")
@at_retention
def sweep_(retention: Access, on: On, yes: Yes = False, timeout: Timeout = 3600) -> None:
    """Dispose of everything that is due, and watch each step until the certificate.

    It shows what is due and asks first. What is disposed of is erased in every service and its keys are destroyed: nothing brings it back,
    on a development stack ahead of time as on a real one. An alarm ends it with exit code 1."""
    with retention.open() as service:
        if not yes:
            _agreed(service.get("/v1/due", on=on.isoformat()), on, retention.as_json)
        said = service.post("/v1/sweeps", {"on": on.isoformat()})
        _tell(_watch(service, said, timeout, quiet=retention.as_json), retention)


@app.command("show")
@at_retention
def show_(retention: Access, sweep: Annotated[str, typer.Argument(help="The sweep's id.")]) -> None:
    """Show how far a sweep has come; an alarm is exit code 1."""
    _tell(retention.get("/v1/sweeps/{}", sweep), retention)


def _agreed(due: dict[str, Any], on: date, as_json: bool) -> None:
    """Failure unless a person who sees what is due says yes. Where nothing is due there is nothing to ask."""
    goes = sum(cohort["goes"] for cohort in due["cohorts"])
    if not due["cohorts"]:
        return
    if as_json or not sys.stdin.isatty():
        raise Failure(f"nothing is done: look with `iewo retention due --on {on}`, then give --yes", Code.USAGE)
    _tell_due(due)
    question = f"Erase the records of {goes:,} {'child' if goes == 1 else 'children'} and destroy the keys? Nothing brings them back."
    if not typer.confirm(question, err=True):
        raise Failure("nothing was disposed of")


def _tell_due(due: dict[str, Any]) -> None:
    from clients.iewo import show

    rows = [
        (cohort["cohort"], cohort["year"], one["school"] or "of no school", one["goes"], one["stays"])
        for cohort in due["cohorts"]
        for one in cohort["schools"]
    ]
    title = f"Due on {due['on']}: children whose records go, and who would stay until a later date"
    show.table(title, ("due", "year", "school", "go", "stay"), rows, right=("go", "stay"))
    for cohort in due["cohorts"]:
        show.line(f"of {cohort['cohort']} in all: {cohort['goes']:,} go, {cohort['stays']:,} stay (who is at two schools is one)")


def _watch(retention: "Service", said: Sweep, seconds: float, *, quiet: bool) -> Sweep:
    """Tells each step as it comes, until the sweep is done or in alarm."""
    from clients.iewo import show
    from clients.iewo.http import wait_for

    told: set[tuple[str, str]] = set()

    def ask() -> Sweep:
        now: Sweep = retention.get(f"/v1/sweeps/{said['sweep']}")
        steps = {(cohort["cohort"], cohort["step"]): None for cohort in now["cohorts"]}
        for cohort, step in [] if quiet else [one for one in steps if one not in told]:
            show.note(f"{cohort}: {step}")
        told.update(steps)
        return now

    late = f"sweep {said['sweep']} is not done after {seconds:.0f} s; it goes on: see `iewo retention show {said['sweep']}`"
    return wait_for(ask, lambda now: now["state"] != "running", seconds, late)


def _tell(said: Sweep, retention: Access) -> None:
    from clients.iewo import show

    ahead = " (ahead of time, on a development stack)" if said["ahead_of_time"] else ""
    rows = [(one["cohort"], one["step"], _counts(one["counts"]), one["certificate"]) for one in said["cohorts"]]
    title = f"Sweep {said['sweep']} on {said['on']}{ahead}: {said['state']}"
    retention.table(said, title, ("due", "step", "counts", "certificate"), rows, right=("certificate",))
    if not rows and not retention.as_json:
        show.line("nothing was due")
    if said["state"].startswith("alarm"):
        raise Failure(f"{said['state']} (the sweep goes on by itself: `iewo retention show {said['sweep']}`)")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items())
