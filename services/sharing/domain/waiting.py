"""Why a pack that was asked for is not on its way yet, in words that say what to do."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from services.sharing.domain.profile import Method

HELD_UP: Final = timedelta(minutes=15)
"""After which a signed pack that nothing keeps back should have gone, and somebody is to look."""


ON_ITS_WAY: Final = "signed, on its way to the bus: the LA cannot have it yet; it goes of itself once the bus takes it"
"""Of a pack that is sent, by the record, and whose parcel the stream has not taken."""


def why(authority: str, has_key: bool, method: Method, lacking: Iterable[str] = (), waited: timedelta = timedelta()) -> str:
    """`authority`: the LA's code. Without the LA's own key a pack can be closed to nobody. `lacking`: what holds it up, if known."""
    if rules := ", ".join(lacking):
        return f"something has come to be lacking since it was signed: {rules}"
    if method == "by hand":
        return "the LA receives by hand: `iewo packs export`, and then `iewo packs handed-over`"
    if not has_key and method == "stream":
        return f"the LA has no key yet: `iewo authority add {authority}`"
    if waited >= HELD_UP:
        return (
            "it should have gone long ago: `iewo packs show` says what is lacking; if nothing is, tell who runs the system to read its log"
        )
    return "it is being made; if it stays so, something has come to be lacking since it was signed: `iewo packs show` says what"
