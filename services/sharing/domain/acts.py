"""What people do about a pack as a whole: override what is lacking, check, approve, give up and take up again, hand over to the next
edition."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, Literal

from services.sharing.domain import statement
from services.sharing.domain.demands import Rules, name_of
from services.sharing.domain.heard import Sessions
from services.sharing.domain.life import AT_HOME, after, check_possible
from services.sharing.domain.marks import standing_alone
from services.sharing.domain.material import Item, Override
from services.sharing.domain.paper.address_shape import ADDRESS_FOR_SERVICE, names_address
from services.sharing.domain.same_person import same_login, same_name
from services.sharing.domain.standing import check_nothing_lacks
from services.sharing.domain.words import listed
from services.sharing.domain.work import Against, By, HandedOver, Work
from services.sharing.errors import NotPossibleNow, NotYours, Unfit
from shared.contracts.referrals import Offence

_SAME_NAME: Final = (
    "who checked it does not approve it: another person does, under their own name. Who has a name like it gives the name in full"
)

_TAKE_UP: Final = frozenset({"take up", "supersede"})
_RULES: Final = frozenset(map(name_of, Rules.model_fields))


def overridden(work: Work, by: By, rule: str, why: str, items: Iterable[Item], authority: str, revision: int | None = None) -> Work:
    """The reason is printed. It is for what is lacking now, of this Local Authority: what is lacking otherwise later is not let pass by it.

    Unfit for a rule that is not lacking or may not be overridden, whoever asks."""
    item = next((one for one in items if one.rule == rule), None)
    if item is None:
        raise Unfit("no such thing is asked for of this pack: see `iewo packs show`")
    if not item.may_be_overridden:
        raise Unfit("this may not be overridden by anybody")
    if item.met:
        raise Unfit("it is not lacking, so there is nothing to override")
    if rule == ADDRESS_FOR_SERVICE and names_address(why):
        raise Unfit("the reason is printed: it says to whom and when the address was told, and never the address")
    if unnamed := [one for one in item.each if not _names(why, one)]:
        raise Unfit(f"say it of each, by what it is called: the reason does not name {listed(unnamed)}")
    made = Override(rule=rule, by=by.name, at=by.at, why=why, says=item.says, authority=authority)
    if any(one.model_copy(update={"at": made.at}) == made for one in work.overrides):
        return work
    work.looked_at(revision, by)
    others = tuple(one for one in work.overrides if one.rule != rule)
    return work.changed("override", by, rule, overrides=(*others, made))


def let_pass(work: Work, by: By, rule: str, why: str, items: Iterable[Item], authority: str, revision: int) -> Work:
    """As one of many: where the rule does not arise, or is met, there is nothing to let pass, and what was let pass keeps its reason."""
    item = next((one for one in items if one.rule == rule), None)
    if item is None and rule in _RULES:
        return work
    if item and item.may_be_overridden and (item.met or item.override):
        return work
    return overridden(work, by, rule, why, items, authority, revision)


def _names(why: str, mark: str) -> bool:
    return standing_alone(re.escape(mark)).search(why) is not None


def taken_back(work: Work, by: By, rule: str) -> Work:
    """An override that is not there is taken back already."""
    others = tuple(one for one in work.overrides if one.rule != rule)
    return work if others == work.overrides else work.changed("take back an override", by, rule, overrides=others)


def checked(
    work: Work,
    by: By,
    items: Iterable[Item],
    rests_on: Mapping[str, str],
    asks_for: Sessions = (),
    revision: int | None = None,
    *,
    by_another: bool = False,
) -> Work:
    """The same person again changes nothing. HeldUp for what has to be there before. `rests_on`: the fingerprints of what is checked;
    `asks_for`: its sessions, which are this pack's alone from then on. `by_another`: NotYours for who makes the statement."""
    if work.checked and work.checked.person == by.person and work.state != "draft":
        return work
    state = after("check", work.state)
    if work.state == state:
        raise NotPossibleNow("it has been checked by somebody else")
    work.looked_at(revision, by)
    check_nothing_lacks(items, "checking")
    now = work.noted("check", by, state, checked=by, rests_on=dict(rests_on), asks_for=asks_for, overtaken=())
    if by_another and now.checked_by_witness:
        raise NotYours("who makes the statement does not check the pack here: another person does, under their own name")
    return now


def still_true(work: Work, by: By, now: Mapping[str, str]) -> Work:
    """A draft again where something that was checked is another by now, signed or not: nobody has checked or approved what it is."""
    if work.rests_on is None or work.state not in AT_HOME:
        return work
    changed = tuple(kind for kind in now if now[kind] != work.rests_on.get(kind))
    return work.changed("changed since it was checked", by, listed(changed), overtaken=changed) if changed else work


def approved(work: Work, by: By, items: Iterable[Item], revision: int | None = None) -> Work:
    """By another person than the one who checked. The same person again changes nothing."""
    if work.approved and work.approved.person == by.person and work.state != "draft":
        return work
    state = after("approve", work.state)
    if work.state == state:
        raise NotPossibleNow("it has been approved by somebody else")
    if work.checked and same_login(work.checked.person, by.person):
        raise NotYours("who checked it does not approve it: another person does, under their own name")
    if work.checked and same_name(work.checked.name, by.name):
        raise NotYours(_SAME_NAME)
    work.looked_at(revision, by)
    check_nothing_lacks(items, "checking")
    return work.noted("approve", by, state, approved=by)


def cancelled(work: Work, by: By, why: str) -> Work:
    """Given up before it was sent. What had changed in it since it was checked concerns nobody any more."""
    state = after("cancel", work.state)
    return work if work.state == state else work.noted("cancel", by, state, why, overtaken=(), asks_for=())


def taken_up(work: Work, by: By, why: str, act: Literal["take up", "supersede"] = "take up") -> Work:
    """A pack that was given up is a draft again, under its own id and edition: no Local Authority has seen it. Overrides are given, and
    check, approval and certificate signed, anew. A draft stays as it is. `act`: as which it is told."""
    state = after("take up", work.state)
    if work.state == state:
        return work
    anew: dict[str, Any] = {"checked": None, "approved": None, "certificate": None, "rests_on": None, "overrides": ()}
    return work.noted(act, by, state, why, **anew)


def let_pass_before(work: Work) -> tuple[str, ...]:
    """Rules that were let pass when the pack was last taken up, and are not now. A pack's own history keeps no reasons."""
    last = max((place for place, line in enumerate(work.history) if line.act in _TAKE_UP), default=0)
    passed: dict[str | None, None] = {}
    for line in work.history[:last]:
        if line.act == "override":
            passed[line.why] = None
        elif line.act == "take back an override":
            passed.pop(line.why, None)
        elif line.act in _TAKE_UP:
            passed.clear()
    now = {one.rule for one in work.overrides}
    return tuple(rule for rule in passed if rule and rule not in now)


def returned_home(work: Work, by: By, authority: str) -> Work:
    """The school has come to another LA: what was checked, approved and signed was for the one before."""
    return work.overtaken_by("authority", "other authority", by, authority) if work.state in AT_HOME else work


def of_offence(work: Work, by: By, offence: Offence) -> Work:
    """Another offence is another pack for whoever checks, approves and signs it. The same again changes nothing. Unfit for a notice."""
    if work.wanted.measure != "prosecution":
        raise Unfit("a penalty notice is of s.444(1): an offence is chosen for a prosecution alone")
    if work.wanted.offence == offence:
        return work
    return work.changed("offence", by, f"s.{offence}", wanted=work.wanted.model_copy(update={"offence": offence}))


def against(work: Work, by: By, parent: Against) -> Work:
    """Another person, or the same under another name, is somebody whom nobody has checked, approved and signed the pack against."""
    if work.against is None:
        return work.model_copy(update={"against": parent})
    return work if work.against == parent else work.overtaken_by("parent", "other parent", by, against=parent)


def handed_over(work: Work, by: By, how: HandedOver, today: date) -> Work:
    """Given to an LA that receives by hand. The same again changes nothing. Unfit for a day before the signature, or yet to come."""
    if work.handed_over == how:
        return work
    check_possible("send", work.state)
    signed = work.certificate.signed.on if work.certificate else today
    if not signed <= how.on <= today:
        raise Unfit(f"`on` is the day on which it was handed over: not before it was signed ({signed}), and not after today")
    return work.noted("hand over", by, after("send", work.state), f"{how.way} to {how.recipient}", handed_over=how)


def superseding(work: Work, by: By, why: str) -> Work:
    """The work of the next edition: the same wish, the statement without its signature, the overrides to be given anew. Scans belong to the
    pack for which they were brought."""
    made = Work(wanted=work.wanted, statement=statement.copied(work.statement))
    return made.noted("supersede", by, why=why)
