"""Why no measure is asked for against a parent of the child. Source: forms of Local Authorities ask for each parent, and "not known" is
refused."""

from collections.abc import Collection
from datetime import datetime

from services.referrals.domain.referral import LeftOut, Referral
from services.referrals.errors import NotPossible


def left_out(case: Referral, parent: str, records: Collection[str], by: str, at: datetime, why: str) -> Referral:
    """`parent`: the record; `records`: all of the same person. Said again it changes nothing. NotPossible where a request stands."""
    if any(one.parent in records for one in case.private.requests):
        raise NotPossible("a request against this parent stands: give its pack up first")
    before = case.private.left_out.get(parent)
    if before and before.why == why:
        return case
    said = {**case.private.left_out, parent: LeftOut(by=by, at=at, why=why)}
    return case.with_private(left_out=said).noted("leave a parent out", by, at, why=why, whom=parent)


def brought_in(case: Referral, parent: str, by: str, at: datetime, why: str) -> Referral:
    """A measure may be asked for after all."""
    if parent not in case.private.left_out:
        return case
    said = {record: one for record, one in case.private.left_out.items() if record != parent}
    return case.with_private(left_out=said).noted("bring a parent in", by, at, why=why, whom=parent)
