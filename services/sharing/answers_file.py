"""A file of what Local Authorities (LAs) answer about notices, taken in row by row: a hundred rows ask what one would."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from services.sharing.acting import why_not
from services.sharing.by_the_hundred import by_the_hundred
from services.sharing.domain.answers_table import Read, Refused
from services.sharing.domain.history_file import Known, Row, read
from services.sharing.errors import NoSuchPack, NotPossibleNow, Unfit
from services.sharing.history_answers import About, Answer, Given, HistoryAnswers, Noted
from services.sharing.named import May, Named
from services.sharing.store.preparing import Held

NONE: Final = "names no pack of your schools: compare it with `iewo packs list`"
BOTH: Final = "another row says otherwise of the same parent: say once whether there are notices, and what became of each"
HOW: Final = "how the LA answered: an e-mail of which day, a letter"


class Meant(NamedTuple):
    """A row, and what it gives."""

    row: Row
    given: Given

    @property
    def whose(self) -> "Whose":
        about = self.given.about
        return about.children[-1], about.person, self.given.answer.authority


Whose = tuple[str, str, str]
"""Child, parent, and the LA that answers."""


class Heard(NamedTuple):
    """A row that was taken in."""

    line: int
    pack: str
    noted: Noted


class Receipt(NamedTuple):
    heard: tuple[Heard, ...]
    refused: tuple[Refused, ...]
    unread: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """`on`, `source`, `authority`: of rows that do not say them."""

    answers: HistoryAnswers
    may: May
    on: date
    source: str | None
    authority: str | None

    async def take_in(self, content: bytes) -> Receipt:
        """Unfit for what is no such file."""
        file = read(content)
        meant = await self._meant(file)
        contradicted = _contradicted(meant)
        for one in meant:
            if one.whose in contradicted:
                _refuse(file, one.row, "answer", BOTH)
        agreed = [one for one in meant if one.whose not in contradicted]
        heard = list[Heard]()
        for one, came in zip(agreed, await by_the_hundred([one.given for one in agreed], self.answers.answered_each), strict=True):
            if isinstance(came, Noted):
                heard.append(Heard(one.row.line, one.given.about.pack, came))
            else:
                _refuse(file, one.row, *_lacking(one, came))
        return Receipt(tuple(heard), tuple(sorted(file.refused, key=lambda one: one.line)), tuple(file.unread))

    async def _meant(self, file: Read[Row]) -> list[Meant]:
        """The rows that name a pack of the caller's, and say how the LA answered."""
        packs = Named(self.answers.preparation.store, self.may, unsent=True)
        names = list(dict.fromkeys(row.pack for row in file.rows))

        async def found(some: Sequence[str]) -> list[About | Unfit | NoSuchPack]:
            held = await packs.each(some)
            known = iter(await self.answers.about_each([one for one in held if isinstance(one, Held)]))
            return [(next(known) or NoSuchPack()) if isinstance(one, Held) else one for one in held]

        about = dict(zip(names, await by_the_hundred(names, found), strict=True))
        meant = list[Meant]()
        for row in file.rows:
            whose, how = about[row.pack], row.source or self.source
            if isinstance(whose, Exception):
                _refuse(file, row, "pack", NONE if isinstance(whose, NoSuchPack) else why_not(whose))
            elif not how:
                _refuse(file, row, "source", HOW)
            else:
                answer = Answer(row.notices, row.on or self.on, how, row.la or self.authority or whose.authority)
                meant.append(Meant(row, Given(whose, answer)))
        return meant


def _refuse(file: Read[Row], row: Row, field: str, reason: str) -> None:
    file.refused.append(file.refusal(row.line, field, reason))


def _lacking(one: Meant, why: Exception) -> tuple[str, str]:
    """The column to look at, and the reason."""
    if isinstance(why, Unfit):
        return "on", str(why)
    return "la" if one.row.la and isinstance(why, NotPossibleNow) else "pack", why_not(why, one.given.about.pack)


def _contradicted(meant: Sequence[Meant]) -> frozenset[Whose]:
    """Of whom one row says that no notice is known, and another names one, or two say otherwise what became of a notice."""
    said: dict[Whose, set[Known | None]] = {}
    for one in meant:
        said.setdefault(one.whose, set()).update(one.given.answer.notices or (None,))
    return frozenset(whose for whose, known in said.items() if not _agree(known))


def _agree(known: Set[Known | None]) -> bool:
    """None stands for an answer without a notice."""
    notices = [one for one in known if one]
    return not notices if None in known else len({one.issued_on for one in notices}) == len(notices)
