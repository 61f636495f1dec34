"""What stands over children, judged as their page was stored: as if all of it had been read."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.attendance.domain.concerns.concern import RuleName
from services.attendance.domain.concerns.stood import Stood
from services.attendance.domain.judging import Bench, Found
from services.attendance.domain.register_page import CHILDREN, Page, slots_held
from services.attendance.domain.stored_page import decode, encode
from tests.support.profiles import NATIONAL

NAMES = [f"child-{number}" for number in range(6)]
RULES: list[RuleName] = ["persistent absence", "severe absence", "ten sessions unauthorised"]
STOOD = st.builds(Stood, st.integers(1, 9), raised=st.booleans(), proposed=st.booleans(), met=st.integers(0, 9))
STATES = st.dictionaries(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(RULES), STOOD, min_size=1))
FOUND = st.dictionaries(st.sampled_from(NAMES), st.frozensets(st.sampled_from(RULES), min_size=1))


def page(state: dict[str, dict[RuleName, Stood]]) -> Page:
    return Page(children=list(NAMES), state={child: dict(sorted(rules.items())) for child, rules in state.items()})


@given(STATES, FOUND, st.frozensets(st.sampled_from(RULES)))
def test_turns_and_bytes_are_those_of_a_page_that_was_never_stored(
    state: dict[str, dict[RuleName, Stood]], found: dict[str, frozenset[RuleName]], proposes: frozenset[RuleName]
) -> None:
    plain, stored, bench = page(state), decode(encode(page(state))), Bench(NATIONAL, proposes)
    for _ in range(2):  # the second time everything is told
        assert bench.turns(stored, Found(found, {}), {}) == bench.turns(plain, Found(found, {}), {})
    assert bench.turns(stored, Found(found, {}), {}) == []
    assert stored == plain
    assert encode(stored) == encode(plain)
    assert encode(decode(encode(stored))) == encode(plain)


@given(st.sets(st.tuples(st.integers(0, 731), st.integers(0, CHILDREN - 1)), max_size=20))
def test_the_slots_that_hold_a_mark(cells: set[tuple[int, int]]) -> None:
    grid = np.zeros((732, CHILDREN), np.uint8)
    for slot, place in cells:
        grid[slot, place] = 1 + (slot + place) % 255
    assert set(np.flatnonzero(slots_held(grid)).tolist()) == {slot for slot, _ in cells}
