"""Pages by typst: tagged PDFs (PDF/UA-1), the same bytes for the same input on every machine.

What is printed comes to a template as JSON, never as markup: a child called `#panic` prints as `#panic`.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, Final

import typst

from shared.memory import give_back

_FORGETS: Final = 5
"""Typst keeps what it worked out until ten documents later, and those of a year's register are 30 MB each: a process that makes packs held
400 MB. So each document is followed by some that say nothing, of 5 ms each: 161 MB after 40 packs."""
_NOTHING: Final = b""
_NO_FILES: Final[Mapping[str, bytes]] = {}


class NotTypeset(Exception):
    """A document could not be laid out. It says nothing of it, and neither does its cause: typst quotes the text that it stumbled over."""


def pdf(template: bytes, name: str, said: Any, on: date, files: Mapping[str, bytes] = _NO_FILES) -> bytes:
    """What the template makes of `said`, which it finds as JSON in the input `name`; `on`: the day that the PDF bears; `files`: what the
    template reads beside that, by their names. Raises NotTypeset."""
    try:
        printed: bytes = typst.compile(  # type: ignore[call-overload]  # several files, of which its types do not know
            {"main": template, **files},
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={name: json.dumps(said, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=datetime.combine(on, time(), UTC),
        )
    except typst.TypstError:
        raise NotTypeset from None
    finally:
        _forget()
    return printed


def _forget() -> None:
    for _ in range(_FORGETS):
        typst.compile(_NOTHING, font_paths=_fonts(), ignore_system_fonts=True)
    give_back()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
