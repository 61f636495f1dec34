"""The services over HTTP: every answer that is not a success becomes one line that says what to do."""

import os
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx

from clients.iewo.endpoints import Endpoints
from clients.iewo.failure import Code, Failure, Faulty, Missing, NotNow, Refused, TooLarge, Unreachable

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANSWER_SECONDS = 120.0
"""The largest feed is checked and stored before its receipt is given."""

T = TypeVar("T")


class Service:
    """One service, as a context. Raises Failure; NotNow where the service asks for the same request again."""

    def __init__(self, name: str, url: str, token: str) -> None:
        self.name = name
        self.url = url.rstrip("/")
        if urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).hostname:
            raise Failure(f"{url} is not the address of a service: it begins with http:// or https://", Code.USAGE)
        self._token = token
        self._client = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=5),
            trust_env=urlsplit(self.url).hostname not in LOOPBACK,  # no proxy leads to this machine itself
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def get(self, path: str, /, **query: str) -> Any:
        return _content(self._send("GET", path, params=query))

    def download(self, path: str, accept: str = "application/json") -> bytes:
        """The answer as it is."""
        return self._send("GET", path, headers={"Accept": accept}).content

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return _content(self._send("PUT", path, json=body))

    def put_file(self, path: str, content: bytes) -> Any:
        """Sends a small file as it is."""
        return self._send_file("PUT", path, content=content)

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return _content(self._send("PATCH", path, json=body))

    def post(self, path: str, body: dict[str, Any], *, key: str | None = None) -> Any:
        """`key`: sent again under it, it is the same thing."""
        return _content(self._send("POST", path, json=body, headers={"Idempotency-Key": key} if key else None))

    def print_(self, path: str, body: dict[str, Any]) -> bytes:
        """What the service makes of it, as it is: a PDF."""
        return self._send("POST", path, json=body).content

    def delete(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return _content(self._send("DELETE", path, **({} if body is None else {"json": body})))

    def upload(self, path: str, size: int, content: Iterable[bytes], **query: str) -> Any:
        """Sends so many bytes of a file. The size is announced, so that what is too large is refused before it is sent."""
        headers = {"Content-Type": "text/csv", "Content-Length": str(size)}
        return self._send_file("POST", path, params=query, headers=headers, content=content)

    def _send_file(self, method: str, path: str, **request: Any) -> Any:
        try:
            return _content(self._send(method, path, **request))
        except Refused as error:
            error.code = Code.ROWS_REFUSED
            raise

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **request)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise Unreachable(f"nothing answers at {self.url} ({self.name}): is it running?") from None
        except httpx.TimeoutException:
            raise Unreachable(f"{self.name} at {self.url} took too long to answer: look at its log, then try again") from None
        except httpx.TransportError:
            raise Unreachable(f"the connection to {self.name} at {self.url} broke off: try again") from None
        if answer.is_success:
            return answer
        raise self._failure(answer)

    def _failure(self, answer: httpx.Response) -> Failure:
        detail, status = _detail(answer), answer.status_code
        if status == 401:
            return Failure(f"{detail or 'not signed in'} (give a token by IEWO_TOKEN or --token)", Code.NOT_ALLOWED)
        if status in (403, 429):
            return Failure(f"not allowed: {detail}{self._of_the_shell(detail)}", Code.NOT_ALLOWED)
        if status == 503:
            return NotNow(f"{self.name}: {detail or 'not ready'}", _seconds(answer))
        if status in (413, 422):
            return (TooLarge if status == 413 else Refused)(detail or f"{self.name} does not take it ({status})")
        if detail and status < 500:
            return (Missing if status == 404 else Failure)(detail)
        return (Faulty if status >= 500 else Failure)(f"{self.name} answered {status}{': ' + detail if detail else ''}: look at its log")

    def _of_the_shell(self, detail: str) -> str:
        """What to do about a role that is not the one wanted, where it came unseen: by a token that the shell holds."""
        held = os.environ.get("IEWO_TOKEN")
        return "; unset IEWO_TOKEN or pass --token" if held and held == self._token and detail.startswith("this is for: ") else ""


def service(name: str, endpoints: Endpoints, url: str | None, token: str | None, *, whose: str = "operator") -> Service:
    """A service by the user's own address and token, where given, else those of the endpoints."""
    return Service(name, url or endpoints.address(name), token or endpoints.token(whose))


def wait_for(ask: Callable[[], T], settled: Callable[[T], bool], seconds: float, otherwise: str) -> T:
    """Asks until the answer is settled, ever less often. A service that is away meanwhile may come back."""
    deadline, pause = time.monotonic() + seconds, 0.1
    while True:
        away: Failure | None = None
        try:
            answer = ask()
            if settled(answer):
                return answer
        except (NotNow, Unreachable) as error:
            away = error
        if time.monotonic() + pause > deadline:
            raise away or Failure(otherwise)
        time.sleep(pause)
        pause = min(1.0, pause * 1.3)


def persist(send: Callable[[], T], seconds: float) -> T:
    """Sends again, as long as the service says that it cannot just now. Only for what may be sent twice."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return send()
        except NotNow as error:
            if time.monotonic() + error.seconds > deadline:
                raise
            time.sleep(error.seconds)


def _content(answer: httpx.Response) -> Any:
    if answer.status_code == httpx.codes.NO_CONTENT:
        return None
    try:
        return answer.json()
    except ValueError:
        raise Failure(f"{answer.url} did not answer in JSON: is it the right address?") from None


def _detail(answer: httpx.Response) -> str:
    """The service's own sentence, or the fields that it did not take, never their values."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return ""
    if isinstance(detail, list):
        return "; ".join(f"{'.'.join(str(part) for part in one.get('loc', ())[1:])}: {one.get('msg')}" for one in detail)
    return str(detail)


def _seconds(answer: httpx.Response) -> float:
    said = answer.headers.get("retry-after", "")
    return min(float(said), 30.0) if said.isdigit() else 2.0
