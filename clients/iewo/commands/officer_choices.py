"""The words from which one chooses in `iewo officer`."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is."""

    OFFICER = "officer"
    HEAD = "head of service"
    SUPPORT = "business support"


class Level(StrEnum):
    """Levels of a DBS certificate."""

    BASIC = "basic"
    STANDARD = "standard"
    ENHANCED = "enhanced"
    BARRED = "enhanced with barred lists"


class Subject(StrEnum):
    """What training is in."""

    PROTECTION = "data protection"
    SHARING = "information sharing"
    SAFEGUARDING = "safeguarding"


class Item(StrEnum):
    """What falls due."""

    DBS = "dbs"
    PROTECTION = "data protection"
    SHARING = "information sharing"
    SAFEGUARDING = "safeguarding"


class PutOff(StrEnum):
    """Why a date is put off."""

    APPLIED = "new check applied for"
    NOT_SEEN = "certificate not yet seen"
    BOOKED = "training booked"
    CANCELLED = "training was cancelled by the provider"
