"""Where a link in a file may lead: to a page or a mailbox. Anything else (a file on a machine or in a network, a script) goes."""

import re
from typing import Final

_MAY: Final = re.compile(r"(?:https?|mailto):[^\s\\]", re.IGNORECASE)


def may_lead(to: object) -> bool:
    return isinstance(to, str) and _MAY.match(to) is not None
