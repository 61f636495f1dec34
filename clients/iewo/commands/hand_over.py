"""`iewo hand-over`: cases of children who moved school."""

from enum import StrEnum
from typing import Annotated

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer

app = typer.Typer(help="A child who moved: was there a case elsewhere; ask for it, decide, read it.", no_args_is_help=True)

Child = Annotated[str, typer.Option(metavar="ID", help="The child's id, on the roll of the school.")]
Case = Annotated[str, typer.Argument(metavar="CASE", help="As `iewo hand-over elsewhere` shows it.")]
Id = Annotated[str, typer.Argument(metavar="HAND-OVER", help="As `iewo hand-over list` shows it.")]
Why = Annotated[str, typer.Option(help="Why, in words: both schools' officers read it.")]


class Decision(StrEnum):
    """What whoever answers for the old school says."""

    GRANT = "grant"
    REFUSE = "refuse"


Say = Annotated[Decision, typer.Argument(metavar="grant|refuse")]


@app.command(epilog="Example: iewo hand-over elsewhere --school 900002 --child 6f…")
@as_officer
def elsewhere(referrals: Access, school: options.School, child: Child) -> None:
    """Whether a child had cases at other schools, and when."""
    found = referrals.get("/v1/schools/{}/children/{}/cases-elsewhere", school, child)
    rows = [(one["case"], one["opened_on"], one["closed_on"] or "") for one in found["cases"]]
    referrals.table(found, "Elsewhere", ("case", "opened", "closed"), rows)


@app.command(epilog='Example: iewo hand-over ask 3f… --school 900002 --child 6f… --why "she is on our roll now"')
@as_officer
def ask(referrals: Access, case: Case, school: options.School, child: Child, why: Why) -> None:
    """Ask for a case of another school; whose case it was is told."""
    made = referrals.post("/v1/schools/{}/children/{}/hand-overs", school, child, body={"case": case, "why": why})
    referrals.say(made, f"hand-over {made['hand_over']} is {made['state']}")


@app.command("list", epilog="Example: iewo hand-over list")
@as_officer
def list_(referrals: Access) -> None:
    """Hand-overs to and from your schools, those that wait first."""
    found = referrals.get("/v1/hand-overs")
    rows = [(one["hand_over"], one["state"], one["to_school"], one["asked_by"], one["why"]) for one in found["hand_overs"]]
    referrals.table(found, "Hand-overs", ("hand-over", "state", "to", "asked by", "why"), rows)


@app.command(epilog='Example: iewo hand-over decide 8b… grant --why "the family agrees"')
@as_officer
def decide(referrals: Access, hand_over: Id, decision: Say, why: Why) -> None:
    """Grant or refuse a hand-over, as officer of the old school or head of service."""
    done = referrals.post("/v1/hand-overs/{}/decision", hand_over, body={"decision": decision.value, "reason": why})
    referrals.say(done, f"hand-over {hand_over} is {done['state']}")


@app.command("show", epilog="Example: iewo hand-over show 8b…")
@as_officer
def show_(referrals: Access, hand_over: Id) -> None:
    """A case that was handed over: what was done, and what came of it."""
    found = referrals.get("/v1/hand-overs/{}/case", hand_over)
    rows = [(one["date"], one["kind"], one["engagement"], one["outcome"]) for one in found["entries"]]
    referrals.table(found, f"Case of school {found['from_school']}, {found['state']}", ("date", "kind", "engagement", "outcome"), rows)
