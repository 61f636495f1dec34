"""What a school's agreement may list: the fields of its rolls that may be kept of all its children, beside who they are."""

from typing import Final, Literal, get_args

Agreed = Literal[
    "sex",
    "address",
    "looked after",
    "special educational needs",
    "health needs",
    "parent name",
    "parent relationship",
    "parent address",
    "parent date of birth",
    "parent phone",
    "parent email",
]

AGREEABLE: Final[tuple[Agreed, ...]] = get_args(Agreed)
