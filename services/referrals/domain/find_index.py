"""Who can be found: the children of each school with their UPNs, parents, telephone numbers and postcodes, in memory and nowhere else.

A school is one part, made anew whenever anything of it changes and dropped as a whole, so that nobody who is gone is left in it. A search
looks into the parts of the caller's schools alone. An address that is confidential is in no part, not by its postcode either.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from services.referrals.domain.addresses import digits, postcode
from services.referrals.domain.find_terms import Class, Term, Vocabulary, words

CLASSES: Final[tuple[Class, ...]] = ("name", "telephone", "postcode", "upn")

THE: Final = "the child"
ONE_PERSON, THE_CHILD = 25, 5
"""More for terms that all fit one person, and for a child before a parent."""


class FoundParent(NamedTuple):
    parent: str | None
    """The record, where there is one."""
    name: str
    relationship: str | None
    telephones: tuple[str, ...]
    email: str | None
    address: str | None


class FoundChild(NamedTuple):
    """What a search may show of a child: no confidential address."""

    child: str
    records: tuple[str, ...]
    forename: str | None
    surname: str | None
    year_group: str | None
    left: str | None
    address: str | None
    parents: tuple[FoundParent, ...]
    hidden: tuple[str, ...]
    """Confidential addresses, for visit warnings over them; never shown."""
    upn: str | None = None
    """The unique pupil number: found by it, a child is shown with it."""


class Why(NamedTuple):
    """Which text of whom fits a term."""

    term: Term
    what: str
    of: str
    text: str
    score: int


class Hit(NamedTuple):
    school: str
    child: FoundChild
    why: tuple[Why, ...]
    score: int


class Part:
    """One school's children, by every text by which they are found."""

    def __init__(self, children: Sequence[FoundChild]) -> None:
        self.children = tuple(children)
        self.by_record = {record: place for place, child in enumerate(children) for record in (child.child, *child.records)}
        places: dict[Class, defaultdict[str, list[int]]] = {kind: defaultdict(list) for kind in CLASSES}
        for place, child in enumerate(self.children):
            for kind, text in {(told.kind, told.text) for told in _texts(child)}:
                places[kind][text].append(place)
        # most texts are of one child: a tuple of one takes the least
        self.places: dict[Class, dict[str, tuple[int, ...]]] = {
            kind: {text: tuple(found) for text, found in of_kind.items()} for kind, of_kind in places.items()
        }


class Told(NamedTuple):
    kind: Class
    text: str
    """In the one writing."""
    what: str
    of: str
    shown: str


class Whole:
    """All parts at one time, with the vocabulary that belongs to them. It is replaced and never changed: a search goes on in a thread while
    parts come and go."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self.parts = parts

    @cached_property
    def vocabularies(self) -> Mapping[Class, Vocabulary]:
        """Made by the first search after a change."""
        parts = self.parts.values()
        return {kind: Vocabulary(kind, list(set().union(*(part.places[kind] for part in parts)))) for kind in CLASSES}


class Index:
    """All parts. Built once in a process; a part is replaced at once or not at all."""

    def __init__(self) -> None:
        self._whole = Whole({})
        self._named: dict[str, Part] = {}

    def put(self, school: str, part: Part) -> None:
        self._named[school] = part
        self._whole = Whole({**self._whole.parts, school: part})

    def hide(self, school: str) -> None:
        """Search it no more. What its children are called can still be said."""
        self._whole = Whole({urn: part for urn, part in self._whole.parts.items() if urn != school})

    def drop(self, school: str) -> None:
        self._named.pop(school, None)
        self.hide(school)

    def child(self, school: str, record: str) -> FoundChild | None:
        """Whom a list names. Of a school that is hidden only names are good: the rest may be what it was hidden for."""
        part = self._named.get(school)
        place = part.by_record.get(record) if part else None
        return part.children[place] if part and place is not None else None

    def has(self, school: str, records: Iterable[str]) -> bool:
        """Whether the school's part has any of these children."""
        part = self._named.get(school)
        return part is not None and any(record in part.by_record for record in records)

    @property
    def schools(self) -> frozenset[str]:
        return frozenset(self._whole.parts)

    def search(self, sought: Sequence[Term], schools: Collection[str], most: int) -> list[Hit]:
        """Children who fit every term, by themselves or by a parent, the best first; `most` of them."""
        whole = self._whole
        parts, vocabularies = whole.parts, whole.vocabularies
        fitting = [(term, vocabularies[term.kind].fitting(term.text)) for term in sought]
        if not sought or any(not texts for _, texts in fitting):
            return []
        found = [
            (score, school, place) for school in schools if school in parts for place, score in _scores(parts[school], fitting).items()
        ]
        found.sort(key=lambda one: (-one[0], one[1], one[2]))
        hits = [_hit(school, parts[school].children[place], fitting) for _, school, place in found[: 4 * most]]
        return sorted(hits, key=lambda hit: -hit.score)[:most]


def _scores(part: Part, fitting: Iterable[tuple[Term, Mapping[str, int]]]) -> dict[int, int]:
    """By the place of a child who fits every term, the sum of its best scores."""
    whole: dict[int, int] | None = None
    for term, texts in fitting:
        places = part.places[term.kind]
        best: dict[int, int] = {}
        for text, score in texts.items():
            for place in places.get(text, ()):
                if score > best.get(place, 0):
                    best[place] = score
        whole = best if whole is None else {place: whole[place] + score for place, score in best.items() if place in whole}
    return whole or {}


def _hit(school: str, child: FoundChild, fitting: Iterable[tuple[Term, Mapping[str, int]]]) -> Hit:
    """With what fits each term best; all of one person is better than here and there."""
    told = _texts(child)
    why = []
    for term, texts in fitting:
        fits = [one for one in told if one.kind == term.kind and one.text in texts]
        best = max(fits, key=lambda one: texts[one.text])
        why.append(Why(term, best.what, best.of, best.shown, texts[best.text]))
    persons = {one.of for one in why}
    score = sum(one.score for one in why) + ONE_PERSON * (len(persons) == 1) + THE_CHILD * (THE in persons)
    return Hit(school, child, tuple(why), score)


def _texts(child: FoundChild) -> list[Told]:
    """Every text by which the child is found, and whose it is."""
    told = [Told("name", word, "forename", THE, child.forename or "") for word in words(child.forename or "")]
    told += [Told("name", word, "surname", THE, child.surname or "") for word in words(child.surname or "")]
    told += _postcode(child.address, THE)
    told += [Told("upn", child.upn.upper(), "UPN", THE, child.upn)] if child.upn else []
    for parent in child.parents:
        of = f"{parent.name} ({parent.relationship or 'parent or carer'})"
        told += [Told("name", word, "name", of, parent.name) for word in words(parent.name)]
        told += [Told("telephone", dialled, "telephone", of, number) for number in parent.telephones if (dialled := digits(number))]
        told += _postcode(parent.address, of)
    return told


def _postcode(address: str | None, of: str) -> list[Told]:
    code = postcode(address) if address else None
    return [Told("postcode", code, "postcode", of, f"{code[:-3]} {code[-3:]}")] if code else []
