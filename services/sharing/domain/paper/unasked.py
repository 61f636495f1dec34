"""What somebody wrote tells an authority no more of other parents than the authority asks for.

An open address, a telephone, a mailbox or a date of birth of theirs that is on record is taken out of the words of volume A where the
profile's `of_others` does not ask for it: a reason or an agency's name would tell it otherwise. No profile asks for mailboxes. A mere shape
stays: it may be the school's or an agency's own.

Source: UK GDPR Art. 5(1)(c).
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from services.sharing.domain.material import Material
from services.sharing.domain.paper import birth
from services.sharing.domain.paper.confidential import Confidential
from services.sharing.domain.paper.homes import is_address
from services.sharing.domain.paper.people import People
from services.sharing.domain.paper.places import same_place
from services.sharing.domain.paper.telephones import loosely
from services.sharing.domain.profile import Profile
from shared.mentions import search
from shared.pack.parts import LEFT_OUT
from shared.words import letters, plain

_MARK: Final = f"[{LEFT_OUT}]"


class Unasked:
    """Of one pack. What is this parent's or the child's too is told of these."""

    def __init__(self, material: Material, known: People, confidential: Confidential, profile: Profile) -> None:
        asked = profile.of_others.parents
        told = [address for address in (confidential.parent, confidential.child) if address]
        theirs = [one.address for one in known.others if one.address and is_address(one.address)]
        addresses = [one for one in theirs if not any(same_place(one, other) for other in told)]
        self._addresses = None if "address" in asked else search(addresses)
        patterns = [*_mailboxes(known)]
        patterns += [] if "telephones" in asked else _telephones(known)
        patterns += [] if "date of birth" in asked else _births(material, known)
        self._patterns = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def cleared(self, text: str) -> str:
        if self._addresses and self._addresses.are_in(text):
            text = self._addresses.taken_out(plain(text), _MARK)
        return self._patterns.sub(_MARK, plain(text)) if self._patterns and self._patterns.search(plain(text)) else text

    def everywhere(self, node: Any) -> Any:
        """A tree of values with every text in it cleared."""
        if isinstance(node, str):
            return self.cleared(node)
        if isinstance(node, dict):
            return {name: self.everywhere(value) for name, value in node.items()}
        if isinstance(node, (list, tuple)):
            return [self.everywhere(value) for value in node]
        return node


def _mailboxes(known: People) -> Iterator[str]:
    own = letters(known.parent.mailbox or "")
    told = (one.mailbox for one in known.others if one.mailbox and letters(one.mailbox) != own)
    yield from (rf"(?<![\w.+-]){re.escape(mailbox)}(?![\w-])" for mailbox in told)


def _telephones(known: People) -> Iterator[str]:
    own = {letters(number) for number in known.parent.telephones}
    told = (number for one in known.others for number in one.telephones if letters(number) not in own)
    yield from (pattern for number in told if (pattern := loosely(number)))


def _births(material: Material, known: People) -> Iterator[str]:
    own = {material.person.born, known.parent.carer.born if known.parent.carer else None, None}
    if days := birth.written(one.carer.born for one in known.others if one.carer and one.carer.born and one.carer.born not in own):
        yield days
