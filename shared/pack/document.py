"""The enforcement pack: the JSON document that a Local Authority receives, version 2 of its published schema.

It is about one child and one parent. It has two volumes: what is for the authority alone, and what may be served on the parent.
"""

import hashlib
import json
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, ValidationError

from shared.pack.for_the_authority import ForTheAuthority
from shared.pack.parts import Ground, Id, Measure, Name, Part, Text
from shared.pack.to_be_served import ToBeServed

CHECK_DIGITS: Final = 24
"""Hexadecimal digits of the check value: 96 bits, which two documents do not share by chance or by any work that is known."""


class Authority(Part):
    """The Local Authority to which the pack is sent, by its three-digit code."""

    code: Text
    name: Text


class School(Part):
    """The school whose register it is, by its unique reference number."""

    name: Text
    urn: Text


class Contact(Part):
    """Where the company is reached, as on its letters."""

    address: tuple[Text, ...]
    telephone: Text
    email: Text


class Head(Part):
    """What both volumes say on every page or on their covers. `state`: a draft until all who must sign have signed."""

    format: Literal["iewo.enforcement-pack"] = "iewo.enforcement-pack"
    version: Literal[2] = 2
    pack_id: Id
    edition: Annotated[int, Field(ge=1)]
    supersedes: Id | None
    """The pack in whose place this one comes."""
    state: Literal["draft", "signed"]
    created: date
    company: Text
    contact: Contact | None = None
    requested_by: Name
    requested_on: date
    measure: Measure
    offence: Text | None = None
    """Of a prosecution: the section, and what it is of."""
    ground: Ground
    period_from: date
    period_to: date
    authority: Authority
    school: School


class Pack(Head):
    """The whole pack."""

    for_the_authority: ForTheAuthority
    to_be_served: ToBeServed

    def as_json(self) -> bytes:
        """The published document: UTF-8, laid out for reading, the same bytes for the same pack."""
        return self.model_dump_json(indent=1).encode() + b"\n"

    @classmethod
    def read(cls, document: bytes) -> Self | None:
        """None of one in an earlier version of its schema."""
        try:
            return cls.model_validate_json(document)
        except ValidationError:
            return None


def check_value(document: bytes) -> str:
    """What is printed on the covers: the first digits of the SHA-256 of `pack.json`, in groups of four."""
    digits = hashlib.sha256(document).hexdigest()[:CHECK_DIGITS]
    return " ".join(digits[place : place + 4] for place in range(0, CHECK_DIGITS, 4))


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document, as it is published."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "version 2 of iewo.enforcement-pack",
        **json.loads(json.dumps(Pack.model_json_schema(mode="serialization"))),
    }
