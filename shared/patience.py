"""How long a request waits for services that do not answer: for each of them once, however many questions it has for it.

What answers a request asks several questions, here and there and of several children, and knows nothing of those asked before. A service
that answers none of them for as long as one question may take is away for the rest of the request: what is asked of it then fails at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Patience:
    """One request's, with each service that it asks. Times are of any one steady clock, in seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: dict[str, float] = {}
        """Of services that were asked and have not answered since."""

    def left(self, service: str, now: float) -> float:
        """Seconds that a question asked now may wait; none or less where the service has used them up."""
        return self._until.setdefault(service, now + self._seconds) - now

    def answered(self, service: str, now: float) -> None:
        """It is there: the next question may wait as long as the first, unless others have been given up meanwhile."""
        if self._until.get(service, 0.0) > now:
            del self._until[service]


_OF_REQUEST: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def of_a_request(seconds: float) -> Iterator[None]:
    """Whatever is asked within, in tasks begun there too, waits as one."""
    token = _OF_REQUEST.set(Patience(seconds))
    try:
        yield
    finally:
        _OF_REQUEST.reset(token)


def patience(seconds: float) -> Patience:
    """That of the request for which this is done; outside of requests, as in chores, each question has its own."""
    return _OF_REQUEST.get() or Patience(seconds)
