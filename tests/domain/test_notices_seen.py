"""By which command somebody looks at what a notice is about."""

import pytest

from shared.seen_by import seen_by


@pytest.mark.parametrize(
    ("what", "link", "command"),
    [
        ("pack changed since it was sent", "/v1/packs/5f2c", "iewo packs changed 5f2c"),
        ("pack is a draft again", "/v1/packs/5f2c", "iewo packs show 5f2c"),
        ("pack changed since it was sent", "/v1/elsewhere", None),
        ("hand-over asked for", "/v1/hand-overs/9a", "iewo hand-over list"),
        ("case at another school", "/v1/schools/900001/children/7b/cases-elsewhere", "iewo hand-over elsewhere --school 900001 --child 7b"),
        ("task for you", "/v1/cases/9a", "iewo case show 9a"),
    ],
)
def test_a_change_is_looked_at_where_the_marks_before_and_now_stand(what: str, link: str, command: str | None) -> None:
    assert seen_by(what, link) == command
