"""What a pack lacks, over HTTP: before anybody has asked for enforcement, and while it is being prepared."""

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from services.sharing.api.callers import SEES_ALL, Working, known
from services.sharing.domain import readings
from services.sharing.domain.material import Item, LegalClocks, Wanted
from services.sharing.domain.offence import offence as offence_of
from services.sharing.gathering import Gathered
from services.sharing.preparing import Preparation
from shared.academic_year import first_day, of, of_session
from shared.answers import problems
from shared.auth import Caller
from shared.contracts.enforcement import CaseEvidence, Ground
from shared.contracts.envelope import Cause
from shared.contracts.referrals import Measure, Offence
from shared.errors import NotKnownThere
from shared.identity import new_id
from shared.leave_period import looked_from

NO_CASE: Final = "there is no such case of a school of yours"
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class _View(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class ReadingShown(_View):
    rule: str = Field(description="What the sources of the rule leave open.")
    reading: str = Field(description="How the LA's profile reads it.")


class Readiness(_View):
    """What the LA's profile and the law ask of a pack, and what of it is there."""

    case: str
    school: str
    authority: str
    profile: str = Field(description="The version of the LA's profile by which it was judged.")
    measure: Measure
    offence: Offence | None = Field(description="Of a prosecution.")
    reason: Ground
    first: date
    last: date
    ready: bool = Field(description="Nothing is lacking that nobody has let pass.")
    items: list[Item]
    clocks: LegalClocks
    readings: list[ReadingShown]


def router(preparation: Preparation) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["packs"])
    _of_a_case(routes, preparation)
    _of_a_pack(routes, preparation)
    return routes


def _of_a_case(routes: APIRouter, preparation: Preparation) -> None:
    gathering = preparation.gathering

    @routes.get("/cases/{case}/readiness", responses=problems(404), summary="What a pack of this case would lack if it were asked for now")
    async def get_readiness(
        case: str,
        caller: Working,
        measure: Measure,
        reason: Ground,
        parent: Annotated[
            str, Query(min_length=1, max_length=100, description="The parent's record, or the place on the roll, such as `<child>.1`.")
        ],
        offence: Annotated[Offence | None, Query(description="Of a prosecution; by default what the LA's profile says.")] = None,
        first: Annotated[
            Day | None, Query(description="Of the certificate's period; with `last`, by default that of the sessions relied on.")
        ] = None,
        last: Annotated[Day | None, Query(description="Of the certificate's period; the day before today by default.")] = None,
    ) -> Readiness:
        """Asks for nothing and keeps nothing: it is worked out from what the services hold now."""
        begin, end = _period(first, last, gathering.settings.today(), reason)
        try:
            found = await gathering.evidence(case, parent, caller.sub)
        except NotKnownThere:
            raise HTTPException(404, NO_CASE) from None
        may_see(found, caller)
        wanted = Wanted(
            request=None,
            case=case,
            school=found.school,
            child=found.child,
            parent=found.parent.parent if found.parent else parent,
            measure=measure,
            offence=offence,
            ground=reason,
            first=begin,
            last=end,
            requested_by=caller.sub,
            requested_on=gathering.settings.today(),
        )
        gathered = await gathering.gather(wanted, case=found)
        if first is None and last is None and (days := gathered.own_period):
            narrowed = wanted.model_copy(update={"first": days[0], "last": days[1]})
            gathered = await gathering.gather(narrowed, case=found)
        return _shown(gathered)


def _of_a_pack(routes: APIRouter, preparation: Preparation) -> None:
    @routes.get("/packs/{pack}/readiness", responses=problems(404), summary="What a pack lacks now")
    async def get_pack_readiness(pack: str, caller: Working) -> Readiness:
        """With what was let pass, and judged by the marks that were signed, once there are any."""
        await known(preparation, pack, caller)
        return _shown((await preparation.look(pack, Cause.beginning(new_id()))).gathered)


def _shown(found: Gathered) -> Readiness:
    material, wanted = found.material, found.material.wanted
    return Readiness(
        case=wanted.case,
        school=wanted.school,
        authority=material.authority_code,
        profile=found.profile.version,
        measure=wanted.measure,
        offence=offence_of(wanted, found.profile),
        reason=wanted.ground,
        first=wanted.first,
        last=wanted.last,
        ready=not any(item.holds_up for item in material.items),
        items=list(material.items),
        clocks=material.clocks,
        readings=[ReadingShown.model_validate(one) for one in readings.readings(found.profile, wanted)],
    )


def _period(first: date | None, last: date | None, today: date, reason: Ground) -> tuple[date, date]:
    """Where none is said, half a year is looked at for leave, and the academic year for anything else. 422 for days to come, for days of
    which no register is kept, and for a period that ends before it begins."""
    end = last or today - timedelta(days=1)
    begin = first or (looked_from(end, today) if reason == "leave in term time" else first_day(of_session(end)))
    if end > today:
        raise HTTPException(422, "`last` may not be after today: nobody can certify days to come")
    if begin > end:
        raise HTTPException(422, "`first` is after `last`")
    if of_session(begin) < of(today) - 1:
        raise HTTPException(422, "`first` is before last academic year, whose registers are the oldest that are kept")
    return begin, end


def may_see(found: CaseEvidence, caller: Caller) -> None:
    """404 for another school's case, as for one that is not there."""
    if not (caller.role in SEES_ALL or caller.covers(found.school)):
        raise HTTPException(404, NO_CASE)
    if found.parent is None:
        raise HTTPException(404, "neither the roll nor a record names such a parent of this child: `iewo case show` has their ids")
