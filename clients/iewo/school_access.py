"""How whoever may come with a school's key reaches `attendance`: --key-file, or --token, with --url and --endpoints."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clients.iewo import options
from clients.iewo.access import Answer, filled
from clients.iewo.endpoints import Endpoints, find
from clients.iewo.failure import Code, Failure, Missing

if TYPE_CHECKING:
    from clients.iewo.http import Service
    from clients.iewo.school_keys import SchoolKey


@dataclass(frozen=True)
class SchoolReach:
    """What a command was given to call `attendance` by; None where nothing was said of it."""

    key_file: options.KeyFile = None
    url: options.Url = None
    token: options.Token = None
    where: options.EndpointsFile = None

    def of_school(self, school: str | None) -> "Service":
        """`attendance`, as a context: by the user's own token, else the named key, else the key on this machine that stands for the school,
        else a development token.

        `school` is None where it is not said: then the only key on this machine, if it is one and the endpoints have no token either.
        """
        from clients.iewo.http import service

        known = find(self.where)
        if self.token:
            return service("attendance", known, self.url, self.token)
        if self.key_file:
            from clients.iewo.school_keys import read

            key = read(self.key_file)
            return service("attendance", known, self.url or key.url, key.key)
        fits = [key for key in self._kept(known) if school is None or school in key.schools]
        if fits and (school or (len(fits) == 1 and "tokens" not in known.said)):
            return service("attendance", known, fits[-1].url, fits[-1].key)
        return service("attendance", known, self.url, _development_token(known, school) if school else None)

    def of_feed(self, feed: str, school: str | None = None) -> "Service":
        """The same for a feed: where neither token, key nor school is said, by the key on this machine that the feed is known to, else on a
        development stack as the head of service."""
        from clients.iewo.http import service

        if self.token or self.key_file or school:
            return self.of_school(school)
        known = find(self.where)
        for key in self._kept(known):
            with service("attendance", known, key.url, key.key) as attendance:
                try:
                    attendance.get(filled("/v1/feeds/{}", feed))
                except Failure as error:
                    if isinstance(error, Missing) or error.code is Code.NOT_ALLOWED:  # another school's, or a key that has ended
                        continue
                    raise
            return service("attendance", known, key.url, key.key)
        head = _development_token(known, None)
        return service("attendance", known, self.url, head) if head else self.of_school(None)

    def _kept(self, known: Endpoints) -> list["SchoolKey"]:
        from clients.iewo.school_keys import kept

        here = self.url or known.said.get("attendance")
        return [key for key in kept().values() if here in (None, key.url)]


@dataclass(frozen=True)
class SchoolAccess(Answer, SchoolReach):
    """For a command that can also answer in JSON."""


def _development_token(known: Endpoints, school: str | None) -> str | None:
    """On a development stack, a token of the school's own, or the head of service's, is made when none is given."""
    from shared.development import sign_token

    keys = known.token_keys
    if keys is None:
        return None
    if school is None:
        return sign_token(keys, role="head of service", sub="head-of-service")
    return sign_token(keys, role="school", sub=f"school {school}", schools=[school])
