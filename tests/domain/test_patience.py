"""A request waits once for a service that is away, and as long as it takes for one that is there."""

import asyncio

from shared.patience import Patience, of_a_request, patience

AWAY, HERE = "attendance", "retention"


def test_a_service_that_answers_nothing_is_waited_for_once() -> None:
    waiting = Patience(5)
    assert waiting.left(AWAY, 100) == 5
    assert waiting.left(AWAY, 103) == 2, "a question asked beside the first waits no longer than it"
    assert waiting.left(AWAY, 105) == 0
    assert waiting.left(HERE, 105) == 5, "another service has its own time"


def test_one_that_answers_has_its_whole_time_again() -> None:
    waiting = Patience(5)
    for asked in (100, 104, 108):
        assert waiting.left(HERE, asked) == 5
        waiting.answered(HERE, asked + 4)


def test_an_answer_that_comes_when_others_were_given_up_brings_nothing_back() -> None:
    waiting = Patience(5)
    waiting.left(AWAY, 100)
    waiting.answered(AWAY, 105)
    assert waiting.left(AWAY, 106) < 0


async def test_whatever_is_asked_within_a_request_waits_as_one_and_nothing_else_does() -> None:
    async def asking() -> Patience:
        return patience(5)

    with of_a_request(5):
        first, *others = patience(5), *await asyncio.gather(asking(), asking())
        assert all(one is first for one in others)
    with of_a_request(5):
        assert patience(5) is not first
    assert patience(5) is not patience(5)
