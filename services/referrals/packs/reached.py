"""Where the company is reached about a school: what its letters say."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.referrals.settings.letter_templates import Templates
from shared.bus import Bus
from shared.contracts.attendance import AskSchool, SchoolFacts
from shared.contracts.enforcement import Contact
from shared.recent import Recent

_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Reached:
    bus: Bus
    templates: Templates
    _authorities: Recent[str, str] = field(default_factory=lambda: Recent(_SECONDS))

    async def of(self, school: str, today: date) -> Contact:
        """WorldAway while the school's LA cannot be asked: an LA may have letters of its own, with an address of ours of its own."""
        authority = self._authorities.get(school)
        if authority is None:
            authority = (await self.bus.ask(AskSchool(school=school), SchoolFacts)).authority
            self._authorities.keep(school, authority)
        at = self.templates.address(school, authority, today)
        return Contact(address=at.lines, telephone=at.telephone, email=at.email)
