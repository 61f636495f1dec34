"""An e-mail as its programme saved it. It is evidence as it came, header by header, so it is kept byte for byte.

Source: RFC 5322 2.2 (a header's name is printable ASCII without a colon) and 3.6 (From and Date are required).
"""

import re
from typing import Final

from services.referrals.domain.clean.unfit import Unfit

_HEAD: Final = 64 * 1024
"""Bytes in which the headers are looked for: some relays add dozens."""
_LINE: Final = re.compile(rb"[!-9;-~]{1,76}[ \t]*:")
_NEEDED: Final = (rb"from", rb"date")


def looks_like_one(data: bytes) -> bool:
    """Whether it begins with header lines, From and Date among them."""
    head = re.split(rb"\r?\n\r?\n", data[:_HEAD].removeprefix(b"\xef\xbb\xbf"), maxsplit=1)[0]
    lines = re.split(rb"\r?\n", head)
    if lines[0].startswith(b"From "):  # as mail folders begin each message
        lines = lines[1:]
    if not lines or not all(line[:1] in (b" ", b"\t") or _LINE.match(line) for line in lines):
        return False
    names = {line.partition(b":")[0].strip().lower() for line in lines if line[:1] not in (b" ", b"\t")}
    return all(name in names for name in _NEEDED)


def cleaned(data: bytes) -> bytes:
    if b"\0" in data:
        raise Unfit("the e-mail is damaged: save it again from the mail programme as .eml")
    return data
