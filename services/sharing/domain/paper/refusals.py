"""Why a pack cannot be made. The message is one line that says what is lacking, without a word of what stands there."""


class NoPack(ValueError):
    """The pack cannot be made from this."""


class NotServable(NoPack):
    """Something that belongs to its maker names what may not be served."""


class NotPrinted(NoPack):
    """A volume could not be laid out."""
