"""By which command somebody looks at what a notice is about."""

import pytest

from clients.iewo.commands.notices import seen_by


@pytest.mark.parametrize(
    ("what", "link", "command"),
    [
        ("pack changed since it was sent", "/v1/packs/5f2c", "iewo packs changed 5f2c"),
        ("pack is a draft again", "/v1/packs/5f2c", "iewo packs show 5f2c"),
        ("pack changed since it was sent", None, None),
        ("task for you", "/v1/cases/9a", "iewo case show 9a"),
    ],
)
def test_a_change_is_looked_at_where_the_marks_before_and_now_stand(what: str, link: str | None, command: str | None) -> None:
    assert seen_by({"what": what, "link": link}) == command
