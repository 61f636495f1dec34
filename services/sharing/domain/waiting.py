"""Why a pack that was asked for is not on its way yet, in words that say what to do."""


def why(authority: str, has_key: bool) -> str:
    """`authority`: the LA's code. Without the LA's own key a pack can be closed to nobody."""
    if not has_key:
        return f"the LA has no key yet: `iewo authority add {authority}`"
    return "it is being made; if it stays so, something has come to be lacking since it was signed: `iewo packs show` says what"
