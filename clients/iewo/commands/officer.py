"""`iewo officer`: the staff, the schools to which they are allocated, their checks and training."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import endpoints, options
from clients.iewo.commands.officer_choices import Item, Level, PutOff, Role, Subject

if TYPE_CHECKING:
    from clients.iewo.http import Service

BY_TOKEN = "as the token says (* is every school)"
"""Of an officer who was added without schools, such as a development stack's own."""

app = typer.Typer(help="Add officers with their schools, note checks and training, list them.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The officer's id: the `sub` of the officer's token.")]
Name = Annotated[str, typer.Option(help="The officer's name.")]
Email = Annotated[str, typer.Option(help="The officer's e-mail address at work.")]
As = Annotated[Role | None, typer.Option("--role", help="What the person is: an officer, where nothing else was said.")]
Cover = Annotated[str | None, typer.Option(metavar="ID", help="Who takes over when this officer is away or a check is out of date.")]
First = Annotated[date | None, typer.Option("--from", parser=options.day, metavar="DATE", help="The first day; by default today.")]
Until = Annotated[date | None, typer.Option("--until", parser=options.day, metavar="DATE", help="The last day; by default none.")]
AtLevel = Annotated[Level, typer.Option("--level", help="The certificate's level.")]
Seen = Annotated[date, typer.Option("--seen", parser=options.day, metavar="DATE", help="The day on which the certificate was seen.")]
Done = Annotated[date, typer.Option("--done", parser=options.day, metavar="DATE", help="The day on which it was done.")]
In = Annotated[
    list[Subject] | None,
    typer.Option("--in", help="The subject; give the option again for each. Without it, all three were done that day."),
]
Which = Annotated[Item, typer.Option("--item", help="What is put off.")]
Why = Annotated[PutOff, typer.Option("--reason", help="Why it is put off.")]


@app.command(epilog='Example: iewo officer add officer-hartley --name "Maureen Hartley" --email m.hartley@example.org --school 900001')
def add(
    officer: Id,
    name: Name,
    email: Email,
    school: options.Schools,
    role: As = None,
    cover: Cover = None,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Add an officer, or change the officer's schools: those given here are all of them."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    body: dict[str, Any] = {"name": name, "email": email, "schools": school}
    body |= ({"role": role.value} if role else {}) | ({"cover": cover} if cover else {})
    with service("referrals", endpoints.find(where), url, token) as referrals:
        said = referrals.put(f"/v1/officers/{segment(officer)}", body)
    show.line(f"officer {officer} is known: {name}, for {', '.join(school)}")
    missing = [one["item"] for one in said.get("dues", ()) if one["required"] and one["until"] is None]
    if missing:
        show.note(f"opens nothing until noted: {', '.join(missing)} (iewo officer dbs {officer}, iewo officer training {officer})")


@app.command(epilog="Example: iewo officer school officer-hartley 900004 --from 2026-11-23 --until 2026-12-18")
def school(
    officer: Id,
    urn: options.Urn,
    first: First = None,
    until: Until = None,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Allocate one more school, for some time, or end an allocation with `--until`; the other schools stay as they are."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token) as referrals:
        before = referrals.get(f"/v1/officers/{segment(officer)}")
        own = [one for one in before["allocations"] if not one["covers"] and not (one["until"] and one["until"] < date.today().isoformat())]  # noqa: DTZ011
        mine = next((one for one in own if one["school"] == urn), None)
        begins = first.isoformat() if first else mine and mine["from"]
        wanted = {"school": urn, "from": begins, "until": until and until.isoformat()}
        kept = [{"school": one["school"], "from": one["from"], "until": one["until"]} for one in own if one["school"] != urn]
        told = {name: before[name] for name in ("name", "email", "role", "cover")}
        referrals.put(f"/v1/officers/{segment(officer)}", {**told, "schools": [*kept, wanted]})
    show.line(f"officer {officer}: school {urn} from {begins or 'today'}{f' until {until}' if until else ''}")


@app.command(epilog='Example: iewo officer dbs officer-hartley --level "enhanced with barred lists" --seen 2026-09-02')
def dbs(
    officer: Id,
    seen: Seen,
    level: AtLevel = Level.BARRED,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Note that a DBS certificate was seen. What stands on it is not kept; when the next is due follows from the company's policy."""
    _noted(officer, "dbs", {"level": level.value, "seen": seen.isoformat()}, url, token, where)


@app.command(epilog='Example: iewo officer training officer-hartley --done 2026-09-03 --in safeguarding --in "data protection"')
def training(
    officer: Id,
    done: Done,
    subject: In = None,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Note training in data protection, information sharing or safeguarding."""
    _noted(officer, "training", {"subjects": [one.value for one in subject or Subject], "done": done.isoformat()}, url, token, where)


@app.command(epilog='Example: iewo officer extend officer-hartley --item dbs --reason "new check applied for" (as the head of service)')
def extend(
    officer: Id,
    item: Which,
    reason: Why,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Put one date off by 14 days, once; for the head of service."""
    _noted(officer, "extend", {"item": item.value, "reason": reason.value}, url, token, where)


To = Annotated[str | None, typer.Option("--to", metavar="ID", help="Who takes over; by default the officer's cover.")]
For = Annotated[
    list[str] | None, typer.Option("--for", metavar="URN=ID", help="Who takes over one school instead; give the option again for each.")
]
Note = Annotated[str | None, typer.Option(help="For whoever takes over; it stays in each case's history.")]
Left = Annotated[bool, typer.Option("--left", help="The officer has left: what passes on stays with the others.")]


@app.command(epilog='Example: iewo officer away officer-hartley --to officer-adebayo --note "court on Monday" (as the head of service)')
def away(
    officer: Id,
    to: To = None,
    school: For = None,
    note: Note = None,
    left: Left = False,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """An officer is on leave, ill or has left: schools, open cases, next steps and tasks pass to others, and access ends, at once."""
    from clients.iewo.failure import Code, Failure

    schools = dict(one.partition("=")[::2] for one in school or ())
    if "" in schools.values():
        raise Failure("--for is written as 900001=officer-adebayo", Code.USAGE)
    body = {"why": "left" if left else "away", "to": to, "schools": schools, "note": note}
    _changed(officer, "away", body, as_json, url, token, where)


@app.command(epilog="Example: iewo officer back officer-hartley (as the head of service)")
def back(
    officer: Id,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """An officer is here again, with the schools and with the cases that others had meanwhile."""
    _changed(officer, "back", {}, as_json, url, token, where)


@app.command("show", epilog="Example: iewo officer show officer-hartley")
def show_(
    officer: Id,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Show an officer's schools, cover, checks and training."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token) as referrals:
        said = referrals.get(f"/v1/officers/{segment(officer)}")
    if as_json:
        show.as_json(said)
        return
    show.line(f"{said['id']}: {said['name']}, {said['role']}, {said['email']}; access {said['access']}; cover {said['cover'] or 'nobody'}")
    allocations = [(one["school"], one["from"], one["until"], one["covers"]) for one in said["allocations"]]
    show.table("Schools", ("school", "from", "until", "for"), allocations)
    _tell_dues(said)


@app.command("list", epilog="Example: iewo officer list --json")
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
        rows = [
            (one["id"], one["name"], one["email"], one["role"], one["access"], ", ".join(one["schools"]) or _none(one)) for one in officers
        ]
        show.table("Officers", ("id", "name", "e-mail", "role", "access", "schools"), rows)


def _none(officer: dict[str, Any]) -> str:
    return "" if officer["access"] in ("away", "left") else BY_TOKEN


def _noted(officer: str, what: str, body: dict[str, Any], url: str | None, token: str | None, where: Path | None) -> None:
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token) as referrals:
        _tell_dues(_post(referrals, f"/v1/officers/{segment(officer)}/{what}", body))


def _changed(officer: str, what: str, body: dict[str, Any], as_json: bool, url: str | None, token: str | None, where: Path | None) -> None:
    from clients.iewo import show
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token) as referrals:
        said = _post(referrals, f"/v1/officers/{segment(officer)}/{what}", body)
    if as_json:
        show.as_json(said)
        return
    if said["cases"]:
        show.table("Cases that changed hands", ("case", "now with"), sorted(said["cases"].items()))
    show.line(f"{officer}: access {said['officer']['access']}; {len(said['cases'])} cases and {said['steps']} next steps changed hands")


def _post(referrals: "Service", path: str, body: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = referrals.post(path, body)
    return said


def _tell_dues(said: dict[str, Any]) -> None:
    from clients.iewo import show

    rows = [(one["item"], one["due"], one["until"] if one["until"] != one["due"] else None, one["required"]) for one in said["dues"]]
    show.table(f"Check and training of {said['id']}: access {said['access']}", ("item", "due", "put off to", "required"), rows)
