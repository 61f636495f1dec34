"""`iewo referral`: raise one by hand, and decide over proposals."""

from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import endpoints, options

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
def list_(
    school: OfSchool = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Proposals of your schools, the most urgent first, each rule with its own figure of the year when the latest concern came in."""
    from clients.iewo import show
    from clients.iewo.http import service
    from clients.iewo.rules import with_figures

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        found = referrals.get("/v1/proposals", **({"school": school} if school else {}))["proposals"]
    if as_json:
        show.as_json(found)
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
    show.table("Proposals", ("referral", "school", "child", "year", "priority", "rules", ""), rows)
    if any(one["names"] == "away" for one in found):
        show.note("names cannot be asked now: ask again")


def _waits(one: dict[str, Any]) -> str:
    told = [f"left until {one['left_until']}"] if one["left_until"] else []
    return "; ".join([*told, *(["its register is late"] if one["register_late"] else [])])


@app.command("raise", epilog=RAISE)
def raise_(
    school: options.School,
    child: Child,
    why: Why,
    parents_told: Told = "",
    parents_said: Said = "",
    child_told: ChildTold = "",
    child_said: ChildSaid = "",
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Raise a referral by hand. It joins the child's live one, where there is one."""
    told = {"parents_told": parents_told, "parents_said": parents_said, "child_told": child_told, "child_said": child_said}
    made = _send("POST", f"/v1/schools/{school}/referrals", {"child": child, "why": why, **told}, url, token, where)
    joined = "joined what there was" if made["joined"] else "waits for a decision"
    _say(made, as_json, f"referral {made['referral']} ({made['state']}): {joined}")


@app.command(epilog="Example: iewo referral accept 9c…")
def accept(
    referral: Referral,
    over_bought: Over = False,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """A proposal becomes a case."""
    done = _decide(referral, "accept", {"over_bought": over_bought}, url, token, where)
    _say(done, as_json, f"case {referral} is {done['state']}; open cases of the school: {done['open_cases']}")


@app.command(epilog='Example: iewo referral decline 9c… --reason medical --words "hospital letter seen"')
def decline(
    referral: Referral,
    reason: Reason,
    words: Words = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """A proposal becomes no case. Another comes only when a rule is met anew."""
    done = _decide(referral, "decline", {"reason": reason, "words": words}, url, token, where)
    _say(done, as_json, f"referral {referral} is {done['state']}")


@app.command(epilog='Example: iewo referral leave 9c… --until 2026-12-01 --why "a meeting is arranged"')
def leave(
    referral: Referral,
    until: Until,
    why: LeaveWhy = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """A proposal waits; the next register check shows that it was left."""
    done = _decide(referral, "leave", {"until": until.isoformat(), "why": why}, url, token, where)
    _say(done, as_json, f"referral {referral} waits until {done['left_until']}")


@app.command(epilog="Example: iewo referral reasons")
def reasons(
    as_json: options.AsJson = False, url: options.Url = None, token: options.Token = None, where: options.EndpointsFile = None
) -> None:
    """The codes by which a proposal is declined."""
    from clients.iewo import show

    found = _send("GET", "/v1/declining", None, url, token, where)
    if as_json:
        show.as_json(found)
        return
    rows = [(one["code"], one["says"], "needs words" if one["needs_words"] else "") for one in found["reasons"]]
    show.table(f"Reasons, from {found['version']}", ("code", "says", ""), rows)


@app.command(epilog="Example: iewo referral bought --school 900001 --cases 10")
def bought(
    school: options.School,
    cases: Cases = None,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """How many open cases a school has, and has bought."""
    path = f"/v1/schools/{school}/bought-cases"
    said = _send("GET", path, None, url, token, where) if cases is None else _send("PUT", path, {"cases": cases}, url, token, where)
    _say(said, as_json, f"open cases of school {school}: {said['open_cases']}")


def _decide(referral: str, act: str, body: dict[str, Any], url: str | None, token: str | None, where: Any) -> dict[str, Any]:
    from clients.iewo.http import segment

    return _send("POST", f"/v1/referrals/{segment(referral)}/{act}", body, url, token, where)


def _send(method: str, path: str, body: dict[str, Any] | None, url: str | None, token: str | None, where: Any) -> dict[str, Any]:
    from clients.iewo.http import service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        if method == "GET" or body is None:
            done: dict[str, Any] = referrals.get(path)
        else:
            done = referrals.put(path, body) if method == "PUT" else referrals.post(path, body)
    return done


def _say(done: dict[str, Any], as_json: bool, line: str) -> None:
    from clients.iewo import show

    if as_json:
        show.as_json(done)
    else:
        show.line(line)
