"""Words are looked through for what is confidential without keeping others waiting."""

import threading

import pytest

from services.referrals.api.words_shown import BESIDE, looked_through


@pytest.mark.parametrize(("text", "beside"), [("a short word", False), ("x" * BESIDE, False), ("x" * (BESIDE + 1), True)])
async def test_many_words_are_looked_through_beside_the_loop(text: str, beside: bool) -> None:
    assert (await looked_through(threading.get_ident, [text]) != threading.get_ident()) is beside
