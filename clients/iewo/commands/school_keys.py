"""`iewo school invite`, `join` and `keys`: how a school gets a credential of its own, and keeps it."""

from typing import Annotated

import typer

from clients.iewo import endpoints, options
from clients.iewo.access import Access, at_attendance, filled
from clients.iewo.grouped import grouped
from clients.iewo.school_access import SchoolAccess, SchoolReach

app = typer.Typer(help="A school's keys: list, rotate, revoke.", no_args_is_help=True)

Also = Annotated[
    list[str] | None,
    typer.Option("--also", parser=options.urn, metavar="URN", help="Another school of the same trust; give the option again for each."),
]
OneTime = Annotated[str, typer.Argument(metavar="CODE", help="The one-time code, in any letter case.")]
Name = Annotated[str, typer.Option(help="What you call it: the machine or program that will use it, not a person.")]
Credential = Annotated[str, typer.Argument(metavar="CREDENTIAL", help="Its id, as `iewo school keys list` gives it.")]

INVITE = "Example: iewo school invite 900001. Tell the school the code, by another way than the one by which others may read it."
JOIN = 'Example: iewo school join 4F7QA-91KXT-00ZRB-8MM2C --name "office server". The key is kept for the user who runs this, mode 600.'


@at_attendance
def invite(attendance: Access, urn: options.Urn, also: Also = None) -> None:
    """Make a one-time code, for which a school gets a key of its own. It is shown this once, and good once, for a week."""
    from clients.iewo import show

    said = attendance.post("/v1/invitations", body={"schools": [urn, *(also or ())]})
    if not attendance.printed(said):
        show.line(said["code"])
        show.note(
            f"for {', '.join(said['schools'])}, good until {said['expires'][:10]}; the school runs: iewo school join CODE --name NAME"
        )


def join(
    code: OneTime,
    name: Name,
    key_file: options.KeyFile = None,
    url: options.Url = None,
    where: options.EndpointsFile = None,
) -> None:
    """Get the school's key for a one-time code and keep it on this machine, where `iewo feed push` and `watch` find it."""
    from clients.iewo import show
    from clients.iewo.http import service
    from clients.iewo.school_keys import SchoolKey, folder, keep

    (key_file.parent if key_file else folder()).mkdir(parents=True, exist_ok=True)  # before the code is spent
    with service("attendance", endpoints.find(where), url, "none") as attendance:
        said = attendance.post("/v1/credentials", {"code": code, "name": name})
        place = keep(SchoolKey(said["credential"], said["key"], said["schools"], attendance.url), key_file)
    show.line(f"this machine now pushes for {', '.join(said['schools'])}; its key is in {place}")


@app.command("list", epilog="Example: iewo school keys list 900001")
@grouped
def list_(access: SchoolAccess, urn: options.Urn) -> None:
    """Who may push for a school, and the day on which each last did."""
    with access.of_school(urn) as attendance:
        found = attendance.get(f"/v1/schools/{urn}/credentials")
    rows = [(one["credential"], one["name"], one["state"], one["made"][:10], one["used"], ", ".join(one["schools"])) for one in found]
    access.table(found, f"Credentials of school {urn}", ("credential", "name", "state", "made", "last used", "schools"), rows)


@app.command(epilog="Example: iewo school keys rotate 900001 665f0c2ab4d1e0a7c3f2d981")
@grouped
def rotate(access: SchoolReach, urn: options.Urn, credential: Credential) -> None:
    """Put a new key in the place of the old one, which ends within ten seconds. A key that is on this machine is changed here too."""
    from dataclasses import replace

    from clients.iewo import show
    from clients.iewo.school_keys import keep, kept, read

    with access.of_school(urn) as attendance:
        said = attendance.post(filled("/v1/credentials/{}/rotate", credential), {})
    here = {access.key_file: read(access.key_file)} if access.key_file else kept()
    for place, key in here.items():
        if key.credential == credential:
            show.line(f"the new key is in {keep(replace(key, key=said['key']), place)}")
            return
    show.line(said["key"])
    show.note("the new key, shown this once; the old one is not on this machine")


@app.command(epilog="Example: iewo school keys revoke 900001 665f0c2ab4d1e0a7c3f2d981")
@grouped
def revoke(access: SchoolReach, urn: options.Urn, credential: Credential) -> None:
    """End a key, or an invitation, within ten seconds. There is no way back: the school joins again with a new code."""
    from clients.iewo import show

    with access.of_school(urn) as attendance:
        said = attendance.delete(filled("/v1/credentials/{}", credential))
    show.line(f"credential {said['credential']} ({said['name'] or 'not used yet'}) is {said['state']}")
