"""What can go wrong in retention. The class docstring is the message."""

from shared.errors import Permanent


class SweepTooFar(Permanent):
    """No key is minted for records to stay under so far ahead: name a day within a year of the last disposal date that has one."""


class SweepTooEarly(Permanent):
    """Nothing is disposed of before its date: name today or an earlier day."""
