"""What a Local Authority (LA) says that does not go together with what is known: sessions that the pack's certificate does not show as
unauthorised absence, what came of a pack that it declined, a word about somebody else than the parent of the pack.

What an LA says of a pack is kept as it says it, since it may have learnt more than we know; but a slip of the day is commoner, so it is
shown. What is said of somebody of another name is said of no pack of this parent.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from services.sharing.domain.heard import Said, Says, Sessions, Word, standing
from services.sharing.domain.life import step
from services.sharing.domain.material import Certificate
from services.sharing.domain.paper.name_writings import TITLES
from services.sharing.domain.same_person import same_name
from services.sharing.domain.sessions import shown_as_unauthorised
from shared.words import folded

_CAME_OF_IT: Final[frozenset[Says]] = frozenset({"notice issued", "paid", "unpaid", "in court", "outcome"})
"""Nothing of which comes of a pack that was declined."""
_APOSTROPHE: Final = re.compile("['\u2018\u2019`]")
_WORD: Final = re.compile(r"[^\W_]+")


def doubtful(said: Said, certificate: Certificate | None) -> Sessions:
    """In the order in which the LA named them. Of a pack whose certificate is not known all are."""
    shown = shown_as_unauthorised(certificate.marks) if certificate else frozenset()
    return tuple(session for session in said.sessions if session not in shown)


def declined_before(words: Sequence[Word], said: Said) -> date | None:
    """The day on which the pack was declined, of a word that tells what came of it, unless it was taken on after that."""
    if said.says not in _CAME_OF_IT:
        return None
    answers = [one.said for one in standing(words) if one.said.says in ("declined", "accepted") and one.said.on <= said.on]
    last = max(answers, key=lambda one: (one.on, step(one.says), one.says == "declined"), default=None)
    return last.on if last and last.says == "declined" else None


def came_of_it_all_the_same(words: Sequence[Word], said: Said) -> date | None:
    """Of a word that the pack is declined: the day on which something came of it after that, unless it was taken on in between."""
    if said.says != "declined":
        return None
    return min((one.said.on for one in standing(words) if declined_before(words, one.said) == said.on), default=None)


def to_another(said: Said, parent: str | None) -> bool:
    """Whether it names somebody else than the pack's parent, as far as that name is known."""
    if not (said.to and parent):
        return False
    one, [*forenames, surname] = _words(said.to), _words(parent)
    begun = {word[0] for word in one if word != surname}
    alike = surname in one and bool(begun & {word[0] for word in forenames[:1]})  # an LA writes Mr J Tregear, or TREGEAR J
    return not alike and not same_name(" ".join(one), " ".join((*forenames, surname)))


def _words(name: str) -> list[str]:
    """As they are spoken, without titles; a name of nothing else stays as it is."""
    surname, comma, forenames = name.partition(",")
    words = _WORD.findall(_APOSTROPHE.sub("", folded(f"{forenames} {surname}" if comma else name)))
    return [word for word in words if word not in TITLES] or words
