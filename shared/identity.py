"""Random ids. An id says nothing of what it names, so it cannot be reversed and survives a corrected UPN."""

import secrets


def new_id() -> str:
    """96 random bits as 24 hexadecimal digits."""
    return secrets.token_hex(12)
