"""What `attendance` does when it has told that records were joined or parted."""

from services.attendance.store.register import Register
from shared.bus import Bus
from shared.contracts.attendance_events import ChildrenJoined, ChildrenParted
from shared.contracts.envelope import Cause
from shared.settings import Settings


def register_joining(bus: Bus, settings: Settings, register: Register) -> None:
    @bus.handles("EVENTS", "attendance-joins", ChildrenJoined, ChildrenParted)
    async def regroup(event: ChildrenJoined | ChildrenParted) -> None:
        """Judge joined records as one child, and parted ones each by its own marks."""
        await register.joined.regroup(event.school, (event.kept, event.joined), settings.today(), Cause.of(event))
