"""How a pack travels to an agency: its files in one payload, the payload in a parcel, the parcel behind a line that says whose it is.

    {"format":"iewo.consignment","version":1,"pack":"<id>","authority":"<LA code>"}\\n    in clear, and then the bytes of the parcel

The line lets the recipient name the parcel before opening it. It is not to be believed for itself: both of its ids are bound to the parcel,
which opens under no others (shared/parcel.py). The payload is JSON:

    {"format":"iewo.pack-files","version":1,"files":{"pack.json":"<base64>",...},"sha256":{"pack.json":"<hexadecimal>",...}}
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared import parcel

FILES: Final = frozenset({"pack.json", "pack.pdf"})
"""What a consignment holds: the names under which the recipient saves them."""
_LONGEST_LINE: Final = 300


class NotAConsignment(Exception):
    """This is no consignment, or one whose files are not what it says they are."""


class Label(BaseModel):
    """What stands before the parcel in clear. Both ids become names of files and folders, so their shape is strict."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["iewo.consignment"] = "iewo.consignment"
    version: Literal[1] = 1
    pack: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    authority: Annotated[str, Field(pattern=r"^[0-9]{3}$")]


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["iewo.pack-files"] = "iewo.pack-files"
    version: Literal[1] = 1
    files: dict[str, str]
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class Consignment:
    pack: str
    authority: str
    files: Mapping[str, bytes]


def close(consignment: Consignment, recipient_public: str) -> bytes:
    """The message that goes to the recipient. Raises parcel.NotAParcelKey."""
    label = Label(pack=consignment.pack, authority=consignment.authority)
    payload = _Payload(
        files={name: base64.b64encode(content).decode() for name, content in consignment.files.items()},
        sha256={name: hashlib.sha256(content).hexdigest() for name, content in consignment.files.items()},
    )
    closed = parcel.close(payload.model_dump_json().encode(), recipient_public, label.pack, label.authority)
    return label.model_dump_json().encode() + b"\n" + closed


def label_of(message: bytes) -> Label:
    """What the message says it is. Raises NotAConsignment."""
    line, found, _ = message[:_LONGEST_LINE].partition(b"\n")
    try:
        if found:
            return Label.model_validate_json(line)
    except ValidationError:
        pass
    raise NotAConsignment


def open_(message: bytes, recipient_private: str) -> Consignment:
    """The files of a message. Raises NotAConsignment, parcel.ParcelNotOpened, and parcel.NotAParcelKey for a bad key."""
    label = label_of(message)
    opened = parcel.open_(message[message.index(b"\n") + 1 :], recipient_private, label.pack, label.authority)
    try:
        payload = _Payload.model_validate_json(opened)
        files = {name: base64.b64decode(text, validate=True) for name, text in payload.files.items()}
    except (ValidationError, binascii.Error, json.JSONDecodeError):
        raise NotAConsignment from None
    if files.keys() != FILES or payload.sha256 != {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}:
        raise NotAConsignment
    return Consignment(label.pack, label.authority, files)
