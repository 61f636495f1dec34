"""Many of a kind, a hundred at a time: what each asks of database and bus costs more than what it is about.

Of a hundred that goes wrong each is done alone, so that what is wrong with one is said of that one. So what is done has to do no harm when
it is done again.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from shared.errors import WorldAway
from shared.mongo import AWAY

HUNDRED: Final = 100

Given = TypeVar("Given")
Made = TypeVar("Made")


async def by_the_hundred(some: Sequence[Given], do: Callable[[Sequence[Given]], Awaitable[Sequence[Made]]]) -> list[Made | Exception]:
    """What `do` makes of each, in their order, or what it raises of that one alone. Where database or bus do not answer, nothing is gained
    by asking again for each: that is raised."""
    made: list[Made | Exception] = []
    for begin in range(0, len(some), HUNDRED):
        hundred = some[begin : begin + HUNDRED]
        try:
            made += await do(hundred)
        except (WorldAway, *AWAY):
            raise
        except Exception:
            made += [await _alone(one, do) for one in hundred]
    return made


async def _alone(one: Given, do: Callable[[Sequence[Given]], Awaitable[Sequence[Made]]]) -> Made | Exception:
    try:
        return (await do([one]))[0]
    except (WorldAway, *AWAY):
        raise
    except Exception as error:
        return error
