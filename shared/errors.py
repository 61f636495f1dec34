"""What can go wrong when a message is handled, by what is to be done about it. The class docstring is the message.

Messages never carry personal data: they end in dead letters, logs and answers.
"""


class Trouble(Exception):
    """Something went wrong."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(f"{(type(self).__doc__ or '').splitlines()[0].rstrip('.')}{': ' + detail if detail else ''}")


class Permanent(Trouble):
    """No further try can succeed."""


class NotFound(Permanent):
    """There is no such thing, or none that the caller may know of."""


class NotNow(Permanent):
    """It is not possible as things stand."""


class Transient(Trouble):
    """A later try may succeed."""


class NotKnownThere(Transient):
    """Another service knows no such thing, or not yet."""


class WorldAway(Trouble):
    """What this depends upon does not answer."""


class Disposed(Trouble):
    """It belongs to what has been disposed of."""


class Conflict(Trouble):
    """Somebody else wrote the document in between."""


class StreamFull(Transient):
    """The stream takes nothing more for now."""
