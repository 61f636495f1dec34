"""What was read a moment ago is in memory as long as it is good, and no longer."""

import gc
from pathlib import Path
from weakref import ref

import pytest

from shared import recent
from shared.recent import Recent
from shared.service import parts
from shared.settings import Settings


class Text:
    """Something that a weak reference can be had of."""


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(recent, "time", made)
    return made


def test_what_is_past_its_age_is_let_go_and_what_is_not_stays(clock: Clock) -> None:
    kept: Recent[str, Text] = Recent(60)
    old, young = Text(), Text()
    gone = ref(old)
    kept.keep("old", old)
    clock.now += 30
    kept.keep("young", young)
    del old
    clock.now += 30
    kept.let_go()
    gc.collect()
    assert gone() is not None, "it is good to the end of its age"
    clock.now += 1
    kept.let_go()
    gc.collect()
    assert (gone(), kept.get("young")) == (None, young)


def test_what_is_kept_again_is_as_old_as_that(clock: Clock) -> None:
    kept: Recent[str, int] = Recent(60)
    kept.keep("first", 1)
    kept.keep("second", 2)
    clock.now += 50
    kept.keep("first", 3)
    clock.now += 20
    kept.let_go()
    assert (kept.get("first"), kept.get("second")) == (3, None)


async def test_every_process_lets_go_of_what_nobody_asks_for_again(clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("mongodb://127.0.0.1:1/")
    settings = Settings(nats_credentials=tmp_path / "creds", mongo_url_file=tmp_path / "url", key_folder=tmp_path, jwks="")
    kept: Recent[str, Text] = Recent(60)
    text = Text()
    gone = ref(text)
    kept.keep("text", text)
    del text
    clock.now += 61
    for _, chore in parts("attendance", settings).chores:
        await chore()
    gc.collect()
    assert gone() is None
