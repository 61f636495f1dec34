"""What is said of parents, as requests carry it."""

from datetime import date
from typing import Annotated, Final

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.referrals.domain.parent import CONTACTS, Known, Value
from services.referrals.domain.parent import Field as ParentField
from shared.patterns import EMAIL, ID, URN
from shared.words import Name

Why = Annotated[str, Field(min_length=1, max_length=2000, description="In words: it is kept with your name.")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Telephone = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40, pattern=r"^[+0-9][0-9 ().\-]*( ?(x|ext\.?) ?[0-9]+)?$")
]
_FIELDS: Final[dict[str, ParentField]] = {**{name: name for name in CONTACTS}, "address_confidential": "address confidential"}


class Details(BaseModel):
    """What is said of a parent; what is left out stays as it is, and null takes it away."""

    model_config = ConfigDict(extra="forbid")

    title: Words | None = None
    name: Name | None = None
    telephones: list[Telephone] | None = Field(None, max_length=10, examples=[["01632 960123"]])
    email: str | None = Field(None, max_length=254, pattern=EMAIL)
    address: Words | None = None
    language: Words | None = None
    interpreter: Words | None = Field(None, description="Which is needed; null: none.")
    address_confidential: bool | None = Field(None, description="The case's officer alone sees the address, and it goes on no paper.")

    def said(self) -> dict[ParentField, Value]:
        told = self.model_dump(include=self.model_fields_set & set(Details.model_fields))
        if told.get("name", "") is None:
            raise HTTPException(422, "name: a parent has one")
        return {_FIELDS[name]: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


class Tie(BaseModel):
    """What is said of a parent and a child; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    relationship: Words | None = None
    parental_responsibility: Known = "not known"
    lives_with: Known = "not known"
    may_be_written_to: Known = "not known"
    court_order: Annotated[str, StringConstraints(max_length=2000)] | None = Field(None, description="An order or restriction, in words.")
    since: date | None = None
    until: date | None = None

    def said(self) -> dict[str, object]:
        return self.model_dump(include=self.model_fields_set & set(Tie.model_fields))


class ParentBody(Details):
    school: str = Field(pattern=URN)
    child: str = Field(max_length=64)
    name: Name
    link: Tie = Tie()
    why: Why


class ChangeBody(Details):
    why: Why


class TieBody(Tie):
    why: Why


class SuggestionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    field: ParentField
    take: bool
    why: Why


class DoubtBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    child: str
    same: bool = Field(description="Whether who stands in this parent's place on the roll now is the same person under another name.")
    why: Why


class PairBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parents: tuple[Annotated[str, Field(pattern=ID)], Annotated[str, Field(pattern=ID)]]
    why: Why
