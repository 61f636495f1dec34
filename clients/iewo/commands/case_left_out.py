"""`iewo case left-out`: why no measure is asked for against a parent."""

from typing import Annotated

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_officer

EXAMPLES = (
    'Examples: iewo case left-out 3f… 9c… --why "lives elsewhere, no part in the schooling"; '
    'iewo case left-out 3f… 9c….2 --lift --why "came back"'
)


@as_officer
def left_out(
    referrals: Access,
    case: options.Case,
    parent: Annotated[str, typer.Argument(metavar="PARENT", help="The parent's record, or the place on the roll, <child>.1.")],
    why: Annotated[str, typer.Option(help="Why, in words: the Local Authority reads it.")],
    lift: Annotated[bool, typer.Option("--lift", help="Let a measure be asked for after all.")] = False,
) -> None:
    """Say why no measure is asked for against a parent: a Local Authority asks why a second parent is missing."""
    path = "/v1/cases/{}/parents/{}/left-out"
    done = (referrals.delete if lift else referrals.put)(path, case, parent, body={"why": why})
    referrals.say(done, f"parent {parent}: {'a measure may be asked for' if lift else 'left out, with the reason'}")
