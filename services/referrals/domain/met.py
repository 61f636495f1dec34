"""The rules behind a case, as a pack tells them."""

from services.referrals.domain.referral import Referral
from shared.contracts.referrals import ConcernMet


def met(case: Referral) -> tuple[ConcernMet, ...]:
    return tuple(ConcernMet(rule=one.rule, raised_on=one.since.date()) for one in case.concerns)
