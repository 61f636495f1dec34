"""What can go wrong when provisioning. The message is one line that says what to do."""


class ProvisioningError(Exception):
    """The bus or the store could not be brought into agreement with the tables."""
