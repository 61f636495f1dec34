"""What can go wrong in `sharing`. The class docstring is the message."""

from shared.errors import NotFound, NotNow, Permanent, Transient


class NotOnRoll(Transient):
    """The school's roll or register does not say (yet) what the pack needs."""


class PackTooLarge(Permanent):
    """The pack is larger than the bus carries."""


class PackNotMade(Permanent):
    """The pack could not be laid out from what the services answered."""


class NoSuchPack(NotFound):
    """There is no such pack of a school of yours."""


class NotOfThisAuthority(NotFound):
    """There is no such pack of this Local Authority."""


class NotPossibleNow(NotNow):
    """It cannot be done as the pack stands."""


class HeldUp(NotNow):
    """Something is lacking."""


class LookAgain(NotNow):
    """It is another now than what was looked at: look again."""


class NotYours(NotNow):
    """Somebody else has to do it."""


class Unfit(Permanent):
    """It does not fit."""


class WrongDay(Unfit):
    """It does not fit."""


class AnotherName(Unfit):
    """It is about somebody of another name."""


class NoSuchFile(NotFound):
    """The pack has no file of this name, but these."""
