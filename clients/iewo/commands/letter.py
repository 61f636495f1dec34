"""`iewo letter`: letters to parents and carers, from a look at one to mail that came back."""

from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer, filled
from clients.iewo.failure import Code, Failure

app = typer.Typer(help="Write to parents: preview, make and print a batch, say what was sent and what came back.", no_args_is_help=True)

Kind = Annotated[str, typer.Argument(metavar="KIND", help="As `iewo letter kinds` shows it, such as 'attendance concern'.")]
OfSchool = Annotated[str | None, typer.Option("--school", parser=options.urn, metavar="URN", help="With its own wording.")]
Cases = Annotated[list[str], typer.Argument(metavar="CASE...", help="Ids of cases; up to 200.")]
Letter = Annotated[str, typer.Argument(metavar="LETTER", help="The letter's id.")]
SomeLetters = Annotated[list[str], typer.Argument(metavar="LETTER...", help="Ids of letters; up to 200.")]
Say = Annotated[
    list[str], typer.Option("--say", metavar="NAME=VALUE", help="What the kind asks for: words, or a date as 2026-12-04. Once for each.")
]
Line = Annotated[list[str], typer.Option("--line", metavar="NAME=WORDS", help="A line of what the kind asks for as lines. Once for each.")]
Parent = Annotated[list[str], typer.Option("--parent", metavar="ID", help="To this parent alone; by default each who may be written to.")]
To = Annotated[Path, typer.Option("--to", dir_okay=False, metavar="FILE", help="Where the PDF is saved.")]
BothSides = Annotated[bool, typer.Option("--both-sides", help="Each letter begins on a new sheet.")]
Again = Annotated[bool, typer.Option("--again", help="Also to a parent to whom a letter of this kind has not gone yet.")]
Way = Annotated[str, typer.Option("--by", metavar="WAY", help="How they went: post, e-mail or by hand.")]
On = Annotated[Any, typer.Option("--on", parser=options.day, metavar="DATE", help="When.")]
Why = Annotated[str, typer.Option("--why", help="Why, in words: it is kept with your name.")]

PREVIEW = "Example: iewo letter preview 'attendance concern' 3f… --say 'reply by=2026-12-04' --to look.pdf. Nothing is kept of it."
BATCH = (
    "Example: iewo letter batch 'attendance concern' 3f… 9c… --say 'reply by=2026-12-04' --to monday.pdf. Then post them and say so: "
    "iewo letter send LETTER... --by post --on 2026-11-23. What is held stays out until it is released. Ends with 1 when none was made."
)


@app.command(epilog="Example: iewo letter kinds --school 900001")
@as_officer
def kinds(referrals: Access, school: OfSchool = None) -> None:
    """List the letters that a school's families may get, or without a school the company's own, and what each asks for."""

    found = referrals.get("/v1/letter-kinds", school=school)["kinds"]
    rows = [(one["kind"], one["version"], ", ".join(f"{name} ({sort})" for name, sort in one["asks"].items())) for one in found]
    referrals.table(found, "Letters", ("kind", "version", "asks for"), rows)


@app.command(epilog=PREVIEW)
@as_officer
def preview(
    referrals: Access,
    kind: Kind,
    case: options.Case,
    to: To,
    say: Say = [],  # noqa: B006  (typer reads the default and never changes it)
    line: Line = [],  # noqa: B006
    parent: Parent = [],  # noqa: B006
) -> None:
    """Save a letter as it would be, and say beside it whether each parent may be written to, in which language, and what would hold it."""
    from clients.iewo import show

    body = {"kind": kind, "case": case, "asked": _asked(say, line), "parents": parent or None}
    with referrals.open() as service:
        _save(to, service.print_("/v1/letters/preview", body))
        notes = service.post("/v1/letters/preview-notes", body)["letters"]
    if referrals.printed({"file": str(to), "letters": notes}):
        return
    rows = [(one["to"], one["so"], one["language"], ", ".join(one["stops"]), one["post"], "yes" if one["email"] else "no") for one in notes]
    show.table("To whom", ("to", "may be written to", "language", "held by", "post", "e-mail"), rows)
    show.line(f"saved as {to}; nothing is kept of it")


@app.command(epilog=BATCH)
@as_officer
def batch(
    referrals: Access,
    kind: Kind,
    cases: Cases,
    to: To,
    say: Say = [],  # noqa: B006
    line: Line = [],  # noqa: B006
    both_sides: BothSides = False,
    again: Again = False,
) -> None:
    """Make a letter for each child and each parent who may be written to, and save those that may go as one PDF."""
    from clients.iewo import show

    _free(to)
    body = {"kind": kind, "asked": _asked(say, line), "to": [{"case": case} for case in cases], "again": again}
    with referrals.open() as service:
        made = service.post("/v1/letters", body)["letters"]
        shown = {one["letter"]: service.get(f"/v1/letters/{one['letter']}") for one in made if one["letter"]}
        ready = [letter for letter, one in shown.items() if one["state"] == "ready" and one["post"] == "yes"]
        if ready:
            _save(to, service.print_("/v1/letters/print", {"letters": ready, "both_sides": both_sides}))
    if not referrals.printed(made):
        rows = [(one["case"], one["to"], one["letter"], _said(one, shown)) for one in made]
        show.table("Letters", ("case", "to", "letter", "state"), rows)
        if ready:
            show.line(f"{len(ready)} of {len(made)} saved in {to}")
    if not shown:
        raise Failure("no letter was made: the list says why of each case", Code.ROWS_REFUSED)
    if not ready and not referrals.as_json:
        show.line("none may go by post: nothing is printed; `iewo letter list` has them with what holds each")
    if any(one["refused"] for one in made):
        raise typer.Exit(Code.ROWS_REFUSED)


@app.command("print", epilog="Example: iewo letter print 3f… 9c… --to released.pdf")
@as_officer
def print_(referrals: Access, letters: SomeLetters, to: To, both_sides: BothSides = False) -> None:
    """Save letters that may go by post as one PDF to be printed, such as one that has been released. It sends nothing."""

    _free(to)
    with referrals.open() as service:
        _save(to, service.print_("/v1/letters/print", {"letters": letters, "both_sides": both_sides}))
    referrals.say({"file": str(to)}, f"{len(letters)} saved in {to}; when they have gone: iewo letter send")


@app.command(epilog="Example: iewo letter copy 3f… --to sent.pdf")
@as_officer
def copy(referrals: Access, letter: Letter, to: To) -> None:
    """Save one letter: once it was sent the exact copy that was kept then, before that as it would be printed."""

    _free(to)
    with referrals.open() as service:
        _save(to, service.download(filled("/v1/letters/{}/letter.pdf", letter), "application/pdf"))
    referrals.say({"file": str(to)}, f"saved as {to}")


@app.command(epilog="Example: iewo letter send 3f… 9c… --by post --on 2026-11-23")
@as_officer
def send(referrals: Access, letters: SomeLetters, way: Way, on: On) -> None:
    """Say that letters have gone: the exact copy is kept, and an entry is recorded in each case."""

    sent = referrals.post("/v1/letters/sent", body={"letters": letters, "way": way, "date": on.isoformat()})["letters"]
    rows = [(one["letter"], one["refused"] or one["state"], one["document"]) for one in sent]
    referrals.table(sent, "Letters", ("letter", "state", "copy"), rows)
    if any(one["refused"] for one in sent):
        raise typer.Exit(Code.ROWS_REFUSED)


@app.command(epilog="Example: iewo letter returned 3f… --on 2026-11-30 --why 'not known at this address'")
@as_officer
def returned(referrals: Access, letter: Letter, on: On, why: Why) -> None:
    """A letter came back: whoever has the case is told, and the next one to that address is held."""
    _act(referrals, letter, "returned", {"date": on.isoformat(), "why": why})


@app.command(epilog="Example: iewo letter release 3f… --why 'the social worker agreed on 20 November'")
@as_officer
def release(referrals: Access, letter: Letter, why: Why) -> None:
    """Say yes to a letter that is held by a flag, or by mail that came back."""
    _act(referrals, letter, "release", {"why": why})


@app.command(epilog="Example: iewo letter cancel 3f… --why 'the meeting is off'")
@as_officer
def cancel(referrals: Access, letter: Letter, why: Why) -> None:
    """Cancel a letter that has not gone."""
    _act(referrals, letter, "cancel", {"why": why})


@app.command("list", epilog="Example: iewo letter list --case 3f…, or iewo letter list for all that wait")
@as_officer
def list_(
    referrals: Access,
    case: Annotated[str | None, typer.Option("--case", metavar="CASE", help="All of this case; else those that wait.")] = None,
    state: Annotated[str | None, typer.Option("--state", help="held, ready, sending, sent, returned or cancelled.")] = None,
) -> None:
    """List letters: to whom, what stands over each, how it went."""

    said = referrals.get("/v1/cases/{}/letters", case) if case else referrals.get("/v1/letters", state=state)
    found = said["letters"]
    rows = [(one["letter"], one["case"], one["to"], one["subject"], "; ".join([one["state"], *one["stops"]]), _gone(one)) for one in found]
    referrals.table(found, "Letters", ("letter", "case", "to", "subject", "state", "went"), rows)


def _said(one: dict[str, Any], shown: dict[str, Any]) -> str:
    if one["refused"]:
        return str(one["refused"])
    now = shown[one["letter"]]
    return "; ".join([now["state"], *now["stops"], *([] if now["post"] == "yes" else [now["post"]])])


def _gone(one: dict[str, Any]) -> str | None:
    went = one["dispatch"]
    return f"{went['way']}, {went['date']}" if went else None


def _asked(say: list[str], line: list[str]) -> dict[str, str | list[str]]:
    asked: dict[str, str | list[str]] = {}
    for one in say:
        name, equals, value = one.partition("=")
        if not equals:
            raise Failure(f"--say is written as 'name=value', not {one}", Code.USAGE)
        asked[name.strip()] = value.strip()
    for one in line:
        name, equals, value = one.partition("=")
        if not equals:
            raise Failure(f"--line is written as 'name=words', not {one}", Code.USAGE)
        lines = asked.setdefault(name.strip(), [])
        if not isinstance(lines, list):
            raise Failure(f"{name.strip()} is given by --say and by --line", Code.USAGE)
        lines.append(value.strip())
    return asked


def _free(to: Path) -> None:
    if to.exists():
        raise Failure(f"{to} is there already: give another name with --to", Code.USAGE)


def _save(to: Path, content: bytes) -> None:
    _free(to)
    to.write_bytes(content)


def _act(referrals: Access, letter: str, act: str, body: dict[str, str]) -> None:
    after = referrals.post("/v1/letters/{}/{}", letter, act, body=body)
    referrals.say(after, f"letter {after['letter']} to {after['to']} is {after['state']}")
