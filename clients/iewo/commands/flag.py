"""`iewo flag`: what must be seen before anybody writes to a family."""

from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer

app = typer.Typer(help="Set and lift flags on children and parents; `iewo parent show` shows them.", no_args_is_help=True)

KINDS = ("safeguarding", "looked after", "do not contact")
Why = Annotated[str, typer.Option(help="Why, in words: it is kept with your name.")]


def _kind(text: str) -> str:
    if text not in KINDS:
        raise typer.BadParameter(f"one of: {', '.join(KINDS)}")
    return text


@app.command("set", epilog='Example: iewo flag set 6f1e... --school 900001 --kind "do not contact" --parent 3f8a... --why "Court order"')
@as_officer
def set_(
    referrals: Access,
    child: Annotated[str, typer.Argument(metavar="CHILD", help="The child's id.")],
    school: options.School,
    kind: Annotated[str, typer.Option("--kind", parser=_kind, metavar="KIND", help=f"One of: {', '.join(KINDS)}.")],
    why: Why,
    parent: Annotated[str | None, typer.Option(help="With `do not contact`: the parent's record.")] = None,
    until: Annotated[Any, typer.Option(parser=options.day, metavar="DATE", help="The last day on which it stands.")] = None,
) -> None:
    """While it stands no letter goes without a person's yes. Set again, it is the flag that stands."""
    body = {"kind": kind, "parent": parent, "why": why, "until": until.isoformat() if until else None}
    done = referrals.post("/v1/schools/{}/children/{}/flags", school, child, body=body)
    referrals.say(done, f"flag {done['flag']} stands: {kind}")


@app.command(epilog='Example: iewo flag lift 9c02... --why "The order has ended"')
@as_officer
def lift(referrals: Access, flag: Annotated[str, typer.Argument(metavar="FLAG", help="As `iewo parent show` names it.")], why: Why) -> None:
    """Lift a flag. Who set it and who lifted it stays with the child's records."""
    referrals.say(referrals.post("/v1/flags/{}/lift", flag, body={"why": why}), f"flag {flag} is lifted")
