"""Options in groups: a parameter of a command that is a dataclass stands for the options that are its fields.

@grouped
def amendments(access: SchoolAccess, school: options.School) -> None:
    with access.of_school(school) as attendance:
        access.say(attendance.get(...), "...")
"""

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import wraps
from typing import Any, TypeVar

Result = TypeVar("Result")


def grouped(command: Callable[..., Result], **given: str) -> Callable[..., Result]:
    """A command with the options of its groups, those of its first parameter behind all others. An option that two groups have in common
    is one. `given`: fields of groups that are no options, and their values."""
    own = inspect.signature(command)
    groups: dict[str, Any] = {name: one.annotation for name, one in own.parameters.items() if is_dataclass(one.annotation)}
    options = {name: [one for one in _fields(group) if one.name not in given] for name, group in groups.items()}
    first, *rest = own.parameters.values()
    parameters: list[inspect.Parameter] = []
    for one in (*rest, first):
        parameters += (each for each in options.get(one.name, [one]) if each not in parameters)

    @wraps(command)
    def run(**said: Any) -> Result:
        known = {**said, **given}
        made = {name: group(**{each.name: known[each.name] for each in _fields(group)}) for name, group in groups.items()}
        return command(**made, **{name: value for name, value in said.items() if name in own.parameters})

    run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # what typer reads
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _fields(group: type) -> list[inspect.Parameter]:
    return list(inspect.signature(group).parameters.values())
