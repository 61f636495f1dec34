"""`iewo notice-history asked-all` and `answered-all`: for many packs, which Local Authorities (LAs) were asked, and what they say."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_preparer
from clients.iewo.commands.notice_history import Issued, Name, On
from clients.iewo.commands.pack_lists import DIFFER, done
from clients.iewo.failure import Code, Failure
from clients.iewo.pack_choice import Choice

ASKED = (
    "Examples: iewo notice-history asked-all --all --la 803 --name 'T. Okafor'; iewo packs list --state draft --save looked.csv, and then: "
    "iewo notice-history asked-all --file looked.csv --name 'T. Okafor'. Whom has been asked already is not asked again."
)
ANSWERED = (
    "Examples: one answer to all, that the LA knows of no notice: iewo notice-history answered-all --all --school 900001 --reason leave "
    "--source 'e-mail of 4 May' --name 'T. Okafor'. A row for each: iewo notice-history answered-all --answers may.csv --source "
    "'e-mail of 4 May' --name 'T. Okafor', with the columns pack (its id, or its request's or case's), answer (none, or days of issue: "
    "2025-11-03 paid; 2026-01-12), and where they differ on, source, la. The same twice is one; exit code 3 when some are refused."
)
AT_HOME = ("draft", "checked", "approved", "waiting")

Whom = Annotated[
    str | None,
    typer.Option(
        "--asked",
        parser=options.authority_code,
        metavar="CODE",
        help="The LA that was asked; by default each that is to be asked for the pack and has not been.",
    ),
]
Who = Annotated[
    str | None,
    typer.Option(
        "--answered", parser=options.authority_code, metavar="CODE", help="The LA that answered; by default the one that the pack is for."
    ),
]
How = Annotated[str | None, typer.Option("--source", help="How it answered: 'e-mail of 4 May'. Of a file: of rows without it.")]
Answers = Annotated[
    Path | None, typer.Option("--answers", exists=True, dir_okay=False, metavar="FILE", help="A CSV file with a row for each pack.")
]


@as_preparer
def asked_all(sharing: Access, name: Name, choice: Choice, whom: Whom = None, on: On = None) -> int:
    """Note for many packs that LAs were asked which notices they know of: those of a file, of a leave, or --all that are prepared."""
    chosen = choice.of(sharing, AT_HOME)
    body = {"name": name, "authority": whom, "on": on and on.isoformat()}
    return done(sharing, "history-asked", chosen, body, [one["pack"] for one in chosen])


@as_preparer
def answered_all(
    sharing: Access,
    name: Name,
    choice: Choice,
    answers: Answers = None,
    source: How = None,
    issued: Issued = None,
    who: Who = None,
    on: On = None,
) -> int:
    """Note for many packs what an LA has answered: every notice that it knows of, or none; of all the same, or --answers from a file."""
    if answers:
        if choice != Choice() or issued:
            raise Failure("--answers names the packs and the notices itself: give no others with it", Code.USAGE)
        return _of_a_file(sharing, answers, {"name": name, "authority": who, "source": source}, on)
    if not source:
        raise Failure("give --source: how the LA answered, such as 'e-mail of 4 May'", Code.USAGE)
    chosen = choice.of(sharing, AT_HOME)
    notices = [{"issued_on": day} for day in issued or ()]
    body = {"name": name, "authority": who, "source": source, "on": on and on.isoformat(), "notices": notices}
    return done(sharing, "history-answered", chosen, body, [one["pack"] for one in chosen])


def _of_a_file(sharing: Access, file: Path, said: dict[str, str | None], on: date | None) -> int:
    """Each row with what came of it."""
    from clients.iewo import show

    query = {name: value for name, value in {**said, "on": on and on.isoformat()}.items() if value}
    with sharing.open() as service, file.open("rb") as content:
        receipt: dict[str, Any] = service.upload(
            "/v1/packs/history-answers", file.stat().st_size, iter(lambda: content.read(65_536), b""), **query
        )
    if not sharing.printed(receipt):
        rows = [(one["line"], one["pack"], one["outcome"], one["field"], one["reason"] or one["differs"]) for one in receipt["rows"]]
        show.table("Rows", ("line", "pack", "", "column", "reason, or what differs from before"), rows, right=("line",))
        if receipt["unread"]:
            show.line(f"columns not read: {', '.join(map(str, receipt['unread']))}")
        differing = f"; {receipt['differing']} {DIFFER}" if receipt["differing"] else ""
        show.line(f"{receipt['noted']} noted, {receipt['known']} known before, {receipt['refused']} refused{differing}")
    return Code.ROWS_REFUSED if receipt["refused"] else Code.WELL
