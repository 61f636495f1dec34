"""`iewo officer`: the education welfare officers and the schools to which they are allocated."""

from typing import Annotated

import typer

from clients.iewo import endpoints, options

BY_TOKEN = "as the token says (* is every school)"
"""Of an officer who was added without schools, such as a development stack's own."""

app = typer.Typer(help="Add officers with their schools, and list them.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The officer's id: the `sub` of the officer's token.")]
Name = Annotated[str, typer.Option(help="The officer's name.")]
Email = Annotated[str, typer.Option(help="The officer's e-mail address at work.")]


@app.command(epilog='Example: iewo officer add officer-hartley --name "Maureen Hartley" --email m.hartley@example.org --school 900001')
def add(
    officer: Id,
    name: Name,
    email: Email,
    school: options.Schools,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Add an officer, or change the officer's schools: those given here are all of them."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token) as referrals:
        referrals.put(f"/v1/officers/{segment(officer)}", {"name": name, "email": email, "schools": school})
    show.line(f"officer {officer} is known: {name}, for {', '.join(school)}")


@app.command("list")
def list_(
    as_json: options.AsJson = False, url: options.Url = None, token: options.Token = None, where: options.EndpointsFile = None
) -> None:
    """List the officers and their schools."""
    from clients.iewo import show
    from clients.iewo.http import service

    with service("referrals", endpoints.find(where), url, token) as referrals:
        officers = referrals.get("/v1/officers")["officers"]
    if as_json:
        show.as_json(officers)
    else:
        rows = [(one["id"], one["name"], one["email"], ", ".join(one["schools"]) or BY_TOKEN) for one in officers]
        show.table("Officers", ("id", "name", "e-mail", "schools"), rows)
