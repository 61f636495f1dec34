"""How a change of a sent pack can be answered as the pack stands, and why not otherwise."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from services.sharing.domain.life import TO_TAKE_BACK, State, after
from services.sharing.domain.rests import Answer
from services.sharing.domain.still_borne import Borne
from services.sharing.errors import NotPossibleNow
from shared.pack.register import ReliedOn

NOTHING_FOLLOWS: Final[Mapping[State, str]] = {
    "paid": "the notice is paid, so no other edition follows; where the marks no longer bear it out, answer with `withdraw`: the LA is "
    "told, and repays a notice that ought not to have been issued; else with `stands`",
    "outcome": "it is decided, so no other edition follows; ask the LA to have it undone where the marks no longer bear it out, and answer "
    "with `stands`",
}
"""Why what was paid or decided is not superseded, and what can be done. Source: Education Act 1996 s.444A, SI 2007/1867 reg. 8."""
NOTHING_TO_TAKE_BACK: Final = "the pack is {}: there is nothing to take back; a change is answered with `stands`"
NOT_KNOWN: Final = "whether the register still bears the pack is not known just now: a part of the system does not answer. Ask again."
TO_UNDO: Final[tuple[State, ...]] = (*TO_TAKE_BACK, "paid")
"""In which a pack stands only while the register bears it. On any other nobody acts any more: it stands whatever the register says."""


class Offered(NamedTuple):
    """`relied_on`: None where nobody acts on the pack any more, or it is not known just now."""

    possible: tuple[Answer, ...]
    refused: dict[Answer, str]
    relied_on: ReliedOn | None


NOTHING_OPEN: Final = Offered((), {}, None)


def offered(state: State, borne: Borne | None) -> Offered:
    """`borne`: what the register says of it, where that is known."""
    others: dict[Answer, str | None] = {"supersede": _not_superseded(state), "withdraw": _not_withdrawn(state)}
    possible = tuple(answer for answer, why in others.items() if why is None)
    stands = _does_not_stand(borne, possible) if state in TO_UNDO else None
    why_not = others | {"stands": stands}
    return Offered(
        (*possible, *(("stands",) if stands is None else ())),
        {answer: why for answer, why in why_not.items() if why is not None},
        borne.relied_on if borne else None,
    )


def _not_superseded(state: State) -> str | None:
    if state in NOTHING_FOLLOWS:
        return NOTHING_FOLLOWS[state]
    try:
        after("supersede", state)
    except NotPossibleNow as refused:
        return str(refused)
    return None


def _not_withdrawn(state: State) -> str | None:
    return None if state in (*TO_UNDO, "withdrawn") else NOTHING_TO_TAKE_BACK.format(state)


def _does_not_stand(borne: Borne | None, others: tuple[Answer, ...]) -> str | None:
    if borne is None:
        return NOT_KNOWN
    return f"{borne.why_not} Answer with {' or '.join(f'`{one}`' for one in others)}." if borne.why_not else None
