"""`iewo officer`: the staff, the schools to which they are allocated, their checks and training."""

from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_operator, filled
from clients.iewo.commands.officer_choices import Item, Level, PutOff, Role, Subject

BY_TOKEN = "as the token says (* is every school)"
"""Of an officer who was added without schools, such as a development stack's own."""

app = typer.Typer(help="Add officers with their schools, note checks and training, list them.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The officer's id: the `sub` of the officer's token.")]
Name = Annotated[str, typer.Option(help="The officer's name.")]
Email = Annotated[str, typer.Option(help="The officer's e-mail address at work.")]
Telephone = Annotated[str | None, typer.Option(help="The telephone at work, which Local Authorities are told.")]
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
Why = Annotated[PutOff, typer.Option(help="Why it is put off.")]


@app.command(epilog='Example: iewo officer add officer-hartley --name "Maureen Hartley" --email m.hartley@example.org --school 900001')
@as_operator
def add(
    referrals: Access,
    officer: Id,
    name: Name,
    email: Email,
    school: options.Schools,
    role: As = None,
    cover: Cover = None,
    telephone: Telephone = None,
) -> None:
    """Add an officer, or change the officer's schools: those given here are all of them."""
    from clients.iewo import show

    body: dict[str, Any] = {"name": name, "email": email, "schools": school}
    body |= ({"role": role.value} if role else {}) | ({"cover": cover} if cover else {}) | ({"telephone": telephone} if telephone else {})
    said = referrals.put("/v1/officers/{}", officer, body=body)
    if referrals.printed(said):
        return
    show.line(f"officer {officer} is known: {name}, for {', '.join(school)}")
    missing = [one["item"] for one in said.get("dues", ()) if one["required"] and one["until"] is None]
    if missing:
        show.note(f"opens nothing until noted: {', '.join(missing)} (iewo officer dbs {officer}, iewo officer training {officer})")


@app.command(epilog="Example: iewo officer school officer-hartley 900004 --from 2026-11-23 --until 2026-12-18")
@as_operator
def school(referrals: Access, officer: Id, urn: options.Urn, first: First = None, until: Until = None) -> None:
    """Allocate one more school, for some time, or end an allocation with `--until`; the other schools stay as they are."""

    with referrals.open() as service:
        path = filled("/v1/officers/{}", officer)
        before = service.get(path)
        own = [one for one in before["allocations"] if not one["covers"] and not (one["until"] and one["until"] < date.today().isoformat())]  # noqa: DTZ011
        mine = next((one for one in own if one["school"] == urn), None)
        begins = first.isoformat() if first else mine and mine["from"]
        wanted = {"school": urn, "from": begins, "until": until and until.isoformat()}
        kept = [{"school": one["school"], "from": one["from"], "until": one["until"]} for one in own if one["school"] != urn]
        told = {name: before[name] for name in ("name", "email", "role", "cover")}
        after = service.put(path, {**told, "schools": [*kept, wanted]})
    referrals.say(after, f"officer {officer}: school {urn} from {begins or 'today'}{f' until {until}' if until else ''}")


@app.command(epilog='Example: iewo officer dbs officer-hartley --level "enhanced with barred lists" --seen 2026-09-02')
@as_operator
def dbs(referrals: Access, officer: Id, seen: Seen, level: AtLevel = Level.BARRED) -> None:
    """Note that a DBS certificate was seen. What stands on it is not kept; when the next is due follows from the company's policy."""
    _noted(referrals, officer, "dbs", {"level": level.value, "seen": seen.isoformat()})


@app.command(epilog='Example: iewo officer training officer-hartley --done 2026-09-03 --in safeguarding --in "data protection"')
@as_operator
def training(referrals: Access, officer: Id, done: Done, subject: In = None) -> None:
    """Note training in data protection, information sharing or safeguarding."""
    _noted(referrals, officer, "training", {"subjects": [one.value for one in subject or Subject], "done": done.isoformat()})


@app.command(epilog='Example: iewo officer extend officer-hartley --item dbs --why "new check applied for" (as the head of service)')
@as_operator
def extend(referrals: Access, officer: Id, item: Which, why: Why) -> None:
    """Put one date off by 14 days, once; for the head of service."""
    _noted(referrals, officer, "extend", {"item": item.value, "reason": why.value})


Over = Annotated[str | None, typer.Option("--cover", metavar="ID", help="Who takes over; by default the officer's cover.")]
For = Annotated[
    list[str] | None, typer.Option("--for", metavar="URN=ID", help="Who takes over one school instead; give the option again for each.")
]
Note = Annotated[str | None, typer.Option(help="For whoever takes over; it stays in each case's history.")]
Left = Annotated[bool, typer.Option("--left", help="The officer has left: what passes on stays with the others.")]


@app.command(epilog='Example: iewo officer away officer-hartley --cover officer-adebayo --note "court on Monday" (as the head of service)')
@as_operator
def away(referrals: Access, officer: Id, cover: Over = None, school: For = None, note: Note = None, left: Left = False) -> None:
    """An officer is on leave, ill or has left: schools, open cases, next steps and tasks pass to others, and access ends, at once."""
    from clients.iewo.failure import Code, Failure

    schools = dict(one.partition("=")[::2] for one in school or ())
    if "" in schools.values():
        raise Failure("--for is written as 900001=officer-adebayo", Code.USAGE)
    body = {"why": "left" if left else "away", "to": cover, "schools": schools, "note": note}
    _changed(referrals, officer, "away", body)


@app.command(epilog="Example: iewo officer back officer-hartley (as the head of service)")
@as_operator
def back(referrals: Access, officer: Id) -> None:
    """An officer is here again, with the schools and with the cases that others had meanwhile."""
    _changed(referrals, officer, "back", {})


@app.command("show", epilog="Example: iewo officer show officer-hartley")
@as_operator
def show_(referrals: Access, officer: Id) -> None:
    """Show an officer's schools, cover, checks and training."""
    from clients.iewo import show

    said = referrals.get("/v1/officers/{}", officer)
    if referrals.printed(said):
        return
    show.line(f"{said['id']}: {said['name']}, {said['role']}, {said['email']}; access {said['access']}; cover {said['cover'] or 'nobody'}")
    allocations = [(one["school"], one["from"], one["until"], one["covers"]) for one in said["allocations"]]
    show.table("Schools", ("school", "from", "until", "for"), allocations)
    _tell_dues(said)


@app.command("list", epilog="Example: iewo officer list --json")
@as_operator
def list_(referrals: Access) -> None:
    """List the officers and their schools."""

    officers = referrals.get("/v1/officers")["officers"]
    rows = [(one["id"], one["name"], one["email"], one["role"], one["access"], ", ".join(one["schools"]) or _none(one)) for one in officers]
    referrals.table(officers, "Officers", ("id", "name", "e-mail", "role", "access", "schools"), rows)


def _none(officer: dict[str, Any]) -> str:
    return "" if officer["access"] in ("away", "left") else BY_TOKEN


def _noted(referrals: Access, officer: str, what: str, body: dict[str, Any]) -> None:

    said = referrals.post("/v1/officers/{}/{}", officer, what, body=body)
    if not referrals.printed(said):
        _tell_dues(said)


def _changed(referrals: Access, officer: str, what: str, body: dict[str, Any]) -> None:
    from clients.iewo import show

    said = referrals.post("/v1/officers/{}/{}", officer, what, body=body)
    if referrals.printed(said):
        return
    if said["cases"]:
        show.table("Cases that changed hands", ("case", "now with"), sorted(said["cases"].items()))
    show.line(f"{officer}: access {said['officer']['access']}; {len(said['cases'])} cases and {said['steps']} next steps changed hands")


def _tell_dues(said: dict[str, Any]) -> None:
    from clients.iewo import show

    rows = [(one["item"], one["due"], one["until"] if one["until"] != one["due"] else None, one["required"]) for one in said["dues"]]
    show.table(f"Check and training of {said['id']}: access {said['access']}", ("item", "due", "put off to", "required"), rows)
