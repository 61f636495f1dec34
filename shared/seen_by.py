"""By which command of `iewo` somebody looks at what a notice is about: in the list of notices, and in e-mail where there are no pages."""

import re
from typing import Final

COMMANDS: Final = (
    (r"/v1/caseload", "iewo case list"),
    (r"/v1/caseload\?school=(\d+)", r"iewo case list --school \1"),
    (r"/v1/cases/(\w+)", r"iewo case show \1"),
    (r"/v1/cases/(\w+)/letters", r"iewo letter list --case \1"),
    (r"/v1/hand-overs/\w+", "iewo hand-over list"),
    (r"/v1/notices", "iewo notices list"),
    (r"/v1/officers/([\w.-]+)", r"iewo officer show \1"),
    (r"/v1/packs/(\w+)", r"iewo packs show \1"),
    (r"/v1/schools/(\d+)/children/(\w+)/cases-elsewhere", r"iewo hand-over elsewhere --school \1 --child \2"),
    (r"/v1/schools/(\d+)/leave\?state=requested", r"iewo leave list --school \1"),
    (r"/v1/visit-warnings/\w+", "iewo visit-warning list"),
)
OF_A_CHANGE: Final = frozenset({"pack changed since it was sent", "change of a pack not answered"})
"""Notices of which `packs changed` shows the marks before and now, which `show` has only in a line."""


def seen_by(what: str, link: str) -> str | None:
    """What shows the same as a path of the service; None where no command does."""
    for path, command in COMMANDS:
        if found := re.fullmatch(path, link):
            shown = found.expand(command)
            return shown.replace("packs show", "packs changed") if what in OF_A_CHANGE else shown
    return None
