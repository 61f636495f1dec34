"""`iewo referral`: raise one by hand, and decide over proposals."""

from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer

app = typer.Typer(help="List proposals, raise a referral by hand; accept, decline or leave a proposal.", no_args_is_help=True)

Referral = Annotated[str, typer.Argument(metavar="REFERRAL", help="The proposal's id, as `iewo referral list` shows it.")]
Child = Annotated[str, typer.Option(metavar="ID", help="The child's id: 24 hexadecimal digits, as GET /v1/schools/URN/children shows it.")]
Why = Annotated[str, typer.Option(help="Why you raise it.")]
Told = Annotated[str, typer.Option("--parents-told", help="What the parents were told of it, and by whom.")]
Said = Annotated[str, typer.Option("--parents-said", help="What the parents said.")]
ChildTold = Annotated[str, typer.Option("--child-told", help="What the child was told.")]
ChildSaid = Annotated[str, typer.Option("--child-said", help="What the child said.")]
Reason = Annotated[str, typer.Option(help="A code: `iewo referral reasons` lists them.")]
Words = Annotated[str | None, typer.Option(help="In your own words; some codes need them.")]
Until = Annotated[date, typer.Option(parser=options.day, metavar="DATE", help="It waits until then.")]
Over = Annotated[bool, typer.Option("--over-bought", help="Accept although the school has as many open cases as it bought.")]
Cases = Annotated[int | None, typer.Option(min=0, metavar="NUMBER", help="From now on it has bought so many (head of service).")]
LeaveWhy = Annotated[str | None, typer.Option("--why", help="Why, in words.")]

OfSchool = Annotated[str | None, typer.Option("--school", parser=options.urn, metavar="URN", help="Of this school only.")]

RAISE = (
    'Example: iewo referral raise --school 900001 --child 6f… --why "absent every Monday since half term" '
    '--parents-told "by telephone on 9 November" --parents-said "mornings are hard"'
)


@app.command("list", epilog="Example: iewo referral list --school 900001")
@as_officer
def list_(referrals: Access, school: OfSchool = None) -> None:
    """Proposals of your schools, the most urgent first, each rule with its own figure of the year when the latest concern came in."""
    from clients.iewo import show
    from clients.iewo.rules import with_figures

    found = referrals.get("/v1/proposals", school=school)["proposals"]
    if referrals.printed(found):
        return
    rows = [
        (
            one["referral"],
            one["school"],
            show.name(one),
            one["year_group"],
            one["priority"]["level"],
            with_figures(one, one["figures"]),
            _waits(one),
        )
        for one in found
    ]
    show.table(
        "Proposals, by the figures of the day of the latest concern", ("referral", "school", "child", "year", "priority", "rules", ""), rows
    )
    if any(one["names"] == "away" for one in found):
        show.note("names cannot be asked now: ask again")


def _waits(one: dict[str, Any]) -> str:
    told = [f"left until {one['left_until']}"] if one["left_until"] else []
    return "; ".join([*told, *(["its register is late"] if one["register_late"] else [])])


@app.command("raise", epilog=RAISE)
@as_officer
def raise_(
    referrals: Access,
    school: options.School,
    child: Child,
    why: Why,
    parents_told: Told = "",
    parents_said: Said = "",
    child_told: ChildTold = "",
    child_said: ChildSaid = "",
) -> None:
    """Raise a referral by hand. It joins the child's live one, where there is one."""
    told = {"parents_told": parents_told, "parents_said": parents_said, "child_told": child_told, "child_said": child_said}
    made = referrals.post("/v1/schools/{}/referrals", school, body={"child": child, "why": why, **told})
    joined = "joined what there was" if made["joined"] else "waits for a decision"
    referrals.say(made, f"referral {made['referral']} ({made['state']}): {joined}")


@app.command(epilog="Example: iewo referral accept 9c…")
@as_officer
def accept(referrals: Access, referral: Referral, over_bought: Over = False) -> None:
    """A proposal becomes a case."""
    done = referrals.post("/v1/referrals/{}/accept", referral, body={"over_bought": over_bought})
    whose = "" if done["officer"] else f"; it is nobody's yet: iewo case act {referral} allocate --officer ID"
    referrals.say(done, f"case {referral} is {done['state']}; open cases of the school: {done['open_cases']}{whose}")


@app.command(epilog='Example: iewo referral decline 9c… --reason medical --words "hospital letter seen"')
@as_officer
def decline(referrals: Access, referral: Referral, reason: Reason, words: Words = None) -> None:
    """A proposal becomes no case. Another comes only when a rule is met anew."""
    done = referrals.post("/v1/referrals/{}/decline", referral, body={"reason": reason, "words": words})
    referrals.say(done, f"referral {referral} is {done['state']}")


@app.command(epilog='Example: iewo referral leave 9c… --until 2026-12-01 --why "a meeting is arranged"')
@as_officer
def leave(referrals: Access, referral: Referral, until: Until, why: LeaveWhy = None) -> None:
    """A proposal waits; the next register check shows that it was left."""
    done = referrals.post("/v1/referrals/{}/leave", referral, body={"until": until.isoformat(), "why": why})
    referrals.say(done, f"referral {referral} waits until {done['left_until']}")


@app.command(epilog="Example: iewo referral reasons")
@as_officer
def reasons(referrals: Access) -> None:
    """The codes by which a proposal is declined."""

    found = referrals.get("/v1/declining")
    rows = [(one["code"], one["says"], "needs words" if one["needs_words"] else "") for one in found["reasons"]]
    referrals.table(found, f"Reasons, from {found['version']}", ("code", "says", ""), rows)


@app.command(epilog="Example: iewo referral bought --school 900001 --cases 10")
@as_officer
def bought(referrals: Access, school: options.School, cases: Cases = None) -> None:
    """How many open cases a school has, and has bought."""
    path = "/v1/schools/{}/bought-cases"
    said = referrals.get(path, school) if cases is None else referrals.put(path, school, body={"cases": cases})
    referrals.say(said, f"open cases of school {school}: {said['open_cases']}")
