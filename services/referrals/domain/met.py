"""The rules behind a case, as a pack tells them."""

from services.referrals.domain.referral import Concern, Referral
from shared.contracts.referrals import ConcernMet


def met(case: Referral) -> tuple[ConcernMet, ...]:
    return tuple(_met(concern, case) for concern in case.concerns)


def _met(concern: Concern, case: Referral) -> ConcernMet:
    """The figures are kept of the day on which the latest concern was taken in, so they stand with that one alone."""
    latest = concern.since == max(one.since for one in case.concerns)
    figures = case.private.figures.model_dump(exclude={"year"}) if latest and case.private.figures else {}
    return ConcernMet(rule=concern.rule, raised_on=concern.since.date(), figures=figures)
