"""`iewo register-check`: all proposals of a school on one list, decided together."""

from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer
from clients.iewo.failure import Code, Failure

Decisions = Annotated[
    typer.FileText | None,
    typer.Option(help="A CSV file of decisions, or - for the standard input: referral, act, reason, words, until, over_bought, officer."),
]
Held = Annotated[bool, typer.Option("--held", help="Note that the check was held, with no decision.")]
Past = Annotated[bool, typer.Option("--past", help="List the checks that were held, the latest first.")]
Attendees = Annotated[str, typer.Option(help="Who was there.")]
Notes = Annotated[str, typer.Option(help="What was noted of the check.")]
On = Annotated[date | None, typer.Option("--on", parser=options.day, metavar="DATE", help="When it was held; by default today.")]
Once = Annotated[str | None, typer.Option("--key", help="Sent again under the same key it is the same check.")]
First = Annotated[int | None, typer.Option("--first", min=1, metavar="N", help="List the N most urgent alone.")]
Takes = Annotated[
    str | None, typer.Option("--officer", metavar="ID", help="Who gets the accepted cases; by default the school's one named officer.")
]

NEEDED = ("referral", "act")
COLUMNS = (*NEEDED, "reason", "words", "until", "over_bought", "officer")
LISTED = ("referral", "child", "year", "rules", "since last", "then", "now", "before")
PAST = ("date", "by", "decisions", "accepted", "declined", "left", "attendees", "notes")
EXAMPLES = (
    "Examples: iewo register-check 900001 --first 20; iewo register-check 900001 --past; iewo register-check 900001 "
    '--decisions decided.csv --attendees "Ms Adeyemi, R. Sen". A line of the file: 9c…,decline,medical,hospital letter seen,, '
    "(`act` is accept, decline or leave; codes: iewo referral reasons)."
)


@as_officer
def register_check(
    referrals: Access,
    school: options.Urn,
    decisions: Decisions = None,
    held: Held = False,
    past: Past = False,
    attendees: Attendees = "",
    notes: Notes = "",
    on: On = None,
    officer: Takes = None,
    key: Once = None,
    first: First = None,
) -> int:
    """All proposals of a school with what changed since the last check; with --decisions, decide them and note the check.

    Exit code 3 when a decision could not be done: each is looked at by itself.
    """
    path = "/v1/schools/{}/register-check"
    if past:
        held_before = referrals.get("/v1/schools/{}/register-checks", school)
        referrals.table(held_before, f"Register checks of school {school}", PAST, map(_past, held_before["checks"]))
        return Code.WELL
    if decisions is None and not held:
        found = referrals.get(path, school)
        if not referrals.printed(found):
            _list(found, first)
        return Code.WELL
    body: dict[str, Any] = {"attendees": attendees, "notes": notes, "decisions": _read(decisions) if decisions else [], "officer": officer}
    done = referrals.post(path, school, body=body | ({"date": on.isoformat()} if on else {}), key=key)
    if not referrals.printed(done):
        _done(done)
    return Code.WELL if all(one["done"] for one in done["results"]) else Code.ROWS_REFUSED


def _list(found: dict[str, Any], first: int | None) -> None:
    """A column in which nothing stands, as before the first check, is left out: what is left fits a terminal."""
    from clients.iewo import show
    from clients.iewo.rules import with_figures

    last = f"last check {found['last']['date']}" if found["last"] else "no check yet"
    proposals = found["proposals"]
    title = f"School {found['school']}: {show.many(len(proposals), 'proposal')}, open cases {found['open_cases']}, {last}"
    rows = [
        (
            one["referral"],
            show.name(one),
            one["year_group"] or "",
            with_figures(one, one["changed"]["now"]),
            *_changed(one["changed"]),
            _earlier(one),
        )
        for one in proposals[:first]
    ]
    if rows:
        used = [place for place in range(len(LISTED)) if any(row[place] for row in rows)]
        show.table(title, [LISTED[place] for place in used], [[row[place] for place in used] for row in rows], right=("then", "now"))
    else:
        show.line(title)
    if len(rows) < len(proposals):
        show.line(f"these are the first {len(rows)} of {len(proposals)}; all without --first")
    if found["eased"]:
        show.line(f"eased since the last check: {len(found['eased'])}")
    if found["names_away"]:
        show.note("names and today's figures cannot be asked now: ask again")


def _changed(changed: dict[str, Any]) -> tuple[str, str, str]:
    told = ["new"] if changed["new"] else [f"+ {rule}" for rule in changed["raised"]] + [f"- {rule}" for rule in changed["eased"]]
    return "; ".join(told), _figures(changed["then"]), _figures(changed["now"])


def _figures(figures: dict[str, int] | None) -> str:
    return f"{figures['absent']}/{figures['possible']}" if figures else ""


def _earlier(one: dict[str, Any]) -> str:
    if one["left_until"]:
        return f"left until {one['left_until']}"
    before = one["earlier"]
    if not before:
        return ""
    return f"{before['state']} {(before['ended_at'] or '')[:10]}" + (f": {before['declined']}" if before["declined"] else "")


def _past(check: dict[str, Any]) -> tuple[object, ...]:
    """To a school who attended and what was noted is not told."""
    return tuple(check.get(column) for column in PAST)


def _done(done: dict[str, Any]) -> None:
    from clients.iewo import show

    check = done["check"]
    show.line(
        f"check of {check['date']}: {check['accepted']} accepted, {check['declined']} declined, {check['left']} left; "
        f"open cases {done['open_cases']}"
    )
    rows = [(one["referral"], one["act"], one["detail"]) for one in done["results"] if not one["done"]]
    if rows:
        show.table("not done", ("referral", "act", "why"), rows)
    if free := [(one["referral"], one["nobodys"]) for one in done["results"] if one["nobodys"]]:
        show.table("nobody's case yet: iewo case act CASE allocate --officer ID", ("case", "why"), free)


def _read(file: Any) -> list[dict[str, Any]]:
    """Failure, naming the line, for what is no decision."""
    from clients.iewo.rows import rows

    return [_decision(row, line) for line, row in rows(file, COLUMNS, NEEDED)]


def _decision(said: dict[str, str], line: int) -> dict[str, Any]:
    if "over_bought" in said and said["over_bought"].lower() not in ("yes", "no"):
        raise Failure(f"line {line}: over_bought is yes or no", Code.USAGE)
    return {**said, **({"over_bought": said["over_bought"].lower() == "yes"} if "over_bought" in said else {})}
