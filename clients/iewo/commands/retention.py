"""`iewo retention`: disposal of what is due."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, at_retention
from clients.iewo.failure import Failure

if TYPE_CHECKING:
    from clients.iewo.http import Service

Sweep = dict[str, Any]

app = typer.Typer(help="Dispose of what is due, and see how far it has come.", no_args_is_help=True)

On = Annotated[date, typer.Option("--on", parser=options.day, metavar="DATE", help="Everything due on this day or before is disposed of.")]
Timeout = Annotated[float, typer.Option(min=1, metavar="SECONDS", help="How long to watch it.")]


@app.command(epilog="Example: iewo retention sweep --on 2028-09-01. It goes on by itself when the command is stopped.")
@at_retention
def sweep(
    access: Access,
    on: On,
    timeout: Timeout = 3600,
) -> None:
    """Dispose of everything that is due, and watch each step until the certificate; an alarm ends it with exit code 1."""
    with access.open() as retention:
        said = retention.post("/v1/sweeps", {"on": on.isoformat()})
        _tell(access, _watch(retention, said, timeout, quiet=access.as_json))


@app.command("show")
@at_retention
def show_sweep(access: Access, sweep: Annotated[str, typer.Argument(help="The sweep's id.")]) -> None:
    """Show how far a sweep has come; an alarm is exit code 1."""
    _tell(access, access.get("/v1/sweeps/{}", sweep))


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


def _tell(access: Access, said: Sweep) -> None:
    from clients.iewo import show

    if not access.printed(said):
        title = f"Sweep {said['sweep']} on {said['on']}{' (a rehearsal)' if said['rehearsal'] else ''}: {said['state']}"
        rows = [(one["cohort"], one["step"], _counts(one["counts"]), one["certificate"]) for one in said["cohorts"]]
        show.table(title, ("due", "step", "counts", "certificate"), rows, right=("certificate",))
        if not rows:
            show.line("nothing was due")
    if said["state"].startswith("alarm"):
        raise Failure(f"{said['state']} (the sweep goes on by itself: `iewo retention show {said['sweep']}`)")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items())
