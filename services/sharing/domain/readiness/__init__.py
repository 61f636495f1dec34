"""What a pack still lacks: each rule of the Local Authority's profile looked at, a file for each rule.

A rule says in plain words how it is met or what is lacking, as the LA reads it too, and apart from that what to do. A rule that does not
arise says nothing.
"""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Final

from services.sharing.domain.demands import Rules, name_of
from services.sharing.domain.material import Item, Material, Override
from services.sharing.domain.profile import Profile
from services.sharing.domain.readiness import (
    address_for_service,
    asked_for_already,
    asked_for_beside,
    certificate_recent,
    certificate_signed,
    chronology_read,
    compulsory_school_age,
    contacts_confirmed,
    contacts_since_the_statement,
    contacts_with_the_parent,
    declaration_made,
    every_parent_accounted_for,
    exhibits_for_this_parent,
    exhibits_hide_particulars,
    exhibits_produced,
    exhibits_searched,
    ground_in_the_register,
    in_time,
    lead_time,
    leave_alone,
    leave_on_record,
    letters_searched,
    marks_as_signed,
    no_missing_marks,
    no_unsettled_codes,
    not_discharged_by_a_notice,
    not_looked_after,
    notice_history_confirmed,
    notice_to_improve,
    notices_within_the_limit,
    offence_taken,
    own_deadline,
    parent_knew,
    parenthood_on_record,
    safeguarding_considered,
    statement_fit_to_be_served,
    statement_signed,
    support_offered,
    threshold_met,
    told_of_a_notice,
    view_of_the_child,
    warning_letter,
)
from services.sharing.domain.readiness.view import Found, View

_FILES: Final[tuple[ModuleType, ...]] = (
    address_for_service,
    asked_for_already,
    asked_for_beside,
    certificate_recent,
    certificate_signed,
    chronology_read,
    compulsory_school_age,
    contacts_confirmed,
    contacts_since_the_statement,
    contacts_with_the_parent,
    declaration_made,
    every_parent_accounted_for,
    exhibits_for_this_parent,
    exhibits_hide_particulars,
    exhibits_produced,
    exhibits_searched,
    ground_in_the_register,
    in_time,
    lead_time,
    leave_alone,
    leave_on_record,
    letters_searched,
    marks_as_signed,
    no_missing_marks,
    no_unsettled_codes,
    not_discharged_by_a_notice,
    not_looked_after,
    notice_history_confirmed,
    notice_to_improve,
    notices_within_the_limit,
    offence_taken,
    own_deadline,
    parent_knew,
    parenthood_on_record,
    safeguarding_considered,
    statement_fit_to_be_served,
    statement_signed,
    support_offered,
    threshold_met,
    told_of_a_notice,
    view_of_the_child,
    warning_letter,
)
LOOKS: Final[Mapping[str, Callable[[View, Any], Found | None]]] = {file.__name__.rpartition(".")[2]: file.look for file in _FILES}
"""By the rule's name as a field of Rules."""


def judge(material: Material, profile: Profile) -> tuple[Item, ...]:
    """Every rule that the profile requires, in its order, with what people have let pass: what is lacking otherwise by now is not."""
    view = View(material, profile)
    let_pass = {one.rule: one for one in sorted(material.overrides, key=lambda one: one.at)}
    judged = (_item(view, field, let_pass.get(name_of(field))) for field in Rules.model_fields)
    return tuple(item for item in judged if item is not None)


def _item(view: View, field: str, override: Override | None) -> Item | None:
    demand = getattr(view.rules, field)
    found = LOOKS[field](view, demand) if demand.required else None
    if found is None:
        return None
    says_so = override is not None and (override.says, override.authority) == (found.says, view.material.authority_code)
    return Item(
        rule=name_of(field),
        says=found.says,
        todo=found.todo,
        each=found.each,
        met=found.met,
        before=demand.before,
        may_be_overridden=demand.override,
        override=override if demand.override and not found.met and says_so else None,
    )
