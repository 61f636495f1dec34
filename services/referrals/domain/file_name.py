"""The name of a file as it is given back: on any system one name, of the type that its content has."""

import re
from typing import Final
from urllib.parse import quote

from services.referrals.domain.clean import ENDINGS

_BAD: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff<>:"/\\|?*]')
"""What a file system refuses, and what shows another name than there is."""
_LONGEST: Final = 120


def file_name(name: str, type_: str) -> str:
    """Without folders and characters that file systems refuse or hide; its ending is that of its type."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _BAD.sub("", last).strip(" .") or "document"
    endings = ENDINGS[type_]
    stem, ending = plain, endings[0]
    for one in endings:
        if plain.lower().endswith(one):
            stem, ending = plain[: -len(one)], one
    return (stem.strip(" .")[:_LONGEST] or "document") + ending


def disposition(name: str) -> str:
    """Content-Disposition: saved and never shown within a page of ours.

    Source: RFC 6266 4.3 and appendix D: a plain name for old clients, the exact one as RFC 8187 has it.
    """
    plain = re.sub(r'[^ -~]|["\\%]', "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
