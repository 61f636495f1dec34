"""How a pack travels to an agency: its files in one payload, the payload in a parcel, the parcel behind a line that says whose it is.

    {"format":"iewo.consignment","version":1,"pack":"<id>","authority":"<LA code>"}\\n    in clear, and then the bytes of the parcel

The line lets the recipient name the parcel before opening it. It is not to be believed for itself: both of its ids are bound to the parcel,
which opens under no others (shared/parcel.py). The payload is a line of JSON and then the bytes of the files, one after the other:

    {"format":"iewo.pack-files","version":2,"files":[{"name":"pack.json","size":<bytes>,"sha256":"<hexadecimal>"},...]}\\n
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared import parcel

MOST_FILES: Final = 1000
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


class File(BaseModel):
    """The name is one under which a recipient saves it: flat, hidden nowhere, leading nowhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,60}(\.[A-Za-z0-9]{1,10})?$")]
    size: Annotated[int, Field(ge=0, strict=True)]
    sha256: str


class Contents(BaseModel):
    """The first line of what an opened parcel holds; the bytes of the files follow in this order, one after the other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["iewo.pack-files"] = "iewo.pack-files"
    version: Literal[2] = 2
    files: Annotated[tuple[File, ...], Field(min_length=1, max_length=MOST_FILES)]


@dataclass(frozen=True, slots=True)
class Consignment:
    pack: str
    authority: str
    files: Mapping[str, bytes]


def close(consignment: Consignment, recipient_public: str) -> bytes:
    """The message that goes to the recipient. Raises parcel.NotAParcelKey; ValueError for a name that is no safe one."""
    label = Label(pack=consignment.pack, authority=consignment.authority)
    files = sorted(consignment.files.items())
    contents = Contents(files=tuple(File(name=name, size=len(content), sha256=_hash(content)) for name, content in files))
    payload = b"".join((contents.model_dump_json().encode(), b"\n", *(content for _, content in files)))
    closed = parcel.close(payload, recipient_public, label.pack, label.authority)
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
    line, _, rest = opened.partition(b"\n")
    try:
        listed = Contents.model_validate_json(line).files
    except ValidationError:
        raise NotAConsignment from None
    return Consignment(label.pack, label.authority, _files(listed, rest))


def _files(listed: Sequence[File], rest: bytes) -> dict[str, bytes]:
    files, place = {}, 0
    for file in listed:
        files[file.name] = content = rest[place : place + file.size]
        place += file.size
        if _hash(content) != file.sha256:
            raise NotAConsignment
    if place != len(rest) or len(files) != len(listed):
        raise NotAConsignment
    return files


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
