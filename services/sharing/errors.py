"""What can go wrong in `sharing`. The class docstring is the message."""

from shared.errors import Permanent, Transient


class NotOnRoll(Transient):
    """The school's roll or register does not say (yet) what the pack needs."""


class PackTooLarge(Permanent):
    """The pack is larger than the bus carries."""


class PackNotMade(Permanent):
    """The pack could not be laid out from what the services answered."""
