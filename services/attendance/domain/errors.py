"""What the domain refuses outright. The class docstring is the message."""

from shared.errors import Permanent


class FileRefused(Exception):
    """The file is refused: {reason}."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__((type(self).__doc__ or "").format(reason=reason))


class NotJoined(Permanent):
    """The two records cannot be made one child."""


class NoSuchJoin(Permanent):
    """These two records are not joined."""
