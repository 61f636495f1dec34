"""`iewo flag`: what must be seen before anybody writes to a family."""

from typing import Annotated, Any

import typer

from clients.iewo import endpoints, options

app = typer.Typer(help="Set and lift flags on children and parents; `iewo parent show` shows them.", no_args_is_help=True)

KINDS = ("safeguarding", "looked after", "do not contact")
Why = Annotated[str, typer.Option(help="Why, in words: it is kept with your name.")]


def _kind(text: str) -> str:
    if text not in KINDS:
        raise typer.BadParameter(f"one of: {', '.join(KINDS)}")
    return text


@app.command("set", epilog='Example: iewo flag set 6f1e... --school 900001 --kind "do not contact" --parent 3f8a... --why "Court order"')
def set_(
    child: Annotated[str, typer.Argument(metavar="CHILD", help="The child's id.")],
    school: options.School,
    kind: Annotated[str, typer.Option("--kind", parser=_kind, metavar="KIND", help=f"One of: {', '.join(KINDS)}.")],
    why: Why,
    parent: Annotated[str | None, typer.Option(help="With `do not contact`: the parent's record.")] = None,
    until: Annotated[Any, typer.Option(parser=options.day, metavar="DATE", help="The last day on which it stands.")] = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """While it stands no letter goes without a person's yes. Set again, it is the flag that stands."""
    from clients.iewo.http import segment

    body = {"kind": kind, "parent": parent, "why": why, "until": until.isoformat() if until else None}
    done = _post(f"/v1/schools/{school}/children/{segment(child)}/flags", body, url, token, where)
    _say(done, as_json, f"flag {done['flag']} stands: {kind}")


@app.command(epilog='Example: iewo flag lift 9c02... --why "The order has ended"')
def lift(
    flag: Annotated[str, typer.Argument(metavar="FLAG", help="As `iewo parent show` names it.")],
    why: Why,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Lift a flag. Who set it and who lifted it stays with the child's records."""
    done = _post(f"/v1/flags/{flag}/lift", {"why": why}, url, token, where)
    _say(done, as_json, f"flag {flag} is lifted")


def _post(path: str, body: dict[str, Any], url: str | None, token: str | None, where: Any) -> dict[str, Any]:
    from clients.iewo.http import service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        done: dict[str, Any] = referrals.post(path, body)
    return done


def _say(done: dict[str, Any], as_json: bool, line: str) -> None:
    from clients.iewo import show

    if as_json:
        show.as_json(done)
    else:
        show.line(line)
