"""The paragraphs of a statement that produce its exhibits: each exhibit is produced by one, and none produces what is no exhibit.

Source: Criminal Justice Act 1967 s.9(7): what is "referred to as an exhibit and identified in a written statement" is treated as if its
maker had produced it in court; Criminal Procedure Rules 2020 r.16.3. A maker's words stay free: looked for is the mark ("TO/1") alone.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from services.sharing.domain.marks import standing_alone
from services.sharing.domain.material import Exhibit, ExhibitText, Statement
from services.sharing.domain.paper.exhibits import mark_of, pages_of
from services.sharing.domain.words import listed, on
from shared.contracts.enforcement import CaseEvidence


def initials(name: str) -> str:
    """Of a name as it is printed: `T. Okafor` is TO."""
    return "".join(word[0] for word in re.findall(r"[^\W\d_]+", name)).upper() or "X"


def producing(
    paragraphs: Sequence[str], before: Iterable[Exhibit], exhibits: Sequence[Exhibit], case: CaseEvidence, texts: Iterable[ExhibitText]
) -> tuple[str, ...]:
    """The paragraphs, with one at the end for each exhibit whose mark stands in none. Those that were drafted so for what is an exhibit no
    more, or has another number now (`before`), go; what a maker has put in own words stays as it is."""
    gone = [_drafted(one) for one in before if one not in exhibits]
    kept = [text for text in paragraphs if not any(drafted.fullmatch(text) for drafted in gone)]
    days, read = {one.document: (one.kind, one.day) for one in case.documents}, tuple(texts)
    named = {mark for text in kept for mark in _marks(text, {one.initials for one in exhibits})}
    added = (_paragraph(one, days.get(one.document), pages_of(one, read)) for one in exhibits if mark_of(one) not in named)
    return (*kept, *added)


def unproduced(statement: Statement) -> tuple[str, ...]:
    """What is wrong, each a part of a sentence: exhibits that no paragraph produces, paragraphs that name a mark that no exhibit has."""
    of = {initials(statement.name), *(one.initials for one in statement.exhibits)}
    exhibits = tuple(mark_of(one) for one in statement.exhibits)
    named = {number: _marks(text, of) for number, text in enumerate(statement.paragraphs, 1)}
    lacking = tuple(mark for mark in exhibits if not any(mark in marks for marks in named.values()))
    strays = tuple(
        f"paragraph {number} names {mark}, which is no exhibit" for number, marks in named.items() for mark in marks if mark not in exhibits
    )
    return (*((f"no paragraph produces {listed(lacking)}",) if lacking else ()), *strays)


def _marks(text: str, initials: Iterable[str]) -> tuple[str, ...]:
    """Those with such initials, as they are printed: `TO / 1` is TO/1."""
    letters = "|".join(map(re.escape, sorted(initials)))
    found = standing_alone(rf"({letters})\s?/\s?(\d+)").finditer(text) if letters else ()
    return tuple(dict.fromkeys(f"{one[1]}/{int(one[2])}" for one in found))


def _paragraph(exhibit: Exhibit, known: tuple[str, date] | None, pages: int | None) -> str:
    kind, dated = (known[0], f"dated {on(known[1])}") if known else ("document", None)
    length = f"{pages} page{'' if pages == 1 else 's'}" if pages else None
    return f"{_begin(exhibit)}{', '.join(filter(None, (kind, dated, length)))})."


def _begin(exhibit: Exhibit) -> str:
    return f"I produce, marked {mark_of(exhibit)}, this document: {exhibit.title} ("


def _drafted(exhibit: Exhibit) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(_begin(exhibit))}[^()]*\)\.")
