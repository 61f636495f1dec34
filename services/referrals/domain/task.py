"""What is to be done in a case by a day: a next step that an entry names, or a task that somebody gives to an officer."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.referrals.domain.intervention import Mark


class Task(BaseModel):
    """A task. All of it is private but the day and whose it is."""

    model_config = ConfigDict(frozen=True)

    id: str
    case: str
    officer: str
    """Who is to do it."""
    what: str
    due: date
    by: str
    at: datetime
    done: Mark | None = None


class ToDo(BaseModel):
    """A line of an officer's list."""

    model_config = ConfigDict(frozen=True)

    id: str
    of: Literal["next step", "task"]
    case: str
    school: str
    child: str
    officer: str
    """Whose it is: a next step is the case's officer's, and whoever recorded it as long as the case is nobody's."""
    what: str
    due: date
    by: str


def done(task: Task, by: str, at: datetime) -> Task:
    """Done again, it changes nothing."""
    return task if task.done else task.model_copy(update={"done": Mark(by=by, at=at)})
