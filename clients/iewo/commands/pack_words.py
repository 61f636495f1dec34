"""`iewo packs say` and `words`: what the Local Authority (LA) says of a pack, typed in. `iewo outcomes`: a file of it."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_preparer, filled
from clients.iewo.failure import Code, Failure

app = typer.Typer(help="What Local Authorities (LAs) say came of packs, from a file.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="PACK", help="The pack's id, as `iewo packs list` shows it.")]
Named = Annotated[
    str,
    typer.Argument(
        metavar="PACK",
        help="The pack's id; or its case's, or the reference of a notice or case that the LA has given with an earlier word.",
    ),
]
Says = Annotated[
    str,
    typer.Argument(help="received, returned, declined, accepted, 'notice issued', paid, unpaid, withdrawn, 'in court' or outcome."),
]
On = Annotated[
    date | None, typer.Option("--on", parser=options.day, metavar="DATE", help="The day on which it happened; today by default.")
]
Heard = Annotated[str, typer.Option("--heard", help="How it was heard: 'letter of 3 May'.")]
Name = Annotated[str, typer.Option("--name", help="Your name.")]
Question = Annotated[list[str] | None, typer.Option("--question", help="With returned: what the LA asks; again for each.")]
Why = Annotated[str | None, typer.Option("--why", help="With declined: the LA's reason.")]
Outcome = Annotated[str | None, typer.Option("--outcome", help="With outcome: what was decided.")]
To = Annotated[str | None, typer.Option("--issued-to", help="Of a notice: to whom, where it is not the parent of the pack.")]
Session = Annotated[
    list[str] | None,
    typer.Option("--session", metavar="'DATE AM'", help="Of a notice: on which it rests, where they are not the pack's; again for each."),
]
Reference = Annotated[str | None, typer.Option("--reference", help="The LA's own.")]
CaseReference = Annotated[
    str | None, typer.Option("--case-reference", help="The LA's own, of a case: the pack can be named by it afterwards.")
]
Number = Annotated[int, typer.Argument(min=1, metavar="NUMBER", help="Which word, as `iewo packs words` numbers them.")]
StrikeWhy = Annotated[str, typer.Option("--why", help="Why: it is kept with the word.")]
La = Annotated[str, typer.Option("--la", parser=options.authority_code, metavar="CODE", help="The LA's code, three digits.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="A CSV file.")]

SAY = (
    "Examples: iewo packs say 5f2c… 'notice issued' --on 2026-11-16 --reference PN/7 --heard 'e-mail of 17 November' --name 'T. Okafor'; "
    "from then on by that reference too: iewo packs say PN/7 paid --heard 'letter of 2 December' --name 'T. Okafor'"
)
STRIKE = "Example: iewo packs strike-word 5f2c… 2 --why 'it was said of another pack' --name 'T. Okafor'"
WORDS = "Example: iewo packs words 5f2c…"
IMPORT = (
    "Example: iewo outcomes import november.csv --la 803 --name 'T. Okafor'. Columns: pack (id of our pack, request or case), reference "
    "(of the notice), case reference, says (or status), on (or date: 2026-11-16 or 16/11/2026), and where they are told questions (by |), "
    "why, outcome, to (or parent, defendant), sessions (2026-11-16 AM; 2026-11-16 PM). A row without a pack is found by a reference that "
    "the LA has given before. Ask the LA for a column with the parent's name: a row of another name is refused, and without that column "
    "nothing shows that a row is of another parent's pack. The same file twice is one."
)


@as_preparer
def say(
    sharing: Access,
    pack: Named,
    says: Says,
    heard: Heard,
    name: Name,
    on: On = None,
    question: Question = None,
    why: Why = None,
    outcome: Outcome = None,
    to: To = None,
    session: Session = None,
    reference: Reference = None,
    of_case: CaseReference = None,
) -> None:
    """Type in what the LA has said of a pack. The days on which things happened decide where the pack stands, not the order of typing."""
    body: dict[str, Any] = {
        "says": says,
        "heard": heard,
        "name": name,
        "on": on and on.isoformat(),
        "questions": question or [],
        "sessions": sessions(session),
        "why": why,
        "outcome": outcome,
        "to": to,
        "reference": reference,
        "case_reference": of_case,
    }
    pack = sharing.get("/v1/named-packs", name=pack)["pack"]
    said = sharing.post("/v1/packs/{}/words", pack, body=body)
    unsure = sum(len(one["doubtful"]) for one in said["words"])
    doubts = f"; {unsure} sessions are not unauthorised in the certificate: `iewo packs words`, and ask the LA" if unsure else ""
    if says in ("paid", "unpaid") and not any(one["said"]["says"] == "notice issued" and not one["struck"] for one in said["words"]):
        doubts += f"; no notice was told of: iewo packs say {pack} 'notice issued' with its day, too"
    sharing.say(said, f"pack {said['pack']} is {said['state']}; {len(said['words'])} said of it so far{doubts}{_unanswered(said)}")


@as_preparer
def words(sharing: Access, pack: Id) -> None:
    """List what was said of a pack, as it was heard."""
    said = sharing.get("/v1/packs/{}/words", pack)
    rows = [
        (
            one["number"],
            one["said"]["on"],
            one["said"]["says"],
            _more(one),
            one["said"]["reference"] or one["said"]["case_reference"],
            one["source"],
            one["heard"],
            one["by"]["name"],
            _struck(one["struck"]),
        )
        for one in said["words"]
    ]
    title = f"Pack {said['pack']}: {said['state']}"
    sharing.table(said, title, ("", "on", "says", "what", "reference", "from", "heard", "by", "struck"), rows)


@as_preparer
def strike(sharing: Access, pack: Id, number: Number, why: StrikeWhy, name: Name) -> None:
    """Strike a word that was typed in, or came by a file, by mistake: it is kept, and the pack stands where the others lead."""
    said = sharing.post("/v1/packs/{}/words/{}/strike", pack, str(number), body={"why": why, "name": name})
    sharing.say(said, f"pack {said['pack']}: word {number} is struck; the pack is {said['state']}")


@app.command("import", epilog=IMPORT)
@as_preparer
def import_(sharing: Access, file: File, la: La, name: Name) -> None:
    """Take in a file of what an LA says came of packs. A row that is wrong never stops the good ones; exit code 3 when some are refused."""
    from clients.iewo import show

    size = file.stat().st_size
    with sharing.open() as service, file.open("rb") as content:
        receipt = service.upload(filled("/v1/authorities/{}/outcomes", la), size, iter(lambda: content.read(65_536), b""), name=name)
    if not sharing.printed(receipt):
        struck = f", {receipt['struck']} struck before" if receipt["struck"] else ""
        rows_, known, refused = "row" if receipt["rows"] == 1 else "rows", receipt["known"], len(receipt["refused"])
        show.line(f"{receipt['rows']} {rows_}: {receipt['heard']} new, {known} known before{struck}, {refused} refused")
        if doubts := [(one["line"], one["field"], one["reason"]) for one in receipt["doubtful"]]:
            show.table("Taken in, and doubtful", ("line", "field", "reason"), doubts)
        if receipt["unread"]:
            show.line(f"columns not read: {', '.join(map(str, receipt['unread']))}")
        rows = [(one["line"], one["field"], one["reason"]) for one in receipt["refused"]]
        if rows:
            show.table("Refused", ("line", "field", "reason"), rows)
    if receipt["refused"]:
        raise typer.Exit(Code.ROWS_REFUSED)


def sessions(told: list[str] | None) -> list[dict[str, str]]:
    """Failure for what is no `2026-11-16 AM`."""
    found = []
    for one in told or ():
        day, _, half = one.strip().partition(" ")
        if half.strip().upper() not in ("AM", "PM"):
            raise Failure(f"a session is a day with AM or PM, such as '2026-11-16 AM': not {one!r}", Code.USAGE)
        found.append({"day": day, "session": half.strip().upper()})
    return found


def _unanswered(said: dict[str, Any]) -> str:
    """What the LA spoke of may be another now."""
    from clients.iewo.pack_changes import in_a_line

    return f"; {in_a_line(said)}: iewo packs changed {said['pack']}" if said["changed_since_sent"] else ""


def _more(word: dict[str, Any]) -> str:
    said, unsure = word["said"], [f"{day} {half}" for day, half in word["doubtful"]]
    doubts = [f"DOUBTFUL, not unauthorised in the certificate: {', '.join(unsure)}"] if unsure else []
    return "; ".join([*said["questions"], *(said[name] for name in ("why", "outcome", "to") if said[name]), *doubts])


def _struck(struck: dict[str, Any] | None) -> str | None:
    return f"{struck['why']} ({struck['by']['name']})" if struck else None
