"""The sessions on which a measure rests: those of the period with a code that the Local Authority (LA) counts.

What stands in the certificate is what counts, so they are read from the marks that were signed, once there are any.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from services.sharing.domain.material import Notice, NoticeHistory, Wanted
from services.sharing.domain.profile import Profile
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


def relied_on(wanted: Wanted, case: CaseEvidence, register: ChildRegister, history: NoticeHistory, profile: Profile) -> tuple[Session, ...]:
    """Sessions of the period that are unauthorised as the LA counts. Those on which a notice to this parent rests already are left out of
    another notice, where the profile reads the rule so."""
    found = (one for one in with_codes(register, profile.threshold.codes) if wanted.first <= one.day <= wanted.last)
    if wanted.measure == "prosecution" or profile.readings.used_sessions == "count again":
        return tuple(found)
    used = used_sessions(to_parent(wanted, case, history))
    return tuple(one for one in found if (one.day, one.session) not in used)


def used_sessions(notices: Iterable[Notice]) -> frozenset[tuple[date, str]]:
    """On which notices rest. A notice that was withdrawn uses nothing (National Framework, as Manchester 4.3 has it)."""
    return frozenset(session for notice in notices if notice.state != "withdrawn" for session in notice.sessions)


def to_parent(wanted: Wanted, case: CaseEvidence, history: NoticeHistory) -> tuple[Notice, ...]:
    """Notices to this parent for this child: the offence is each parent's own (Education Act 1996 s.444(1), s.576)."""
    parent = ids_of_parent(wanted, case)
    return tuple(one for one in history.known if one.child == wanted.child and one.parent in parent)


def ids_of_parent(wanted: Wanted, case: CaseEvidence) -> frozenset[str]:
    """By which the parent of the request is named: a place on the roll is none, since another may stand there tomorrow."""
    return frozenset({wanted.parent, *((case.parent.parent,) if case.parent else ())})
