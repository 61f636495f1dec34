"""The merge fields that every letter may name. What a kind of letter asks for beside them, its template says itself."""

from collections.abc import Mapping
from typing import Final, Literal

Asked = Literal["date", "text", "lines"]
"""How an asked field is given: a day, some words, or several lines that are printed as a list."""

Value = str | tuple[str, ...]
"""Of a merged field: words, or lines."""

FIELDS: Final[Mapping[str, str]] = {
    "child.name": "forename and surname",
    "child.forename": "forename",
    "child.year_group": "year group",
    "parent.name": "of the parent or carer to whom this letter goes",
    "school.name": "the school's name",
    "figures.attendance": "attendance this academic year, in per cent",
    "figures.possible": "possible sessions this academic year",
    "figures.absent": "of them missed",
    "figures.unauthorised": "of them without leave",
    "figures.late": "late, before the register closed: attended",
    "figures.late_after_closing": "late, after the register closed: unauthorised",
    "letter.date": "the day of the letter",
    "letter.reference": "by which a reply is found again",
    "officer.name": "of the officer who signs",
    "officer.email": "of the officer who signs",
    "company.name": "our name",
    "company.telephone": "our telephone",
    "company.email": "our e-mail address",
}
OF_THE_REGISTER: Final = "figures."
"""Fields that ask what the register says."""
