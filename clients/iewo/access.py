"""How a command reaches a service and answers: --json, --url, --token and --endpoints, alike for every command that takes an `Access`.

@app.command(epilog="Example: iewo flag lift 9c02... --why 'The order has ended'")
@as_officer
def lift(referrals: Access, flag: Flag, why: Why) -> None:
    referrals.say(referrals.post("/v1/flags/{}/lift", flag, body={"why": why}), f"flag {flag} is lifted")
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

from clients.iewo import endpoints, options
from clients.iewo.grouped import grouped

if TYPE_CHECKING:
    from clients.iewo.http import Service

Said = ParamSpec("Said")
Result = TypeVar("Result")
Reached = TypeVar("Reached", bound="Reach")


@dataclass(frozen=True)
class Answer:
    """How a command answers."""

    as_json: options.AsJson = False

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
        self,
        found: object,
        title: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        right: Sequence[str] = (),
        beneath: Sequence[str] = (),
    ) -> None:
        """What was found, in a table; `rows` are worked out only for one."""
        from clients.iewo import show

        if not self.printed(found):
            show.table(title, columns, rows, right=right, beneath=beneath)


@dataclass(frozen=True)
class Reach:
    """What a command was given to call one service by; None where nothing was said of it.

    A path has `{}` for each of the ids behind it, which are put in as segments, whatever a user typed.
    """

    service: str
    whose: str
    """Whose token of a development stack is taken where none is given."""
    url: options.Url = None
    token: options.Token = None
    where: options.EndpointsFile = None

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

    def download(self, path: str, *ids: str) -> bytes:
        """The answer as it is."""
        with self.open() as service:
            return service.download(filled(path, *ids))


@dataclass(frozen=True)
class Access(Answer, Reach):
    """For a command that can also answer in JSON."""


def filled(path: str, *ids: str) -> str:
    return path.format(*(quote(one, safe="") for one in ids))


def calling(service: str, whose: str) -> Callable[[Callable[Concatenate[Reached, Said], Result]], Callable[..., Result]]:
    """Of a function whose first parameter is an `Access`, or a `Reach`, makes a command with the options from which that is made."""
    return partial(grouped, service=service, whose=whose)


as_officer = calling("referrals", "officer")
as_operator = calling("referrals", "operator")
as_preparer = calling("sharing", "officer")
at_attendance = calling("attendance", "operator")
at_retention = calling("retention", "operator")
at_sharing = calling("sharing", "operator")
