"""By what the impact of casework is measured, read from `impact.toml` when the service starts."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.referrals.domain.impact import LEAST
from services.referrals.settings.dated import FOLDER, BadPractice, versions
from shared.contracts.periods import LONGEST

HOW: Final = (
    "A case counts from its first intervention (of the kind): attendance in the {days} school days before it, the {days} from it on and "
    "the {days} after those. Beside each case stand two like children or more over the same days: of the same school and year group, whose "
    "rates of absence in the {days} school days before the referral and in those before the first intervention lay in the same bands "
    "({bands} per cent and more), and who were not worked with until the last of these days. Every child has {least} possible sessions or "
    "more in each period. The effect is how much more the attendance of a case changed, from before to after, than that of its like "
    "children did: a child referred at its worst gets better anyway. Like children who came to be worked with later are left out, which "
    "tends to make an effect look smaller. What officers know of a child and the register does not is in no comparison. Nothing is shown "
    "of fewer than {shown} cases, and cases come in {shown} at a time, in the order in which they came to count."
)


class ImpactSettings(BaseModel):
    """What the file's comments say of each. `since` names the version."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    since: date = Field(alias="from")
    school_days: int = Field(ge=5, le=LONGEST)
    least_possible: int = Field(ge=1, le=2 * LONGEST)
    rate_bands: Annotated[tuple[float, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.least_possible > 2 * self.school_days:
            raise ValueError("least_possible is more than the sessions of school_days")
        if list(self.rate_bands) != sorted(set(self.rate_bands)) or not 0 <= self.rate_bands[0] <= self.rate_bands[-1] < 100:
            raise ValueError("rate_bands rise from 0 up, under 100")
        return self

    @property
    def version(self) -> str:
        return f"impact {self.since.isoformat()}"


class Measures:
    """Every version, the earliest first; there is one at least."""

    def __init__(self, versions: Sequence[ImpactSettings]) -> None:
        self._versions = tuple(versions)

    def on(self, day: date) -> ImpactSettings:
        """The version in force on a day; the first one also holds for the days before it."""
        return next((one for one in reversed(self._versions) if one.since <= day), self._versions[0])


def load_measures(folder: Path | None = None) -> Measures:
    """Every version of the file of a folder; BadPractice for the first that cannot be used."""
    file = (folder or FOLDER) / "impact.toml"
    try:
        return Measures([ImpactSettings.model_validate(said) for _, said in sorted(versions(file).items())])
    except ValidationError as error:
        fault = error.errors()[0]
        raise BadPractice(f"{file}: {'.'.join(map(str, fault['loc']))}: {fault['msg'].removeprefix('Value error, ')}") from None


def in_words(settings: ImpactSettings) -> str:
    """How the group of like children is made."""
    bands = ", ".join(f"{edge:g}" for edge in settings.rate_bands)
    return HOW.format(days=settings.school_days, bands=bands, least=settings.least_possible, shown=LEAST)
