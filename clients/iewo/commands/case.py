"""`iewo case`: open cases, one case with its history, and what is done with it."""

from enum import StrEnum
from operator import itemgetter
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer
from clients.iewo.failure import Code, Failure, Missing, NotNow

app = typer.Typer(help="Open cases, a case with its history and triage, and what is done with it.", no_args_is_help=True)

Referral = Annotated[str, typer.Argument(metavar="REFERRAL", help="A proposal's or a case's id.")]
OfSchool = Annotated[str | None, typer.Option("--school", parser=options.urn, metavar="URN", help="Of this school only.")]
Officer = Annotated[str | None, typer.Option(metavar="ID", help="Of this officer only.")]
LEAVE = "leave in term time"
OfLeave = Annotated[bool, typer.Option("--leave", help="Those that carry requests for leave in term time, which nobody works.")]
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
Last = Annotated[int, typer.Option(min=1, metavar="N", help="So many entries at most, the latest; --json has all.")]
Allocated = Annotated[str | None, typer.Option("--officer", metavar="ID", help="With allocate: whose case it is from now on.")]


@app.command("list", epilog="Example: iewo case list --school 900001 --overdue")
@as_officer
def list_(referrals: Access, school: OfSchool = None, officer: Officer = None, overdue: Overdue = False, leave: OfLeave = False) -> None:
    """Open cases of your schools, the oldest first."""
    from clients.iewo import show

    found = referrals.get(
        "/v1/caseload", school=school, officer=officer, overdue="true" if overdue else None, path=LEAVE if leave else None
    )
    rows = [
        (
            *(one["case"], one["school"], show.name(one), one["state"], one["officer"] or "", one["interventions"], one["next_due"] or ""),
            show.acted_by(one["act_by"]),
        )
        for one in found["cases"]
    ]
    columns = ("case", "school", "child", "state", "officer", "entries", "due", "pack by")
    referrals.table(found, "Open cases", columns, rows, right=("entries",), beneath=("pack by",))


@app.command("show", epilog="Examples: iewo case show 3f…; iewo case show 3f… --last 300")
@as_officer
def show_(referrals: Access, case: options.Case, last: Last = 20) -> None:
    """A case: what must be read before a visit, child, parents, concerns, what was done, what may be done now."""
    from clients.iewo import entries, family, show

    found = referrals.get("/v1/cases/{}", case)
    if referrals.printed(found):
        return
    family.before(found)
    who = found["person"] or {}
    show.line(f"case {case} of {show.name(who)}, school {found['school']}: {found['state']}, {found['officer'] or 'not allocated'}")
    lives = who.get("address") or ("address withheld" if found["address_withheld"] else "address not known")
    show.line(f"child {found['child']}, born {who.get('born') or '-'}, year {who.get('year_group') or '-'}, {lives}")
    show.line(f"opened {_day(found['opened_at'])}, closed {_day(found['closed_at'])}; possible now: {', '.join(found['possible'])}")
    if handed := found["handed_over"]:
        show.line(f"handed over {_day(handed['at'])} by {handed['by']} ({handed['why']}): {handed['note'] or 'no note'}")
    _family(referrals, found)
    figures = {one["rule"]: one["figures"] for one in (found["standing"] or {}).get("concerns", ())}
    concerns = [
        (one["rule"], _day(one["since"]), "eased" if one["eased"] else "stands", _in_words(figures.get(one["rule"])))
        for one in found["concerns"]
    ]
    show.table("Concerns", ("rule", "raised", "", "today"), concerns)
    done = [
        (one["id"], one["date"], one["kind"], entries.people(one), one["seen"], one["outcome"], entries.step(one), entries.state(one))
        for one in sorted(found["interventions"], key=itemgetter("date"))[-last:]
    ]
    show.table("Done", ("entry", "date", "kind", "with", "seen", "outcome", "next step", ""), done)
    if len(done) < len(found["interventions"]):
        every = len(found["interventions"])
        show.line(f"these are the last {len(done)} of {every} entries; all with --last {every}")


def _family(referrals: Access, found: dict[str, Any]) -> None:
    """Whom to ask for at the door, by the records of `iewo parent show`."""
    from clients.iewo import family, show

    try:
        told = referrals.get("/v1/schools/{}/children/{}/family", found["school"], found["child"])["parents"]
    except (Missing, NotNow) as error:
        show.note(f"parents cannot be shown: {error}")
        return
    family.parents(told)


def _in_words(figures: dict[str, int] | None) -> str:
    """Of a rule, by the register of today."""
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in (figures or {}).items())


@app.command(epilog="Example: iewo case history 3f…")
@as_officer
def history(referrals: Access, case: options.Case) -> None:
    """Who changed a case, when and why."""

    found = referrals.get("/v1/cases/{}/history", case)
    rows = [
        (one["at"][:16].replace("T", " "), one["by_name"] or one["by"], one["act"], one["state"], one["whom"], one["why"], one["words"])
        for one in found["history"]
    ]
    referrals.table(found, f"History of {case}, {found['state']}", ("at", "by", "act", "then", "whom", "why", "words"), rows)


@app.command(epilog="Example: iewo case triage 9c…")
@as_officer
def triage(referrals: Access, referral: Referral) -> None:
    """What is known of a proposal or case, sentence by sentence. It gives no advice."""
    from clients.iewo import show

    found = referrals.get("/v1/referrals/{}/triage", referral)
    rows = [(one["about"], one["says"], one["source"]) for one in found["sentences"]]
    referrals.table(found, f"{referral}, {found['state']}", ("about", "", "source"), rows)
    if found["attendance_away"]:
        show.note("the register and the roll cannot be asked now: ask again")


@app.command(epilog='Examples: iewo case act 3f… allocate --officer officer-hartley; iewo case act 3f… close --why "attendance improved"')
@as_officer
def act(referrals: Access, case: options.Case, what: Do, why: Why = None, officer: Allocated = None, over_bought: Over = False) -> None:
    """Do something with a case. Done again, it changes nothing."""

    if (officer is not None) != (what is Act.ALLOCATE):
        raise Failure("--officer ID goes with allocate, and with nothing else: iewo case act CASE allocate --officer ID", Code.USAGE)
    if why is None and what in (Act.CLOSE, Act.REOPEN):
        raise Failure(f"to {what.value} a case say why: iewo case act CASE {what.value} --why WORDS", Code.USAGE)
    body: dict[str, Any] = {"act": "pass to the LA" if what is Act.PASS_TO_LA else what.value, "why": why, "officer": officer}
    body |= {"over_bought": True} if over_bought else {}
    after = referrals.post("/v1/cases/{}/acts", case, body=body)
    open_ = f"; still to do in it: {after['still_to_do']} (iewo tasks shows them no more)" if after["still_to_do"] else ""
    referrals.say(after, f"case {case} is {after['state']}; possible now: {', '.join(after['possible'])}{open_}")


@app.command("for-parents", epilog="Example: iewo case for-parents 3f…")
@as_officer
def for_parents(referrals: Access, case: options.Case) -> None:
    """What was done, as a parent may be shown it: no notes, and the child's own view only where it was reviewed."""
    found = referrals.get("/v1/cases/{}/for-parents", case)
    columns = ("date", "kind", "outcome", "agreed", "next_step", "due", "child_view")
    rows = [[one[column] for column in columns] for one in found["interventions"]]
    referrals.table(found, f"Case {case}, for parents", [column.replace("_", " ") for column in columns], rows)


@app.command("closed-to", epilog="Example: iewo case closed-to 3f…")
@as_officer
def closed_to(referrals: Access, case: options.Case) -> None:
    """To whom a child's referrals are closed, and why. For the head of service."""
    found = referrals.get("/v1/cases/{}/closed-to", case)
    rows = [(one["who"], one["by"], one["at"][:10], one["why"], one["lifted_by"], one["lifted_why"]) for one in found["said"]]
    title = f"Case {case} is closed to {', '.join(found['closed_to']) or 'nobody'}"
    referrals.table(found, title, ("person", "said by", "on", "why", "opened again by", "why"), rows)


@app.command("close-to", epilog='Example: iewo case close-to 3f… officer-hartley --why "the child is a neighbour\'s"')
@as_officer
def close_to(referrals: Access, case: options.Case, person: Person, why: Needed) -> None:
    """A person is to see nothing of a child's referrals, whatever the role. For the head of service."""

    said = referrals.put("/v1/cases/{}/closed-to/{}", case, person, body={"why": why})
    referrals.say(said, f"case {case} is closed to {', '.join(said['closed_to'])}")


@app.command("open-to", epilog='Example: iewo case open-to 3f… officer-hartley --why "they have moved away"')
@as_officer
def open_to(referrals: Access, case: options.Case, person: Person, why: Needed) -> None:
    """A person may see a child's referrals again. For the head of service."""

    said = referrals.delete("/v1/cases/{}/closed-to/{}", case, person, body={"why": why})
    referrals.say(said, f"case {case} is closed to {', '.join(said['closed_to']) or 'nobody'}")


def _day(at: str | None) -> str:
    return at[:10] if at else "-"
