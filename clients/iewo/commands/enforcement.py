"""`iewo case enforcement` and `iewo packs offence`: asking for a measure against a parent, and of which offence a prosecution is."""

from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer, as_preparer
from clients.iewo.commands import pack_life
from clients.iewo.failure import Code, Failure
from clients.iewo.measures import IN_WORDS, Measure, Reason

ENFORCEMENT = (
    "Examples: iewo case enforcement 3f… --parent 9c….1 --reason irregular; iewo case enforcement 3f… --parent 9c….2 --measure prosecution "
    "--reason irregular --offence '444(1A)' --from 2026-09-07 --to 2026-11-20. `iewo case readiness` tells first what would be lacking."
)
OFFENCE = "Example: iewo packs offence 5f2c… '444(1A)' --name 'T. Okafor'"


Chosen = Annotated[str, typer.Argument(parser=options.offence, metavar="SECTION", help="'444(1)', or '444(1A)', by which the parent knew.")]


@as_officer
def enforcement(
    referrals: Access,
    case: options.Case,
    parent: Annotated[str, typer.Option(metavar="ID", help="The parent's record, or the place on the roll, as `iewo case show` has them.")],
    reason: Annotated[Reason, typer.Option(help="Why: leave in term time, irregular attendance, late after the register.")],
    measure: Annotated[Measure, typer.Option(help="What is asked for.")] = Measure.NOTICE,
    of: options.Offence = None,
    first: Annotated[
        Any, typer.Option("--from", parser=options.day, metavar="DATE", help="First day; by default that of the sessions relied on.")
    ] = None,
    last: Annotated[
        Any, typer.Option("--to", parser=options.day, metavar="DATE", help="Last day; with --from, by default yesterday.")
    ] = None,
) -> None:
    """Ask for a measure against one parent for one child: the draft of a pack begins. The same asked again is the same request."""
    if of and measure is not Measure.PROSECUTION:
        raise Failure("--offence is of a prosecution: give --measure prosecution", Code.USAGE)
    said = {"parent": parent, "measure": IN_WORDS[measure], "reason": IN_WORDS[reason], "offence": of}
    days = {"first": first and first.isoformat(), "last": last and last.isoformat()}
    asked = {name: value for name, value in {**said, **days}.items() if value is not None}
    made = referrals.post("/v1/cases/{}/enforcement", case, body=asked)
    until = f"{made['first']} to {made['last']}"
    period = until if made["period_said"] else f"that of the sessions relied on, of {until}"
    referrals.say(made, f"asked for: request {made['request']}; its period: {period}; its pack is prepared: iewo packs list --case {case}")


@as_preparer
def choose(sharing: Access, pack: pack_life.Id, of: Chosen, name: pack_life.By) -> None:
    """Say of which offence a prosecution is; it is printed, so the pack becomes a draft again."""
    pack_life.told(sharing, sharing.post("/v1/packs/{}/offence", pack, body={"offence": of, "name": name}))
    if not sharing.as_json and sharing.get("/v1/packs/{}", pack).get("statement"):
        from clients.iewo import show

        show.note("its statement is as it was: read it for this offence, or draft it anew with `iewo packs statement PACK --begin --anew`")
