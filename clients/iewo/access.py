"""How a command reaches a service and answers: --json, --url, --token and --endpoints, alike for every command that takes an `Access`.

@app.command(epilog="Example: iewo flag lift 9c02... --why 'The order has ended'")
@as_officer
def lift(referrals: Access, flag: Flag, why: Why) -> None:
    referrals.say(referrals.post("/v1/flags/{}/lift", flag, body={"why": why}), f"flag {flag} is lifted")
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

from clients.iewo import endpoints, options

if TYPE_CHECKING:
    from clients.iewo.http import Service

Said = ParamSpec("Said")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Access:
    """What a command was given to call one service by; None where nothing was said of it.

    A path has `{}` for each of the ids behind it, which are put in as segments, whatever a user typed.
    """

    service: str
    whose: str
    """Whose token of a development stack is taken where none is given."""
    as_json: bool
    url: str | None
    token: str | None
    where: Path | None
    """The endpoints file."""

    def open(self) -> "Service":
        """The service, as a context: for a command that asks more than once."""
        from clients.iewo.http import service

        return service(self.service, endpoints.find(self.where), self.url, self.token, whose=self.whose)

    def get(self, path: str, /, *ids: str, **query: str | None) -> Any:
        with self.open() as service:
            return service.get(filled(path, *ids), **{name: value for name, value in query.items() if value})

    def post(self, path: str, *ids: str, body: Mapping[str, Any] | None = None, key: str | None = None) -> Any:
        with self.open() as service:
            return service.post(filled(path, *ids), dict(body or {}), key=key)

    def put(self, path: str, *ids: str, body: Mapping[str, Any]) -> Any:
        with self.open() as service:
            return service.put(filled(path, *ids), dict(body))

    def patch(self, path: str, *ids: str, body: Mapping[str, Any]) -> Any:
        with self.open() as service:
            return service.patch(filled(path, *ids), dict(body))

    def delete(self, path: str, *ids: str, body: Mapping[str, Any] | None = None) -> Any:
        with self.open() as service:
            return service.delete(filled(path, *ids), None if body is None else dict(body))

    def printed(self, found: object) -> bool:
        """Whether JSON was asked for; then it has been printed, and nothing else is to be."""
        if self.as_json:
            from clients.iewo import show

            show.as_json(found)
        return self.as_json

    def say(self, done: object, line: str) -> None:
        """What was done, in a line."""
        from clients.iewo import show

        if not self.printed(done):
            show.line(line)

    def table(
        self, found: object, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()
    ) -> None:
        """What was found, in a table; `rows` are worked out only for one."""
        from clients.iewo import show

        if not self.printed(found):
            show.table(title, columns, rows, right=right)


def filled(path: str, *ids: str) -> str:
    return path.format(*(quote(one, safe="") for one in ids))


_OPTIONS = [
    inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=annotation)
    for name, default, annotation in (
        ("as_json", False, options.AsJson),
        ("url", None, options.Url),
        ("token", None, options.Token),
        ("where", None, options.EndpointsFile),
    )
]


def _options(group: type) -> list[inspect.Parameter]:
    """Those that the fields of a dataclass are."""
    return list(inspect.signature(group).parameters.values())


def calling(service: str, whose: str) -> Callable[[Callable[Concatenate[Access, Said], Result]], Callable[..., Result]]:
    """Of a function whose first parameter is an `Access` makes a command that has the options from which that is made, behind its own.
    A parameter that is a dataclass stands for the options that are its fields."""

    def made(command: Callable[Concatenate[Access, Said], Result]) -> Callable[..., Result]:
        own = inspect.signature(command)
        rest = list(own.parameters.values())[1:]
        groups: dict[str, Any] = {one.name: one.annotation for one in rest if is_dataclass(one.annotation)}

        @wraps(command)
        def run(as_json: bool, url: str | None, token: str | None, where: Path | None, **said: Any) -> Result:
            for name, group in groups.items():
                said[name] = group(**{one.name: said.pop(one.name) for one in _options(group)})
            return command(Access(service, whose, as_json, url, token, where), **said)  # type: ignore[call-arg]

        parameters = [each for one in rest for each in (_options(one.annotation) if one.name in groups else (one,))] + _OPTIONS
        run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # what typer reads
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        return run

    return made


as_officer = calling("referrals", "officer")
as_operator = calling("referrals", "operator")
as_preparer = calling("sharing", "officer")
