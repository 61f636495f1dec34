"""How an answer of a Local Authority (LA) about notices differs from what was noted before: nobody is to overlook that."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from services.sharing.domain.history import Answered, History, Told
from services.sharing.domain.words import on


def differs(before: History, after: History, answer: Answered, parents: Collection[str], told: Sequence[Told]) -> str | None:
    """In words; None for one that agrees with what was noted, or is the first. `parents`: the ids that the parent has. `told`: the notices
    that the answer names."""
    found = (*_named(before, answer, parents, told), *_became(before, after, parents, told), *_unnamed(before, answer, parents, told))
    return "; ".join(found) or None


def _named(before: History, answer: Answered, parents: Collection[str], told: Sequence[Told]) -> Iterator[str]:
    """Notices that an earlier answer could have named, and did not."""
    theirs = (one for one in before.questions if one.authority == answer.authority and one.parent in parents)
    earlier = max((one.answered_on for one in theirs if one.answered_on), default=date.min)
    for one in told:
        if one.notice.issued_on <= earlier and not before.knows(one.notice, parents):
            yield f"the answer of {on(earlier)} did not name the notice of {on(one.notice.issued_on)}: it counts now"


def _became(before: History, after: History, parents: Collection[str], told: Sequence[Told]) -> Iterator[str]:
    for one in told:
        was, now = before.known(one.notice, parents), after.known(one.notice, parents)
        if was and now and was.state != now.state:
            yield f"the notice of {on(was.issued_on)} was noted as {was.state}: it is {now.state} now"
        elif was and one.notice.state not in (was.state, "issued"):  # issued: the answer does not say what became of it
            yield f"the notice of {on(was.issued_on)} was noted as {was.state}, and stays so: see `iewo notice-history became`"


def _unnamed(before: History, answer: Answered, parents: Collection[str], told: Sequence[Told]) -> Iterator[str]:
    """Notices that it could have named, and does not. Of one that was withdrawn no LA has to tell."""
    named = History(told=tuple(told))
    for notice in (one.notice for one in before.told if one.notice.parent in parents and one.notice.authority == answer.authority):
        if notice.issued_on <= answer.on and notice.state != "withdrawn" and not named.knows(notice, parents):
            yield f"it does not name the notice of {on(notice.issued_on)}, which was noted before: it still counts"
