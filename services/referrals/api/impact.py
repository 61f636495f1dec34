"""Did it work? Attendance before, during and after intervention, beside that of like children who were not worked with."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, HTTPException, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.referrals.api.access import OfSchool, Worker, covered
from services.referrals.domain import impact as domain
from services.referrals.domain.impact import LEAST
from services.referrals.figures.impact import EVERY_KIND, Followed, Impacts, by_tens
from services.referrals.settings.impact_settings import Measures, in_words
from services.referrals.store import Store
from shared.answers import problems
from shared.auth import Caller
from shared.bus import Bus
from shared.percentages import nearest

By = Literal["kind", "school", "officer"]
TENS: Final = "In whole tens, 0 under ten: in a small school, or between two answers, one could be a child whom somebody knows."


Tenth = Annotated[float, AfterValidator(lambda figure: float(nearest(figure)))]
"""What is printed: by more places one child's figures could be worked out of two answers."""


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Rates(_Answer):
    """Attendance, per cent: sessions of all together, then divided."""

    before: Tenth
    during: Tenth
    after: Tenth


class Spread(_Answer):
    """Of the cases' own effects, percentage points: the range and its quarters."""

    lowest: Tenth
    quarter: Tenth
    middle: Tenth
    three_quarters: Tenth
    highest: Tenth


class ImpactFigures(_Answer):
    cases: int = Field(description="That have like children.")
    like: int = Field(description="Like children, counted for each case that they are like.")
    rates: Rates
    like_rates: Rates
    change: Tenth = Field(description="Of the cases' attendance from before to after, percentage points.")
    like_change: Tenth
    effect: Tenth = Field(description="How much more the cases' changed: the mean, percentage points.")
    low: Tenth = Field(
        description="As far as chance goes the effect lies between this and `high` with 95 % confidence; with zero between them it may be "
        "chance. Like children that cases have in common count once."
    )
    high: Tenth
    spread: Spread


class ImpactRow(BaseModel):
    name: str = Field(description="A kind of intervention, a school's URN or an officer's id.")
    figures: ImpactFigures | None = Field(description=f"Null under {LEAST} cases with like children.")


class ImpactAnswer(BaseModel):
    settings: str = Field(description="The version of the settings by which it was made.")
    how: str = Field(description="How the group of like children was made.")
    first: date | None = Field(alias="from")
    last: date | None = Field(alias="to")
    kind: str | None
    everything: ImpactFigures | None = Field(alias="all", description=f"Null under {LEAST} cases with like children.")
    whole: bool = Field(description="Whether `all` has every case that counts: they come ten at a time.")
    running: int = Field(description=f"Cases whose days after are not over yet: they do not count. {TENS}")
    unknown: int = Field(description=f"Cases of which the register says too little. {TENS}")
    alone: int = Field(description=f"Cases that have fewer than two like children. {TENS}")
    by: By
    rows: list[ImpactRow]


def router(bus: Bus, store: Store, measures: Measures) -> APIRouter:
    routes = APIRouter(tags=["impact"], responses=problems(404))

    @routes.get("/impact", summary="Attendance before, during and after intervention, beside like children's")
    async def get_impact(
        caller: Worker,
        school: OfSchool = None,
        by: Annotated[By, Query(description="`officer` is for the head of service alone.")] = "kind",
        kind: Annotated[str | None, Query(description="Count from the first intervention of this kind alone.")] = None,
        first: Annotated[date | None, Query(alias="from", description="First interventions from this day's month on.")] = None,
        last: Annotated[date | None, Query(alias="to", description="And up to the end of this day's month.")] = None,
    ) -> ImpactAnswer:
        """Says in words how the comparison was made. Nothing is shown of fewer than ten cases."""
        if by == "officer" and caller.role != "head of service":
            raise HTTPException(403, "by officer: this is for: head of service")
        settings = measures.on(store.today())
        found = await Impacts(bus, store, settings).of(await _schools(caller, store, school))
        first, last = first and first.replace(day=1), last and _end_of_month(last)
        some = [one for one in found if (first is None or first <= one.begun.day) and (last is None or one.begun.day <= last)]
        whole = [one for one in some if one.begun.kind == (kind.strip().lower() if kind else EVERY_KIND)]
        rows = _rows(some if by == "kind" and not kind else whole, by)
        shown = _counted(whole, "officer" if by == "officer" else "school")
        return ImpactAnswer(
            settings=settings.version,
            how=in_words(settings),
            **{"from": first, "to": last, "all": _figures(shown)},
            kind=kind,
            whole=len(shown) == sum(one.case is not None and bool(one.case.like) for one in whole),
            running=_tens(one.running for one in whole),
            unknown=_tens(one.case is None and not one.running for one in whole),
            alone=_tens(one.case is not None and not one.case.like for one in whole),
            by=by,
            rows=rows,
        )

    return routes


async def _schools(caller: Caller, store: Store, school: str | None) -> frozenset[str] | None:
    schools = await covered(caller, store)
    if school is None:
        return schools
    if schools is not None and school not in schools:
        raise HTTPException(404, "there is no such school among yours")
    return frozenset({school})


def _tens(some: Iterable[bool]) -> int:
    return sum(some) // LEAST * LEAST


def _rows(followed: Iterable[Followed], by: By) -> list[ImpactRow]:
    groups = defaultdict[str, list[Followed]](list)
    for one in followed:
        if name := _name(one, by):
            groups[name].append(one)
    return [ImpactRow(name=name, figures=_figures(by_tens(some))) for name, some in sorted(groups.items())]


def _name(one: Followed, by: By) -> str | None:
    """None for what belongs to no row: the first intervention of whatever kind is of none."""
    return {"kind": one.begun.kind, "school": one.begun.case.school, "officer": one.begun.officer}[by]


def _counted(followed: Iterable[Followed], by: By) -> list[Followed]:
    """Of each school (or officer) what its own row counts, and of what is left ten at a time: `all` less rows is ten cases or none."""
    groups = defaultdict[str | None, list[Followed]](list)
    for one in followed:
        groups[_name(one, by)].append(one)
    counted = [one for some in groups.values() for one in by_tens(some)]
    ids = {one.begun.case.id for one in counted}
    return [*counted, *by_tens(one for some in groups.values() for one in some if one.begun.case.id not in ids)]


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _figures(followed: Iterable[Followed]) -> ImpactFigures | None:
    found = domain.impact(one.case for one in followed if one.case)
    return ImpactFigures.model_validate(found) if found else None
