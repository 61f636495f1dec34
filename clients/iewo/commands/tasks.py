"""`iewo tasks`: what is to be done, by whom and when."""

from datetime import date
from typing import Annotated

import typer

from clients.iewo import endpoints, options

app = typer.Typer(help="What is due: next steps of entries, and tasks that somebody gave you.", invoke_without_command=True)

Officer = Annotated[str | None, typer.Option(metavar="ID", help="Another officer's, instead of your own.")]
Everybody = Annotated[bool, typer.Option("--everybody", help="Of all officers in your schools.")]
Until = Annotated[date | None, typer.Option(parser=options.day, metavar="DATE", help="Due on this day or before.")]
Case = Annotated[str, typer.Argument(metavar="CASE", help="The case's id, as the caseload shows it.")]
What = Annotated[str, typer.Argument(help="What is to be done.")]
Due = Annotated[date, typer.Option(parser=options.day, metavar="DATE", help="By when.")]
For = Annotated[str, typer.Option("--for", metavar="ID", help="The officer who is to do it.")]
Id = Annotated[str, typer.Argument(metavar="TASK", help="Its id, as `iewo tasks` shows it.")]

LIST = "Example: iewo tasks --until 2026-11-27"


@app.callback(epilog=LIST)
def tasks(
    context: typer.Context,
    officer: Officer = None,
    everybody: Everybody = False,
    until: Until = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """What is due: next steps of entries, and tasks that somebody gave you. Without a command they are listed, the earliest first."""
    if context.invoked_subcommand:
        return
    from clients.iewo import show
    from clients.iewo.http import service

    query = {"officer": officer, "everybody": "true" if everybody else None, "until": until and until.isoformat()}
    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        found = referrals.get("/v1/tasks", **{name: value for name, value in query.items() if value})["tasks"]
    if as_json:
        show.as_json(found)
        return
    rows = [(one["id"], one["due"], "overdue" if one["overdue"] else "", one["what"], one["case"], one["officer"]) for one in found]
    show.table("To do", ("id", "due", "", "what", "case", "whose"), rows)


@app.command(epilog='Example: iewo tasks add 3f… "ring the school nurse" --due 2026-11-27 --for officer-hartley')
def add(
    case: Case,
    what: What,
    due: Due,
    officer: For,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Give an officer a task in a case; the officer is told."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    body = {"what": what, "due": due.isoformat(), "officer": officer}
    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        task = referrals.post(f"/v1/cases/{segment(case)}/tasks", body)
    show.line(f"task {task['id']} for {officer}, due {due}")


@app.command(epilog="Example: iewo tasks done 9c…")
def done(task: Id, url: options.Url = None, token: options.Token = None, where: options.EndpointsFile = None) -> None:
    """A task or a next step is done."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        referrals.post(f"/v1/tasks/{segment(task)}/done", {})
    show.line(f"{task} is done")
