"""`iewo intervention edit` and `review-view`: an entry that is there already."""

from datetime import date
from typing import Annotated, Any

import typer

from clients.iewo import entry_options as say
from clients.iewo import options
from clients.iewo.access import Access, as_officer

Kind = Annotated[str | None, typer.Option(help="Another kind; `iewo intervention kinds` lists them.")]
On = Annotated[date | None, typer.Option("--on", parser=options.day, metavar="DATE", help="When it happened.")]
Whom = Annotated[str | None, typer.Option("--with", help="Who was there, in words.")]
Engaged = Annotated[str | None, typer.Option("--engagement", help="good, partial, none, or not applicable.")]
Outcome = Annotated[str | None, typer.Option(help="What came of it: this much goes into a pack.")]
Agreed = Annotated[str | None, typer.Option(help="What was agreed.")]
Step = Annotated[str | None, typer.Option("--next", help="The next step.")]

EDIT = 'Example: iewo intervention edit 3f… 9c… --outcome "agreed to meet the school on Thursday" --contact "1 phone=01632 960123"'
REVIEW = "Example: iewo intervention review-view 3f… 9c…, after reading it: iewo intervention show 3f… 9c…"
SAID = (
    *("kind", "date", "with_whom", "people", "engagement", "seen", "outcome", "notes", "child_view", "agreed", "reasons", "reasons_said"),
    *("contacts", "next_step", "due"),
)


@as_officer
def edit(
    referrals: Access,
    case: options.Case,
    entry: say.Id,
    kind: Kind = None,
    on: On = None,
    whom: Whom = None,
    engagement: Engaged = None,
    outcome: Outcome = None,
    seen: say.Seen = None,
    reasons: say.Reasons = None,
    agreed: Agreed = None,
    notes: say.Notes = None,
    view: say.View = None,
    contact: say.Contacts = None,
    step: Step = None,
    due: say.Due = None,
    meant: say.Meant = False,
) -> None:
    """Change an entry: what you do not name stays as it is, "" empties, and what stood before is kept with it."""
    told: dict[str, Any] = {
        "kind": kind,
        "date": on and on.isoformat(),
        "with_whom": whom,
        "engagement": engagement,
        "outcome": outcome,
        "seen": seen,
        "reasons": reasons,
        "agreed": agreed,
        "notes": say.words(notes) if notes else None,
        "child_view": say.words(view) if view else None,
        "next_step": step,
        "due": due and due.isoformat(),
    }
    said = {name: value for name, value in told.items() if value is not None}
    if not said and not contact:
        raise typer.BadParameter("say what is to be changed, such as --outcome")
    path = "/v1/cases/{}/interventions/{}"
    before = referrals.get(path, case, entry)["entry"]
    body = {name: before[name] for name in SAID} | said | {"edition": before["edition"], "names_address": meant}
    body |= {"seen": body["seen"] or None} | ({"due": None} if step == "" else {})
    body["contacts"] = [*body["contacts"], *say.contacts(referrals, case, contact)]
    after = referrals.put(path, case, entry, body=body)
    referrals.say(after, f"entry {entry} is changed: edition {after['edition']}")


@as_officer
def review_view(referrals: Access, case: options.Case, entry: say.Id) -> None:
    """Say that you have read the child's own view and that a parent may be shown it: it puts the child at no risk.

    A change of the view takes the review away.
    """
    after = referrals.post("/v1/cases/{}/interventions/{}/view-reviewed", case, entry)
    referrals.say(after, f"a parent may be shown the child's view in entry {entry}: iewo case for-parents {case}")
