"""What `attendance` answers about addresses that a school's roll calls confidential, to whoever works with the family."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class AskConfidential(BaseModel):
    """query.attendance.confidential: where the parents of a child live whose address the roll hides.

    The officer of the child's open case has to find them. The bus lets `referrals` alone ask; the answer is stored nowhere.
    """

    model_config = ConfigDict(frozen=True)
    SUBJECT: ClassVar[str] = "query.attendance.confidential"
    school: str
    child: str


class Confidential(BaseModel):
    """By place on the roll (`<child>.1`), as the latest roll that names the child tells it; of a parent without a name nothing."""

    model_config = ConfigDict(frozen=True)
    addresses: dict[str, str]
