"""Shapes of the identifiers that callers send, and how a shape is said to somebody who missed it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

URN: Final = "^[0-9]{6}$"
"""A school's unique reference number."""
AUTHORITY: Final = "^[0-9]{3}$"
"""A Local Authority's code."""
ESTABLISHMENT: Final = "^[0-9]{4}$"
"""A school's number within its authority."""
ID: Final = "^[0-9a-f]{24}$"
"""An id that this system gave."""
PARENT: Final = r"^[0-9A-Za-z]{1,64}(\.[1-9])?$"
"""A parent: the record's id, or the place on the roll (`<child>.1`)."""
PLACE: Final = r"^[0-9A-Za-z]{1,64}\.[1-9]$"
"""A parent by the place on the roll alone."""
OFFICER: Final = r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"
EMAIL: Final = r"^[^@\s]+@[^@\s]+$"
MAILBOX: Final = r"^[!-?A-~]+@[!-?A-~]+$"
"""An address to which e-mail is sent: of ASCII alone, as mail servers take it without SMTPUTF8 (RFC 6531)."""
ACCOUNT: Final = "^A[A-Z2-7]{55}$"
"""An account on the bus, by its public key."""

IN_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        URN: "a URN is six digits",
        AUTHORITY: "an LA's code is three digits",
        ESTABLISHMENT: "an establishment number is four digits",
        ID: "an id is 24 hexadecimal digits, as this system gave it",
        PARENT: "a parent is named by the record's id or by the place on the roll, <child>.1",
        PLACE: "a parent is named by the place on the roll, <child>.1",
        OFFICER: "an officer's id is 1 to 64 letters, digits, dots, dashes, underscores or @, beginning with a letter or digit",
        EMAIL: "an e-mail address is name@domain",
        MAILBOX: "an e-mail address is name@domain, without accents or other letters that mail servers refuse",
        ACCOUNT: "an account's public key is A and 55 capital letters or digits",
    }
)
