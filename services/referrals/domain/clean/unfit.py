"""What a file that is not taken is answered with."""


class Unfit(Exception):
    """A file cannot be taken. The message is a sentence for who sent it, and quotes nothing of the file."""
