"""What is to be done, by whom and when: next steps of entries, and tasks that somebody gives to an officer."""

from datetime import date
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.referrals.api.access import Key, OfSchool, Worker, case_of, closed, covered, seen
from services.referrals.api.entries_shown import check_texts
from services.referrals.api.words_shown import Words
from services.referrals.cases.closed import may_take
from services.referrals.cases.recording import Recording
from services.referrals.domain import lifecycle
from services.referrals.domain.task import Task, ToDo
from services.referrals.errors import BadPeriod, KeyUsedTwice, NoSuchReferral, NoSuchTask
from services.referrals.officers.taking import taker
from services.referrals.settings.policy import Policies
from services.referrals.store import Store
from shared.answers import also, problems
from shared.auth import Caller
from shared.bus import Bus
from shared.contracts.envelope import Cause
from shared.identity import new_id
from shared.patterns import OFFICER


class TaskBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    what: str = Field(min_length=1, max_length=2000, examples=["ring the school nurse"])
    due: date
    officer: str = Field(pattern=OFFICER, description="Who is to do it.")


class Line(ToDo):
    overdue: bool


class ToDoList(BaseModel):
    tasks: list[Line] = Field(description="The earliest first.")


class DoneBy(BaseModel):
    task: str
    by: str = Field(description="Who said so first.")


def router(bus: Bus, store: Store, recording: Recording, policies: Policies) -> APIRouter:
    routes = APIRouter(tags=["tasks"], responses=problems(404, 409))

    @routes.get("/tasks", summary="Next steps and tasks that are due or will be, the earliest first")
    async def get_tasks(
        caller: Worker,
        school: OfSchool = None,
        officer: Annotated[str | None, Query(pattern=OFFICER, description="Whose they are; an officer's own by default.")] = None,
        until: Annotated[date | None, Query(description="Due on this day or before.")] = None,
        everybody: Annotated[bool, Query(description="Of all officers in your schools.")] = False,
    ) -> ToDoList:
        """Of open cases. A next step is the case's officer's, or whoever recorded it as long as the case is allocated to nobody. What names
        a confidential address is shown to that officer alone."""
        schools = await covered(caller, store)
        if school is not None:
            schools = frozenset({school}) if schools is None else schools & {school}
        whose = officer or (caller.sub if caller.role == "officer" and not everybody else None)
        found = await store.tasks.to_do(schools, whose, until.isoformat() if until else None, without=await closed(caller, store))
        today = store.today()
        shown = await Words(bus, store).each(found, found, caller)
        return ToDoList(tasks=[Line(**dict(one), overdue=one.due < today) for one in shown])

    @routes.post(
        "/cases/{case}/tasks",
        status_code=201,
        responses=also(200, Task, "The same `Idempotency-Key` again: made before"),
        summary="Give somebody a task in a case",
    )
    async def add_task(case: str, body: TaskBody, caller: Worker, response: Response, idempotency_key: Key = None) -> Task:
        """Whose it is is told. 422 for a day that is past."""
        found = await case_of(case, caller, store)
        lifecycle.work(found.state)
        await check_texts(found, {"what": body.what}, caller, store, bus)
        await taker(body.officer, found.school, store, policies)
        await may_take(body.officer, found, store)
        id_ = sha256(f"task\0{case}\0{idempotency_key}".encode()).hexdigest()[:24] if idempotency_key else new_id()
        if body.due < store.today() and not await store.tasks.get(id_):
            raise BadPeriod("`due` is past: a task is due today or later")
        task = Task(id=id_, case=case, by=caller.sub, at=store.now(), **body.model_dump())
        if not await store.tasks.add(task, found, Cause.beginning(new_id())):
            response.status_code = 200
            task = _same(await store.tasks.get(id_), body)
        if task.officer != caller.sub:
            link = f"/v1/cases/{case}"
            await store.notices.tell(task.officer, "task for you", found.school, link, once=f"task {id_}", act_by=task.due)
        return task

    @routes.post("/tasks/{task}/done", summary="A task or a next step is done")
    async def done(task: str, caller: Worker) -> DoneBy:
        """Sent again, it changes nothing."""
        return await _finish(task, caller, store, recording)

    return routes


async def _finish(id_: str, caller: Caller, store: Store, recording: Recording) -> DoneBy:
    """NoSuchTask also for another school's."""
    known = await store.tasks.get(id_)
    entry = None if known else await store.interventions.get(id_)
    about = known or entry
    if about is None:
        raise NoSuchTask
    try:
        case = await seen(about.case, caller, store)
    except NoSuchReferral:
        raise NoSuchTask from None
    if known:
        mark = (await store.tasks.done(id_, caller.sub, Cause.beginning(new_id()))).done
    else:
        mark = (await recording.step_done(case, id_, caller.sub)).step_done
    return DoneBy(task=id_, by=mark.by if mark else caller.sub)


def _same(earlier: Task | None, body: TaskBody) -> Task:
    if earlier is None:
        raise NoSuchTask
    if (earlier.what, earlier.due) != (body.what, body.due):
        raise KeyUsedTwice
    return earlier
