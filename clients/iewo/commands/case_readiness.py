"""`iewo case readiness`: what a pack of a case would lack if enforcement were asked for now."""

from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_preparer
from clients.iewo.failure import Code
from clients.iewo.measures import IN_WORDS, Measure, Reason

EXAMPLES = (
    "Examples: iewo case readiness 3f… --parent 9c….1; iewo case readiness 3f… --parent 9c….2 --measure prosecution "
    "--from 2026-09-07 --to 2026-11-20. Ends with 1 when something is lacking that nobody has let pass."
)


@as_preparer
def readiness(
    sharing: Access,
    case: options.Case,
    parent: Annotated[str, typer.Option(metavar="ID", help="The parent's record, or the place on the roll, as `iewo case show` has them.")],
    measure: Annotated[Measure, typer.Option(help="What would be asked for.")] = Measure.NOTICE,
    reason: Annotated[
        Reason, typer.Option(help="Why: leave in term time, irregular attendance, late after the register.")
    ] = Reason.IRREGULAR,
    of: options.Offence = None,
    first: Annotated[
        Any, typer.Option("--from", parser=options.day, metavar="DATE", help="First day; by default that of the sessions relied on.")
    ] = None,
    last: Annotated[
        Any, typer.Option("--to", parser=options.day, metavar="DATE", help="Last day; with --from, by default yesterday.")
    ] = None,
) -> int:
    """What a pack would lack, and what to do: judged by what the Local Authority asks for, from what is on record now."""
    query = {"measure": IN_WORDS[measure], "reason": IN_WORDS[reason], "parent": parent, "offence": of, "first": first, "last": last}
    found = sharing.get("/v1/cases/{}/readiness", case, **{name: str(said) for name, said in query.items() if said is not None})
    if not sharing.printed(found):
        _show(found)
    return Code.WELL if found["ready"] else Code.FAILED


def _show(found: dict[str, Any]) -> None:
    from clients.iewo import show

    lacking = [item for item in found["items"] if not item["met"] and item["override"] is None]
    title = f"{found['measure']}, {found['reason']}, {found['first']} to {found['last']}, by profile {found['profile']}"
    # what is lacking first: that is what somebody has to do
    rows = [(item["rule"], _state(item), show.finding(item), item["before"]) for item in sorted(found["items"], key=_rank)]
    show.table(title, ("what", "met", "what stands, and what to do", "before"), rows)
    clocks = found["clocks"]
    if clocks["earliest"]:
        until = f"ask by {show.asked_by(clocks['request_by'])}, last day for the earliest {show.laid_by(clocks['earliest_by'])}"
        show.line(f"sessions relied on: {clocks['earliest']} to {clocks['latest']}; {until}")
    for one in found["readings"]:
        show.line(f"{one['rule']}: {one['reading']}")
    show.line(f"{len(lacking)} lacking" if lacking else "ready")


def _state(item: dict[str, Any]) -> str:
    if item["met"]:
        return "yes"
    return "let pass" if item["override"] else "no" if item["may_be_overridden"] else "no, never let pass"


def _rank(item: dict[str, Any]) -> tuple[bool, bool]:
    return (item["met"], item["override"] is not None)
