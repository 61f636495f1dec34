"""`iewo case`: open cases, one case with its history, and what is done with it."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from clients.iewo import endpoints, options
from clients.iewo.failure import Code, Failure, Missing, NotNow

app = typer.Typer(help="Open cases, a case with its history and triage, and what is done with it.", no_args_is_help=True)

Case = Annotated[str, typer.Argument(metavar="CASE", help="The case's id, as `iewo case list` shows it.")]
Referral = Annotated[str, typer.Argument(metavar="REFERRAL", help="A proposal's or a case's id.")]
OfSchool = Annotated[str | None, typer.Option("--school", parser=options.urn, metavar="URN", help="Of this school only.")]
Officer = Annotated[str | None, typer.Option(metavar="ID", help="Of this officer only.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="Those with a next step or task that should have been done.")]
Why = Annotated[str | None, typer.Option(help="Why, in words: kept in the history. Needed to close and to reopen.")]
Needed = Annotated[str, typer.Option("--why", help="Why, in words: it is kept.")]
Person = Annotated[str, typer.Argument(metavar="PERSON", help="The person's id, as their token has it.")]


class Act(StrEnum):
    """What may be done with a case."""

    ALLOCATE = "allocate"
    START = "start"
    MONITOR = "monitor"
    RESUME = "resume"
    PASS_TO_LA = "pass-to-la"
    CLOSE = "close"
    REOPEN = "reopen"


Do = Annotated[Act, typer.Argument(metavar="ACT", help="allocate, start, monitor, resume, pass-to-la, close or reopen.")]
Over = Annotated[bool, typer.Option("--over-bought", help="With reopen: although the school has as many open cases as it bought.")]
To = Annotated[str | None, typer.Option("--to", metavar="OFFICER", help="With allocate: the officer whose case it is from now on.")]


@app.command("list", epilog="Example: iewo case list --school 900001 --overdue")
def list_(
    school: OfSchool = None,
    officer: Officer = None,
    overdue: Overdue = False,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Open cases of your schools, the oldest first."""
    from clients.iewo import show
    from clients.iewo.http import service

    query = {"school": school, "officer": officer, "overdue": "true" if overdue else None}
    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        found = referrals.get("/v1/caseload", **{name: value for name, value in query.items() if value})
    if as_json:
        show.as_json(found)
        return
    rows = [
        (one["case"], one["school"], show.name(one), one["state"], one["officer"] or "", one["interventions"], one["next_due"] or "")
        for one in found["cases"]
    ]
    show.table("Open cases", ("case", "school", "child", "state", "officer", "entries", "due"), rows, right=("entries",))


@app.command("show", epilog="Example: iewo case show 3f…")
def show_(
    case: Case,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """A case: what must be read before a visit, child, parents, concerns, what was done, what may be done now."""
    from clients.iewo import entries, family, show

    found = _get("cases/{}", case, url, token, where)
    if as_json:
        show.as_json(found)
        return
    family.before(found)
    who = found["person"] or {}
    show.line(f"case {case} of {show.name(who)}, school {found['school']}: {found['state']}, {found['officer'] or 'not allocated'}")
    lives = who.get("address") or "address not known"
    show.line(f"child {found['child']}, born {who.get('born') or '-'}, year {who.get('year_group') or '-'}, {lives}")
    show.line(f"opened {_day(found['opened_at'])}, closed {_day(found['closed_at'])}; possible now: {', '.join(found['possible'])}")
    _family(found, url, token, where)
    figures = {one["rule"]: one["figures"] for one in (found["standing"] or {}).get("concerns", ())}
    concerns = [
        (one["rule"], _day(one["since"]), "eased" if one["eased"] else "stands", _in_words(figures.get(one["rule"])))
        for one in found["concerns"]
    ]
    show.table("Concerns", ("rule", "since", "", "today"), concerns)
    done = [
        (one["id"], one["date"], one["kind"], entries.people(one), one["outcome"], entries.state(one)) for one in found["interventions"]
    ]
    show.table("Done", ("entry", "date", "kind", "with", "outcome", ""), done)


def _family(found: dict[str, Any], url: str | None, token: str | None, where: Any) -> None:
    """Whom to ask for at the door, by the records of `iewo parent show`."""
    from clients.iewo import family, show
    from clients.iewo.http import segment, service

    try:
        with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
            told = referrals.get(f"/v1/schools/{found['school']}/children/{segment(found['child'])}/family")["parents"]
    except (Missing, NotNow) as error:
        show.note(f"parents cannot be shown: {error}")
        return
    family.parents(told)


def _in_words(figures: dict[str, int] | None) -> str:
    """Of a rule, by the register of today."""
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in (figures or {}).items())


@app.command(epilog="Example: iewo case history 3f…")
def history(
    case: Case,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Who changed a case, when and why."""
    from clients.iewo import show

    found = _get("cases/{}/history", case, url, token, where)
    if as_json:
        show.as_json(found)
        return
    rows = [
        (one["at"][:16].replace("T", " "), one["by_name"] or one["by"], one["act"], one["state"], one["whom"], one["why"], one["words"])
        for one in found["history"]
    ]
    show.table(f"History of {case}, {found['state']}", ("at", "by", "act", "then", "whom", "why", "words"), rows)


@app.command(epilog="Example: iewo case triage 9c…")
def triage(
    referral: Referral,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """What is known of a proposal or case, sentence by sentence. It gives no advice."""
    from clients.iewo import show

    found = _get("referrals/{}/triage", referral, url, token, where)
    if as_json:
        show.as_json(found)
        return
    rows = [(one["about"], one["says"], one["source"]) for one in found["sentences"]]
    show.table(f"{referral}, {found['state']}", ("about", "", "source"), rows)
    if found["attendance_away"]:
        show.note("the register and the roll cannot be asked now: ask again")


@app.command(epilog='Examples: iewo case act 3f… allocate --to officer-hartley; iewo case act 3f… close --why "attendance improved"')
def act(
    case: Case,
    what: Do,
    why: Why = None,
    to: To = None,
    over_bought: Over = False,
    as_json: options.AsJson = False,
    url: options.Url = None,
    token: options.Token = None,
    where: options.EndpointsFile = None,
) -> None:
    """Do something with a case. Done again, it changes nothing."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    if (to is not None) != (what is Act.ALLOCATE):
        raise Failure("--to OFFICER goes with allocate, and with nothing else: iewo case act CASE allocate --to OFFICER", Code.USAGE)
    if why is None and what in (Act.CLOSE, Act.REOPEN):
        raise Failure(f"to {what.value} a case say why: iewo case act CASE {what.value} --why WORDS", Code.USAGE)
    body: dict[str, Any] = {"act": "pass to the LA" if what is Act.PASS_TO_LA else what.value, "why": why, "officer": to}
    body |= {"over_bought": True} if over_bought else {}
    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        after = referrals.post(f"/v1/cases/{segment(case)}/acts", body)
    if as_json:
        show.as_json(after)
    else:
        show.line(f"case {case} is {after['state']}; possible now: {', '.join(after['possible'])}")


@app.command("close-to", epilog='Example: iewo case close-to 3f… officer-hartley --why "the child is a neighbour\'s"')
def close_to(
    case: Case, person: Person, why: Needed, url: options.Url = None, token: options.Token = None, where: options.EndpointsFile = None
) -> None:
    """A person is to see nothing of a child's referrals, whatever the role. For the head of service."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        said = referrals.put(f"/v1/cases/{segment(case)}/closed-to/{segment(person)}", {"why": why})
    show.line(f"case {case} is closed to {', '.join(said['closed_to'])}")


@app.command("open-to", epilog='Example: iewo case open-to 3f… officer-hartley --why "they have moved away"')
def open_to(
    case: Case, person: Person, why: Needed, url: options.Url = None, token: options.Token = None, where: options.EndpointsFile = None
) -> None:
    """A person may see a child's referrals again. For the head of service."""
    from clients.iewo import show
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        said = referrals.delete(f"/v1/cases/{segment(case)}/closed-to/{segment(person)}", {"why": why})
    show.line(f"case {case} is closed to {', '.join(said['closed_to']) or 'nobody'}")


def _get(path: str, id_: str, url: str | None, token: str | None, where: Any) -> dict[str, Any]:
    from clients.iewo.http import segment, service

    with service("referrals", endpoints.find(where), url, token, whose="officer") as referrals:
        found: dict[str, Any] = referrals.get("/v1/" + path.format(segment(id_)))
    return found


def _day(at: str | None) -> str:
    return at[:10] if at else "-"
