"""`iewo tasks`: what is to be done, by whom and when."""

from datetime import date
from typing import Annotated

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer

app = typer.Typer(help="What is due: next steps of entries, and tasks that somebody gave you.", invoke_without_command=True)

Officer = Annotated[str | None, typer.Option(metavar="ID", help="Another officer's, instead of your own.")]
Everybody = Annotated[bool, typer.Option("--everybody", help="Of all officers in your schools.")]
Until = Annotated[date | None, typer.Option(parser=options.day, metavar="DATE", help="Due on this day or before.")]
What = Annotated[str, typer.Argument(help="What is to be done.")]
Due = Annotated[date, typer.Option(parser=options.day, metavar="DATE", help="By when.")]
For = Annotated[str, typer.Option("--officer", metavar="ID", help="The officer who is to do it.")]
Id = Annotated[str, typer.Argument(metavar="TASK", help="Its id, as `iewo tasks` shows it.")]

LIST = "Example: iewo tasks --until 2026-11-27"


@app.callback(epilog=LIST)
@as_officer
def tasks(referrals: Access, context: typer.Context, officer: Officer = None, everybody: Everybody = False, until: Until = None) -> None:
    """What is due: next steps of entries, and tasks that somebody gave you. Without a command they are listed, the earliest first."""
    if context.invoked_subcommand:
        return

    query = {"officer": officer, "everybody": "true" if everybody else None, "until": until.isoformat() if until else None}
    found = referrals.get("/v1/tasks", **query)["tasks"]
    rows = [(one["id"], one["due"], "overdue" if one["overdue"] else "", one["what"], one["case"], one["officer"]) for one in found]
    referrals.table(found, "To do", ("id", "due", "", "what", "case", "whose"), rows)
    if not rows and not referrals.as_json:
        from clients.iewo import show

        show.line(
            "here come next steps of entries (iewo intervention add ... --next WHAT --due DATE) and iewo tasks add, of whose the token is"
        )


@app.command(epilog='Example: iewo tasks add 3f… "ring the school nurse" --due 2026-11-27 --officer officer-hartley')
@as_officer
def add(referrals: Access, case: options.Case, what: What, due: Due, officer: For) -> None:
    """Give an officer a task in a case; the officer is told."""
    body = {"what": what, "due": due.isoformat(), "officer": officer}
    task = referrals.post("/v1/cases/{}/tasks", case, body=body)
    referrals.say(task, f"task {task['id']} for {officer}, due {due}")


@app.command(epilog="Example: iewo tasks done 9c…")
@as_officer
def done(referrals: Access, task: Id) -> None:
    """A task or a next step is done."""
    referrals.say(referrals.post("/v1/tasks/{}/done", task), f"{task} is done")
