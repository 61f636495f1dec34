"""What may not stand in a volume that is served: another person's address, telephone, e-mail or date of birth, a witness's home address,
an address that is confidential.

What the record knows of others is looked for as it is, and beside it whatever has the shape of such a thing: a postcode, a house in a
street, a telephone number, a mailbox, a day that is said to be one of birth. The parent's own address, where it is not confidential, and
the dates of birth of parent and child may stand.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from services.sharing.domain.material import Material
from services.sharing.domain.paper import birth, other_names, run_together
from services.sharing.domain.paper.address_shape import SAID
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.homes import is_address
from services.sharing.domain.paper.people import Known, People, addresses_of
from services.sharing.domain.paper.places import same_place
from services.sharing.domain.paper.telephones import loosely
from shared.mentions import search
from shared.pack.parts import LEFT_OUT, LEFT_OUT_NAME, WITHHELD
from shared.shapes import MAILBOX, TELEPHONE
from shared.words import letters, plain

_SHORTEST: Final = 6
"""Letters of a text: below it nothing is told."""


Places = Callable[[str], Iterator[tuple[int, int]]]
"""Where something stands in a text: from which character up to which."""


CONFIDENTIAL: Final = "a confidential address"
ADDRESS: Final = "another person's address"
NUMBER: Final = "another person's telephone number"
BORN: Final = "another person's date of birth"
NEVER_SERVED: Final = frozenset({CONFIDENTIAL, ADDRESS, NUMBER, BORN})
"""On record of somebody: in a copy that goes as it is nobody lets it pass."""
_MARKS: Final = {CONFIDENTIAL: WITHHELD, other_names.BY_NAME: LEFT_OUT_NAME}


class Finding(NamedTuple):
    what: str
    first: int
    last: int


class Servable:
    """Of one pack. Patterns are made once, and every text goes through them."""

    def __init__(self, material: Material, known: People, confidential: Confidential) -> None:
        others = tuple(_addresses(material, known, confidential))
        self._confidential = confidential.search
        self._own = search((confidential.own,))
        own_birth = birth.written(_own_births(material, known))
        self._own_birth = re.compile(own_birth, re.IGNORECASE) if own_birth else None
        births = frozenset(_births(material, known))
        self._patterns = tuple(_patterns(others, tuple(_telephones(material, known)), births))
        self._names = other_names.OtherNames(material, known)
        own = {letters(telephone) for telephone in known.parent.telephones}
        told = (telephone for one in _everybody(material, known) for telephone in one.telephones)
        theirs = [telephone for telephone in told if letters(telephone) not in own]
        self._recorded = tuple(_recorded(others, theirs, births))
        self._run_together = tuple(_run_together(confidential, others, theirs, births))
        self._own_run = run_together.search((confidential.own,))

    def findings(self, text: str) -> Iterator[Finding]:
        """What may not be served, and where it stands in the plain text."""
        text = plain(text)
        if len(text) < _SHORTEST:
            return
        if self._confidential:
            for first, last in self._confidential.places(text):
                yield Finding(CONFIDENTIAL, first, last)
        for what, places in self._patterns:
            for first, last in places(text):
                if not self._is_own(text[first:last]):
                    yield Finding(what, first, last)
        for first, last in self._names.places(text):
            yield Finding(other_names.BY_NAME, first, last)

    def recorded(self, text: str) -> Iterator[str]:
        """What is on record of others (`NEVER_SERVED`), or is said to be a day of birth, in a document that somebody else laid out: an
        officer's telephone, the school's address on its letters and whatever else has the mere shape of such a thing may stand there."""
        text = plain(text)
        if self._confidential and self._confidential.are_in(text):
            yield CONFIDENTIAL
        found = [what for what, places in self._recorded if self._others(text, places)]
        yield from found
        if BORN not in found and self._others(text, _SAID_BIRTHS):
            yield "a date of birth that is not the family's"

    def recorded_within(self, text: str) -> Iterator[tuple[str, int]]:
        """The same in a text that is run together, and where it begins."""
        for what, pattern in self._run_together:
            for found in pattern.finditer(text):
                if what == CONFIDENTIAL or not (self._own_run and self._own_run.fullmatch(found[0])):
                    yield what, found.start()

    def names_others(self, text: str) -> bool:
        """Whether another child or parent of the record is named, or likely is: for somebody to look at."""
        return self._names.likely.are_in(plain(text))

    def names_others_within(self, text: str) -> Iterator[int]:
        """Where another's whole name begins in a text that is run together."""
        return self._names.likely.within(text)

    def _others(self, text: str, places: Places) -> bool:
        return any(not self._is_own(text[first:last]) for first, last in places(text))

    def _is_own(self, text: str) -> bool:
        own = self._own is not None and self._own.are(text.strip(" ,.;"))
        day = birth.parts(text) if self._own_birth else None
        return own or bool(day and self._own_birth and self._own_birth.fullmatch(day[0]))

    def cleared(self, text: str) -> str:
        """The text with what may not be served taken out, visibly."""
        found = tuple(self.findings(text))
        if not found:
            return text
        text, kept, place = plain(text), list[str](), 0
        for finding in sorted(found, key=lambda one: (one.first, -one.last)):
            if finding.last <= place:
                continue
            mark = _MARKS.get(finding.what, LEFT_OUT)
            kept += [text[place : finding.first], f"[{mark}]"] if finding.first >= place else []
            place = finding.last
        return "".join((*kept, text[place:]))

    def everything(self, node: Any, *, but: frozenset[str]) -> Any:
        """A tree of values with every text in it cleared, except under these names."""
        if isinstance(node, str):
            return self.cleared(node)
        if isinstance(node, dict):
            return {name: value if name in but else self.everything(value, but=but) for name, value in node.items()}
        if isinstance(node, (list, tuple)):
            return [self.everything(value, but=but) for value in node]
        return node


def _patterns(addresses: Iterable[str], telephones: Iterable[str], births: Iterable[date]) -> Iterator[tuple[str, Places]]:
    if known := search(addresses):
        yield "an address", known.places
    yield "an address", _places(SAID)
    numbers = [loosely(number) for number in telephones]
    yield "a telephone number", _places("|".join((*filter(None, numbers), TELEPHONE)))
    yield "an e-mail address", _places(MAILBOX)
    days = birth.written(births)
    yield "a date of birth", _places(f"{days}|{birth.SAID}" if days else birth.SAID, re.IGNORECASE)


def _recorded(addresses: Iterable[str], telephones: Iterable[str], births: Iterable[date]) -> Iterator[tuple[str, Places]]:
    if known := search(addresses):
        yield ADDRESS, known.places
    if numbers := "|".join(filter(None, map(loosely, telephones))):
        yield NUMBER, _places(numbers)
    if days := birth.written(births):
        yield BORN, _places(days, re.IGNORECASE)


def _places(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> Places:
    compiled = re.compile(pattern, flags)
    return lambda text: (found.span() for found in compiled.finditer(text))


_SAID_BIRTHS: Final = _places(birth.SAID, re.IGNORECASE)


def _run_together(
    confidential: Confidential, addresses: Iterable[str], telephones: Iterable[str], births: Iterable[date]
) -> Iterator[tuple[str, re.Pattern[str]]]:
    if known := run_together.search(confidential.addresses):
        yield CONFIDENTIAL, known
    if known := run_together.search(addresses):
        yield ADDRESS, known
    if numbers := "|".join(filter(None, map(loosely, telephones))):
        yield NUMBER, re.compile(numbers)
    if days := run_together.births(births):
        yield BORN, days


def _everybody(material: Material, known: People) -> Iterator[Known]:
    yield from known.others
    for sibling in material.siblings:
        yield from (Known(None, carer, carer.address_confidential) for carer in sibling.carers)


def _addresses(material: Material, known: People, confidential: Confidential) -> Iterator[str]:
    """Of everybody but this parent. Who lives with the parent has the parent's address, however it is written."""
    own = confidential.own
    told = (*addresses_of((material.person, *material.siblings)), *(one.address for one in known.others))
    yield from (address for address in told if address and is_address(address) and not (own and same_place(address, own)))


def _telephones(material: Material, known: People) -> Iterator[str]:
    for one in _everybody(material, known):
        yield from one.telephones
    if material.case.officer and material.case.officer.telephone:
        yield material.case.officer.telephone


def _births(material: Material, known: People) -> Iterator[date]:
    theirs = (one.carer.born for one in _everybody(material, known) if one.carer)
    own = set(_own_births(material, known))
    yield from (born for born in (*theirs, *(sibling.born for sibling in material.siblings)) if born and born not in own)


def _own_births(material: Material, known: People) -> Iterator[date]:
    yield from (born for born in (material.person.born, known.parent.carer.born if known.parent.carer else None) if born)
