"""What `attendance` does when an officer was told how a parent or child is reached: it asks for it and enters it in the roll."""

from services.attendance.store.roll_contacts import RollContacts
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.contracts.referrals import AskContacts, Contacts, ContactsTold


def register_contacts(bus: Bus, rolls: RollContacts) -> None:
    @bus.handles("EVENTS", "attendance-contacts", ContactsTold)
    async def enter(event: ContactsTold) -> None:
        """The answer is what the entry says now, however many events of it are on their way and in whatever order."""
        said = await bus.ask(AskContacts(intervention=event.intervention), Contacts)
        ours = said.contacts if said.child == event.child else ()
        await rolls.hear(event.school, event.child, event.intervention, ours, said.day, Cause.of(event))
