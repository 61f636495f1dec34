"""Rules that propose a referral, each with the figure that it is about."""

from collections.abc import Mapping
from typing import Any

OF_RATE = ("persistent absence", "severe absence", "at risk of persistent absence")
UNAUTHORISED = ("ten sessions unauthorised", "ten days unauthorised")
LATE = {"late before the register closed": "late", "late after the register closed": "late_after_closing"}


def with_figures(one: Mapping[str, Any], figures: Mapping[str, int] | None) -> str:
    """The rules of a proposal, and that somebody raised it by hand."""
    told = [f"{rule}{_figure(rule, figures)}" for rule in one["rules"]]
    return "; ".join([*told, *(f"raised by hand ({role})" for role in one["raised_by"])])


def _figure(rule: str, figures: Mapping[str, int] | None) -> str:
    """Sessions of the year so far. Rules about other things than these sums (patterns, illness) have none."""
    if figures is None:
        return ""
    if rule in OF_RATE:
        return f" {figures['absent']}/{figures['possible']}"
    if rule in UNAUTHORISED:
        return f" ({figures['unauthorised']} unauthorised)"
    return f" (late {figures[LATE[rule]]})" if rule in LATE else ""
