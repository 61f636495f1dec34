"""What the domain refuses outright. The class docstring is the message."""


class FileRefused(Exception):
    """The file is refused: {reason}."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__((type(self).__doc__ or "").format(reason=reason))
