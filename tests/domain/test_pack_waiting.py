"""Why a pack waits, in words that change when it has waited too long."""

from services.sharing.domain.waiting import HELD_UP, why


def test_a_pack_is_not_being_made_for_ever() -> None:
    assert why("893", True, "stream").startswith("it is being made")
    assert why("893", True, "stream", (), HELD_UP).startswith("it should have gone long ago")
