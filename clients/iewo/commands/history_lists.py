"""`iewo notice-history asked-all`: for many packs at once, that Local Authorities (LAs) were asked which notices they know of."""

from typing import Annotated

import typer

from clients.iewo import options
from clients.iewo.access import Access, as_preparer
from clients.iewo.commands.notice_history import Name, On
from clients.iewo.commands.pack_lists import done
from clients.iewo.pack_choice import Choice

ASKED = (
    "Examples: iewo notice-history asked-all --all --la 803 --name 'T. Okafor'; iewo packs list --state draft --save looked.csv, and then: "
    "iewo notice-history asked-all --file looked.csv --name 'T. Okafor'. Whom has been asked already is not asked again."
)
AT_HOME = ("draft", "checked", "approved", "waiting")

Whom = Annotated[
    str | None,
    typer.Option(
        "--asked",
        parser=options.authority_code,
        metavar="CODE",
        help="The LA that was asked; by default each that is to be asked for the pack and has not been.",
    ),
]


@as_preparer
def asked_all(sharing: Access, name: Name, choice: Choice, whom: Whom = None, on: On = None) -> int:
    """Note for many packs that LAs were asked which notices they know of: those of a file, of a leave, or --all that are prepared."""
    chosen = choice.of(sharing, AT_HOME)
    body = {"name": name, "authority": whom, "on": on and on.isoformat()}
    return done(sharing, "history-asked", chosen, body, [one["pack"] for one in chosen])
