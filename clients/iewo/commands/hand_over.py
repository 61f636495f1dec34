"""`iewo hand-over`: cases of children who moved school."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from clients.iewo import endpoints, options

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
def elsewhere(
    school: options.School,
    child: Child,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Whether a child had cases at other schools, and when."""
    from clients.iewo import show
    from clients.iewo.http import segment

    found = _send("GET", f"/v1/schools/{school}/children/{segment(child)}/cases-elsewhere", None, url, token, where)
    if as_json:
        show.as_json(found)
        return
    rows = [(one["case"], one["opened_on"], one["closed_on"] or "") for one in found["cases"]]
    show.table("Elsewhere", ("case", "opened", "closed"), rows)


@app.command(epilog='Example: iewo hand-over ask 3f… --school 900002 --child 6f… --why "she is on our roll now"')
def ask(
    case: Case,
    school: options.School,
    child: Child,
    why: Why,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Ask for a case of another school; whose case it was is told."""
    from clients.iewo import show
    from clients.iewo.http import segment

    made = _send("POST", f"/v1/schools/{school}/children/{segment(child)}/hand-overs", {"case": case, "why": why}, url, token, where)
    show.as_json(made) if as_json else show.line(f"hand-over {made['hand_over']} is {made['state']}")


@app.command("list", epilog="Example: iewo hand-over list")
def list_(
    as_json: options.AsJson = False, url: options.Url = None, token: options.Token = None, where: options.EndpointsFile = None
) -> None:
    """Hand-overs to and from your schools, those that wait first."""
    from clients.iewo import show

    found = _send("GET", "/v1/hand-overs", None, url, token, where)
    if as_json:
        show.as_json(found)
        return
    rows = [(one["hand_over"], one["state"], one["to_school"], one["asked_by"], one["why"]) for one in found["hand_overs"]]
    show.table("Hand-overs", ("hand-over", "state", "to", "asked by", "why"), rows)


@app.command(epilog='Example: iewo hand-over decide 8b… grant --why "the family agrees"')
def decide(
    hand_over: Id,
    decision: Say,
    why: Why,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Grant or refuse a hand-over, as officer of the old school or head of service."""
    from clients.iewo import show
    from clients.iewo.http import segment

    body = {"decision": decision.value, "reason": why}
    done = _send("POST", f"/v1/hand-overs/{segment(hand_over)}/decision", body, url, token, where)
    show.as_json(done) if as_json else show.line(f"hand-over {hand_over} is {done['state']}")


@app.command("show", epilog="Example: iewo hand-over show 8b…")
def show_(
    hand_over: Id,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """A case that was handed over: what was done, and what came of it."""
    from clients.iewo import show
    from clients.iewo.http import segment

    found = _send("GET", f"/v1/hand-overs/{segment(hand_over)}/case", None, url, token, where)
    if as_json:
        show.as_json(found)
        return
    rows = [(one["date"], one["kind"], one["engagement"], one["outcome"]) for one in found["entries"]]
    show.table(f"Case of school {found['from_school']}, {found['state']}", ("date", "kind", "engagement", "outcome"), rows)


def _send(method: str, path: str, body: dict[str, Any] | None, url: str | None, token: str | None, where: Any) -> dict[str, Any]:
    from clients.iewo.http import service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        done: dict[str, Any] = referrals.get(path) if body is None or method == "GET" else referrals.post(path, body)
    return done
