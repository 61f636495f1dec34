"""How people write a name: in capitals or none, without accents, surname first, with an initial, with a title. What is found asks a person.

Not looked for: a surname alone, which half the streets have, and a title before a surname that child or parent has too.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from shared.words import folded, letters

TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "revd", "rev", "sir", "lady"})
_SHORTEST: Final = 3
"""Letters of a forename that is looked for alone."""
_RUN_TOGETHER: Final = 10
"""Letters of a whole name that is looked for where nothing but letters is left: fewer are within other words."""
_GAP: Final = r"[\W_]{1,4}"
_END: Final = r"(?![^\W_])"
_ALSO_WORDS: Final = re.compile(
    "amber|angel|art|autumn|basil|bay|beau|belle|bill|blessing|bonnie|brook|buddy|carol|chance|charity|chase|christian|clay|cliff|"
    "constance|crystal|daisy|dale|dawn|dean|destiny|drew|earl|ebony|eve|faith|fern|flora|forest|frank|gay|ginger|glen|grant|guy|"
    "harmony|harper|hazel|heath|heather|holly|honey|hope|hunter|iris|ivy|jack|jade|jasmine|jay|jean|jet|jewel|joy|justice|kit|"
    "lance|lily|mason|matt|mercy|merry|miles|misty|nick|olive|page|paris|parker|pat|patience|pearl|peg|penny|piers|pip|poppy|"
    "porter|precious|prince|prudence|rain|ray|rich|river|rob|robin|rock|rose|rosemary|ruby|rusty|sage|sandy|saviour|skip|sky|star|"
    "storm|sue|summer|sunny|tab|tanner|taylor|teal|temple|trinity|van|victor|violet|wade|ward|willow|wren"
)
"""Forenames that are words too: alone they are names where they have a capital."""


class Writings:
    """Of some names (their words as they are spoken, without titles), among others that may stand. `words`: forenames that alone say
    nothing."""

    def __init__(self, names: Collection[tuple[str, ...]], own: Collection[tuple[str, ...]], words: Collection[str] = ()) -> None:
        own_words = {letters(word) for name in own for word in name}
        surnames = {letters(name[-1]) for name in own}
        initials = {(letters(name[0])[:1], letters(name[-1])) for name in own}
        forenames = {letters(name[0]) for name in names} - own_words - set(map(letters, words))
        likely = {name[0] for name in names if letters(name[0]) in forenames and len(letters(name[0])) >= _SHORTEST}
        pairs = {(name[0], name[-1]) for name in names if len(name) > 1}
        forms = {_word(one) for one in likely if not _ALSO_WORDS.fullmatch(letters(one))}
        forms |= {_both(forename, surname) for forename, surname in pairs}
        said = {letters(word) for word in words}  # "Dear Mr Tregear, May we" is no May Tregear
        forms |= {_listed(one, surname) for one, surname in pairs if letters(surname) not in surnames or not _is_word(one, said)}
        forms |= {form for one, surname in pairs if (letters(one)[:1], letters(surname)) not in initials for form in _initial(one, surname)}
        self._pattern = re.compile("|".join(sorted(forms))) if forms else None
        titled = sorted({_word(surname) for _, surname in pairs if letters(surname) not in surnames})
        self._titled = re.compile(_titled(titled)) if titled else None
        capital = sorted(one.capitalize() for one in map(letters, likely) if _ALSO_WORDS.fullmatch(one))
        self._capital = re.compile("|".join(rf"(?<!\w)(?:{one}|{one.upper()})(?!\w)" for one in capital)) if capital else None
        self._telling = {_longest(one) for one in (*likely, *(surname for _, surname in pairs))}
        whole = {letters(" ".join(one)) for one in pairs}
        long = sorted(one for one in whole if len(one) >= _RUN_TOGETHER)
        self._whole = re.compile("|".join(map(re.escape, long))) if long else None

    def are_in(self, text: str) -> bool:
        plain = folded(text)
        if not any(word in plain for word in self._telling):
            return False
        searches = (self._capital, text), (self._pattern, plain), (self._titled, plain)
        return any(pattern is not None and pattern.search(said) is not None for pattern, said in searches)

    def within(self, run: str) -> Iterator[int]:
        """Where whole names begin in a text of which nothing but letters is left."""
        if self._whole:
            yield from (found.start() for found in self._whole.finditer(run))


def apart(name: str) -> list[str]:
    """Its words in the one writing, without what joins them: "O'Neill-Pascoe" has three."""
    return re.findall(r"[^\W_]+", folded(name))


def _longest(word: str) -> str:
    return max(apart(word), key=len)


def _word(name: str) -> str:
    """However what joins its parts is written, or left out: "O'Neill", "O Neill", "ONeill"."""
    first, *rest = apart(name)
    return _begun(first) + "".join(rf"[\W_]{{0,2}}{re.escape(one)}" for one in rest) + _END


def _begun(word: str) -> str:
    """What may not stand before it is looked for behind its first character: by that the pattern skips most of a text."""
    return rf"{word[0]}(?<![^\W_]{word[0]}){word[1:]}"


def _is_word(forename: str, words: Collection[str]) -> bool:
    return letters(forename) in words or _ALSO_WORDS.fullmatch(letters(forename)) is not None


def _both(forename: str, surname: str) -> str:
    """Forename and surname, with an initial between them."""
    return rf"{_word(forename)}(?:{_GAP}[^\W\d_]{_END})?{_GAP}{_word(surname)}"


def _listed(forename: str, surname: str) -> str:
    """The surname first, as in a list."""
    return rf"{_word(surname)}\s?,\s{{0,2}}{_word(forename)}"


def _initial(forename: str, surname: str) -> Iterator[str]:
    """ "R. Winterbourne" and "Winterbourne, R."; but no "Mum's Winterbourne"."""
    initial = apart(forename)[0][0]
    yield rf"{initial}(?<![\w'’]{initial}){_GAP}{_word(surname)}"
    yield rf"{_word(surname)}\s?,\s?{initial}(?:\.|[^\S\n]*(?:\n|$))"


def _titled(surnames: Collection[str]) -> str:
    """A forename or an initial may stand between: "Mrs R Winterbourne". One pattern for all of them: a title is looked at once where it
    stands, and not once for each surname."""
    titles = "|".join(map(_begun, (*sorted(TITLES), "madam", "master")))
    return rf"(?:{titles}){_GAP}(?:[^\W\d_]+{_GAP})?(?:{'|'.join(surnames)})"
