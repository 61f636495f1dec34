"""`iewo intervention`: what was done in a case."""

from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import entry_options as say
from clients.iewo import options
from clients.iewo.access import Access, as_officer

app = typer.Typer(help="Record what was done in a case, list it, strike out or move what was written in error.", no_args_is_help=True)

Whom = Annotated[str, typer.Option("--with", help="Who was there, in words.")]
Engaged = Annotated[str, typer.Option("--engagement", help="good, partial, none, or not applicable.")]
Outcome = Annotated[str, typer.Option(help="What came of it: this much goes into a pack.")]
Agreed = Annotated[str, typer.Option(help="What was agreed.")]
Step = Annotated[str, typer.Option("--next", help="The next step.")]
Once = Annotated[str | None, typer.Option("--key", help="Sent again under the same key it is the same entry.")]
Why = Annotated[str, typer.Option(help="Why: it is kept.")]
To = Annotated[str, typer.Option("--to", metavar="CASE", help="The case of the child whom the entry is about.")]

VISIT = "home visit"

ADD = (
    'Example: iewo intervention add 3f… "home visit" --with "at home" --parent 9c….1 --engagement partial --seen yes '
    '--outcome "agreed to meet the school" --notes said.txt --next "ring the school" --due 2026-11-27'
)


@app.command(epilog=ADD)
@as_officer
def add(
    referrals: Access,
    case: options.Case,
    kind: say.Kind,
    whom: Whom,
    engagement: Engaged,
    outcome: Outcome,
    parent: say.Parents = None,
    on: say.On = None,
    seen: say.Seen = None,
    reasons: say.Reasons = None,
    agreed: Agreed = "",
    notes: say.Notes = None,
    view: say.View = None,
    contact: say.Contacts = None,
    step: Step = "",
    due: say.Due = None,
    meant: say.Meant = False,
    key: Once = None,
) -> None:
    """Record what was done. Before a home visit is noted, the warnings on the family's addresses are shown."""
    from clients.iewo import family

    body: dict[str, Any] = {
        "kind": kind,
        "date": (on or date.today()).isoformat(),  # noqa: DTZ011
        "with_whom": whom,
        "people": say.present(referrals, case, parent),
        "engagement": engagement,
        "seen": seen,
        "outcome": outcome,
        "reasons": reasons or [],
        "agreed": agreed,
        "notes": say.words(notes),
        "child_view": say.words(view),
        "contacts": say.contacts(referrals, case, contact),
        "next_step": step,
        "due": due and due.isoformat(),
        "names_address": meant,
    }
    path = "/v1/cases/{}/interventions"
    if kind.strip().lower() == VISIT and not referrals.as_json:
        before = referrals.get(path, case)
        family.warnings(before["visit_warnings"])
        family.languages(before["languages"])
    entry = referrals.post(path, case, body=body, key=key)
    referrals.say(entry, f"entry {entry['id']}: {entry['kind']} of {entry['date']} in case {case}")


@app.command("list", epilog="Example: iewo intervention list 3f…")
@as_officer
def list_(referrals: Access, case: options.Case) -> None:
    """List what was done in a case, by day; what was struck out stands among it without its words."""
    from clients.iewo import entries, family, show

    said = referrals.get("/v1/cases/{}/interventions", case)
    if referrals.printed(said["interventions"]):
        return
    family.warnings(said["visit_warnings"])
    family.languages(said["languages"])
    shown = ("outcome", "next step", "by", "")
    rows = [
        (
            one["id"],
            one["date"],
            one["kind"],
            entries.people(one),
            one["engagement"],
            one["outcome"],
            entries.step(one),
            one["officer"],
            entries.state(one),
        )
        for one in said["interventions"]
    ]
    show.table(f"Case {case}", ("entry", "date", "kind", "with", "engagement", *shown), rows)


@app.command("show", epilog="Example: iewo intervention show 3f… 9c…")
@as_officer
def show_(referrals: Access, case: options.Case, entry: say.Id) -> None:
    """An entry with all its words, and what it said before it was changed or struck out."""
    from clients.iewo import entries, show

    written = referrals.get("/v1/cases/{}/interventions/{}", case, entry)
    if referrals.printed(written):
        return
    one = written["entry"]
    show.line(f"entry {one['id']}: {one['kind']} of {one['date']} in case {one['case']}, by {one['officer']}")
    if told := entries.state(one):
        show.line(told)
    _words(written["struck_words"] or one)
    for edition in written["earlier"]:
        show.line(f"edition {edition['edition']}, by {edition['by']}, {edition['at'][:16].replace('T', ' ')}:")
        _words(edition["done"])


def _words(said: dict[str, Any]) -> None:
    """What an officer wrote, each under its name; what was left empty is left out."""
    from clients.iewo import entries, show

    told = {
        "with": entries.people(said),
        "engagement": said["engagement"],
        "child seen": said["seen"],
        "outcome": said["outcome"],
        "notes": said["notes"],
        "agreed": said["agreed"],
        "reasons": "; ".join(said["reasons"]),
        "reasons said": said["reasons_said"],
        "child's view": said["child_view"],
        "contacts": "; ".join(map(entries.contact, said["contacts"])),
        "next step": entries.step(said),
    }
    for name, words in told.items():
        if words:
            show.line(f"  {name}: {words}")


@app.command(epilog="Example: iewo intervention kinds")
@as_officer
def kinds(referrals: Access) -> None:
    """List the kinds of intervention and the reasons for absence, as the company's settings say today."""
    from clients.iewo import show

    said = referrals.get("/v1/intervention-kinds")
    if referrals.printed(said):
        return
    rows = [(one["kind"], one["starts_clock"], one["for_others"], one["asks_seen"]) for one in said["kinds"]]
    show.table(f"Kinds ({said['version']})", ("kind", "keeps records", "in packs", "child seen?"), rows)
    show.line("reasons for absence: " + "; ".join(said["reasons"]))


@app.command(epilog='Example: iewo intervention strike 3f… 9c… --why "written twice"')
@as_officer
def strike(referrals: Access, case: options.Case, entry: say.Id, why: Why) -> None:
    """Strike out an entry made in error: at once out of packs, statistics and the retention clock."""

    struck = referrals.post("/v1/cases/{}/interventions/{}/strike", case, entry, body={"reason": why})
    referrals.say(struck, f"entry {entry} is struck out; its words go at the next disposal")


@app.command(epilog='Example: iewo intervention move 3f… 9c… --to 71… --why "the other sibling"')
@as_officer
def move(referrals: Access, case: options.Case, entry: say.Id, to: To, why: Why) -> None:
    """Move an entry to the case of the child whom it is about. The officers of both cases are told."""

    moved = referrals.post("/v1/cases/{}/interventions/{}/move", case, entry, body={"to": to, "reason": why})
    referrals.say(moved, f"entry {entry} stands in case {to}")
