"""The sessions on which a measure rests: those of the period with a code that the Local Authority (LA) counts.

What stands in the certificate is what counts, so they are read from the marks that were signed, once there are any.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

from services.sharing.domain.demands import Rules
from services.sharing.domain.knowledge import relied_on_after
from services.sharing.domain.material import Notice, NoticeHistory, Wanted
from services.sharing.domain.profile import Profile
from services.sharing.domain.this_parent import ids_of_parent
from shared.contracts.attendance import ChildRegister
from shared.contracts.enforcement import CaseEvidence


class Session(NamedTuple):
    """In the order of time, as tuples compare."""

    day: date
    session: Literal["AM", "PM"]
    code: str


def with_codes(register: ChildRegister, codes: Iterable[str]) -> tuple[Session, ...]:
    wanted = frozenset(codes)
    return tuple(sorted(Session(one.day, one.session, one.code) for one in register.sessions if one.code in wanted and not one.planned))


def shown_as_unauthorised(register: ChildRegister) -> frozenset[tuple[date, str]]:
    """By the register's own key, whatever of it an LA counts: what anybody reads who has the register before them."""
    codes = {one.code for one in register.key if one.statistical_class == "unauthorised absence"}
    return frozenset((one.day, one.session) for one in with_codes(register, codes))


def relied_on(
    wanted: Wanted, case: CaseEvidence, register: ChildRegister, history: NoticeHistory, profile: Profile, today: date
) -> tuple[Session, ...]:
    """Those that count, without what was before the parent knew of the absence, where that is of the offence (knowledge.py)."""
    begin = relied_on_after(wanted, case, profile)
    return tuple(one for one in counting(wanted, case, register, history, profile, today) if begin is None or one.day > begin)


def counting(
    wanted: Wanted, case: CaseEvidence, register: ChildRegister, history: NoticeHistory, profile: Profile, today: date
) -> tuple[Session, ...]:
    """Sessions of the period that are unauthorised as the LA counts. Codes that it wants settled are never relied on: where a person lets
    them pass, the certificate shows them, and the measure rests on the others. Those on which a notice to this parent rests already are
    left out of another notice, where the profile reads the rule so; those that a notice discharges, or still may, out of a prosecution."""
    rules = profile.rules(wanted.measure, wanted.ground)
    found = [one for one in with_codes(register, codes_relied_on(rules, profile)) if wanted.first <= one.day <= wanted.last]
    notices = to_parent(wanted, case, history)
    if wanted.measure == "prosecution":
        days = rules.not_discharged_by_a_notice.days
        used = used_sessions(one for one in notices if discharges(one, days, today))
    elif profile.readings.used_sessions == "count again":
        return tuple(found)
    else:
        used = used_sessions(notices)
    return tuple(one for one in found if (one.day, one.session) not in used)


def discharges(notice: Notice, days: int, today: date) -> bool:
    """Nobody is convicted of what a paid notice was for, nor prosecuted while it can be paid (Education Act 1996 s.444A)."""
    return notice.state == "paid" or (notice.state == "issued" and payable_until(notice, days) >= today)


def payable_until(notice: Notice, days: int) -> date:
    return notice.issued_on + timedelta(days=days)


def asked_for(wanted: Wanted, marks: ChildRegister, profile: Profile, after: date | None) -> tuple[tuple[date, Literal["AM", "PM"]], ...]:
    """On which a pack rests, whatever notices there are: the unauthorised of its period as the profile counts them. `after`: none up to
    that day is relied on (knowledge.py)."""
    codes = codes_relied_on(profile.rules(wanted.measure, wanted.ground), profile)
    begin = max(wanted.first, (after or date.min) + timedelta(days=1))
    return tuple((one.day, one.session) for one in with_codes(marks, codes) if begin <= one.day <= wanted.last)


def codes_relied_on(rules: Rules, profile: Profile) -> frozenset[str]:
    """Those that the LA counts, without those that it wants settled first."""
    return profile.threshold.codes - unsettled(rules)


def unsettled(rules: Rules) -> frozenset[str]:
    """Codes whose reason is still to be found, where the LA asks that there are none."""
    return frozenset(rules.no_unsettled_codes.codes if rules.no_unsettled_codes.required else ())


def used_sessions(notices: Iterable[Notice]) -> frozenset[tuple[date, str]]:
    """On which notices rest. A notice that was withdrawn uses nothing (National Framework, as Manchester 4.3 has it)."""
    return frozenset(session for notice in notices if notice.state != "withdrawn" for session in notice.sessions)


def to_parent(wanted: Wanted, case: CaseEvidence, history: NoticeHistory) -> tuple[Notice, ...]:
    """Notices to this parent for this child: the offence is each parent's own (Education Act 1996 s.444(1), s.576)."""
    parent = ids_of_parent(wanted, case)
    return tuple(one for one in history.known if one.child == wanted.child and one.parent in parent)
