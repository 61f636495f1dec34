"""What a Local Authority (LA) may require of a pack, rule by rule, and how each may be set. Whether it is there: `readiness/`.

The order of the rules is the order in which they are shown. A rule's name in a profile is its field's with blanks: `no missing marks`.
What no profile can let pass: a session for which it is too late, one outside compulsory school age, one on which another pack rests or
that a penalty notice discharges, and what is not signed. So these rules have no `override` to set.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

When = Literal["checking", "signing", "sending"]
Number = Annotated[int, Field(ge=1, le=1000, strict=True)]
Words = Annotated[str, Field(min_length=1, max_length=600)]
Kinds = Annotated[tuple[Words, ...], Field(min_length=1)]
"""Kinds of entries, as the company's officers record them."""


class Strict(BaseModel):
    """A part of a profile: what nobody declared is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Always(Strict):
    """Required whatever a profile says, and never let pass."""

    before: When
    """By when it has to be there."""

    @property
    def required(self) -> bool:
        return True

    @property
    def override(self) -> bool:
        return False


class Payable(Always):
    """For so many days from its issue a notice can be paid."""

    days: Number


class Signed(Strict):
    """An LA may do without it. Where it asks for it, nobody lets it pass."""

    required: bool
    before: When

    @property
    def override(self) -> bool:
        return False


class Demand(Strict):
    """`override`: whether a person may go on without it, for a reason that is printed."""

    required: bool
    before: When
    override: bool


class Codes(Demand):
    codes: Annotated[tuple[Annotated[str, Field(pattern=r"^\S{1,2}$")], ...], Field(min_length=1)]


class Days(Demand):
    """Calendar days."""

    days: Number


class Months(Demand):
    months: Number


class Letters(Demand):
    """A letter that is recorded as one of these kinds, sent at most so many weeks and at least so many days before the request."""

    kinds: Kinds
    weeks: Number
    days: Annotated[int, Field(ge=0, le=365, strict=True)]


class Warned(Demand):
    """A letter that is recorded as one of these kinds, sent in the so many weeks before a leave was over, says what its answer says."""

    kinds: Kinds
    weeks: Number


class Entries(Demand):
    """At least so many entries of these kinds in the last so many weeks."""

    kinds: Kinds
    least: Number
    weeks: Number


class Contacts(Demand):
    """At least so many entries of any kind with the parent."""

    least: Number


class ChildView(Demand):
    """Whether there has to be one, or one that is recorded has to be reviewed."""

    asked_for: Literal["always", "where it is recorded"]


class Improvement(Demand):
    """A Notice to Improve, recorded as one of these kinds, whose period of so many school weeks is over, and which was sent in the last so
    many calendar weeks."""

    kinds: Kinds
    weeks: Number
    within_weeks: Number


class Knowledge(Demand):
    """A letter or an entry of one of these kinds, and at least so many sessions relied on after it."""

    kinds: Kinds
    sessions: Number


class Parents(Demand):
    """`alone_needs_reason`: whether a reason is wanted too where no other parent is on record."""

    alone_needs_reason: Annotated[bool, Field(strict=True)]


class Limit(Demand):
    """At most so many notices in so many years, the one that is asked for included."""

    notices: Number
    years: Number


class Deadline(Demand):
    """How long after something the LA takes a request. Working days are Monday to Friday: bank holidays are not taken out, which gives
    the earlier day."""

    days: Number
    counted_in: Literal["school days", "working days", "calendar days"]
    since: Literal["the parent was told", "the return from leave", "the warning letter", "the last session"]

    @property
    def in_words(self) -> str:
        """15 school days from the day on which the parent was told."""
        told = "the day on which the parent was told" if self.since == "the parent was told" else self.since
        return f"{self.days} {self.counted_in} from {told}"


def name_of(field: str) -> str:
    """A rule's name as profiles, items and overrides have it."""
    return field.replace("_", " ")


class Rules(Strict):
    """Every rule, for one measure and one ground."""

    model_config = ConfigDict(alias_generator=name_of)

    no_unsettled_codes: Codes
    no_missing_marks: Demand
    ground_in_the_register: Demand
    offence_taken: Always
    parent_knew: Knowledge
    compulsory_school_age: Always
    threshold_met: Demand
    notices_within_the_limit: Limit
    notice_history_confirmed: Days
    asked_for_already: Always
    asked_for_beside: Demand
    not_discharged_by_a_notice: Payable
    in_time: Always
    lead_time: Demand
    own_deadline: Deadline
    not_looked_after: Demand
    safeguarding_considered: Demand
    parenthood_on_record: Demand
    every_parent_accounted_for: Parents
    contacts_confirmed: Months
    address_for_service: Demand
    warning_letter: Letters
    support_offered: Entries
    notice_to_improve: Improvement
    contacts_with_the_parent: Contacts
    view_of_the_child: ChildView
    leave_on_record: Demand
    told_of_a_notice: Warned
    leave_alone: Demand
    chronology_read: Demand
    statement_fit_to_be_served: Always
    contacts_since_the_statement: Demand
    exhibits_produced: Always
    exhibits_hide_particulars: Always
    exhibits_searched: Demand
    exhibits_for_this_parent: Demand
    letters_searched: Demand
    statement_signed: Signed
    certificate_signed: Always
    declaration_made: Signed
    certificate_recent: Days
    marks_as_signed: Demand


RULES = tuple(map(name_of, Rules.model_fields))
