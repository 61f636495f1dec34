"""What a pack still lacks: each rule met, not met, not arising; what may be let pass and what never."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from services.sharing.domain.demands import Rules
from services.sharing.domain.material import Asked, Item, Notice, NoticeHistory, OtherPack, Override
from services.sharing.domain.profile import GROUNDS, MEASURES, Profile
from services.sharing.domain.readiness import LOOKS, judge
from services.sharing.domain.readings import readings
from services.sharing.domain.sessions import relied_on
from services.sharing.profiles import COMBINATIONS
from shared.contracts.attendance import Carer, Withheld
from shared.contracts.enforcement import EntryTold, Leave
from tests.domain import readiness_sample as sample
from tests.domain.readiness_sample import NATIONAL, TODAY, item, material, register

N_ON_ONE: dict[tuple[date, str], str | None] = {(date(2026, 12, 2), "AM"): "N"}
OF_LEAVE = sample.absent("G", 10, date(2027, 1, 11))


def profile_with(field: str, **settings: Any) -> Profile:
    """The national profile with this rule set otherwise."""
    demands = {
        about: rules.model_copy(update={field: getattr(rules, field).model_copy(update=settings)})
        for about, rules in NATIONAL.demands.items()
    }
    return NATIONAL.model_copy(update={"demands": demands})


def leave(**changes: Any) -> Leave:
    said: dict[str, Any] = {
        "leave": "v1",
        "first": date(2027, 1, 11),
        "last": date(2027, 1, 15),
        "asked_on": date(2026, 12, 1),
        "decision": "refused",
        "told_on": date(2026, 12, 3),
    }
    return Leave(**said | changes)


def notice(issued_on: date, **changes: Any) -> Notice:
    said = {"authority": "991", "child": sample.CHILD, "parent": sample.PARENT, "issued_on": issued_on, "state": "paid"}
    return Notice(**said | changes)


def test_there_is_a_file_for_each_rule_and_a_rule_for_each_file() -> None:
    assert LOOKS.keys() == Rules.model_fields.keys()


@pytest.mark.parametrize(("measure", "ground"), COMBINATIONS)
def test_a_whole_pack_lacks_nothing(measure: str, ground: str) -> None:
    marks = register(OF_LEAVE if ground == "leave in term time" else sample.absent("U" if "lateness" in ground else "O"))
    made = material(marks=marks, wanted=sample.wanted(measure=measure, ground=ground), case=sample.case(leave=(leave(),)))
    items = judge(made, NATIONAL)
    read = ["chronology read", "letters searched"]
    assert [one.rule for one in items if one.holds_up] == read, "which only a person's reading ends"
    assert len({one.rule for one in items}) == len(items) > 12
    assert all((one.says.endswith((".", '"')) and one.says[0].isupper()) or one.says[0].isdigit() for one in items)


def test_support_and_notices_to_improve_are_not_asked_for_of_leave() -> None:
    asked = sample.wanted(ground="leave in term time")
    rules = {one.rule for one in judge(material(wanted=asked), NATIONAL)}
    assert rules.isdisjoint({"support offered", "notice to improve", "warning letter"})
    assert "leave on record" in rules


def lacking(rule: str, **changes: Any) -> Item:
    found = item(rule, **changes)
    assert found.holds_up
    assert found.says.endswith("."), "what an LA reads is a whole sentence"
    assert "iewo" not in found.says
    assert found.todo.endswith((".", '"')), "what to do about it stands apart"
    return found


@pytest.mark.parametrize(
    ("rule", "changes", "says"),
    [
        ("no unsettled codes", {"marks": register(sample.absent() | N_ON_ONE)}, "1 session of the period, the first on 2 December 2026"),
        (
            "no missing marks",
            {"marks": register(sample.absent() | dict.fromkeys(N_ON_ONE))},
            "1 session of the period lacks its mark",
        ),
        ("no missing marks", {"marks": register(sample.absent(), sample.school_days(date(2026, 9, 8), sample.LAST))}, "7 September 2026"),
        ("ground in the register", {"wanted": sample.wanted(ground="lateness after the register closes")}, "No session of code U"),
        ("compulsory school age", {"person": sample.person(born=None)}, "does not say when the child was born"),
        (
            "compulsory school age",
            {"person": sample.person(born=date(2010, 8, 31))},
            "12 sessions relied on, the first on 16 November 2026",
        ),
        ("threshold met", {"marks": register(sample.absent(count=9))}, "At most 9 sessions from 16 November 2026 to 20 November 2026"),
        ("threshold met", {"marks": register({})}, "No session of the period counts"),
        ("notice history confirmed", {"notices": NoticeHistory()}, "no LA was asked yet"),
        (
            "notice history confirmed",
            {"notices": NoticeHistory(asked=(Asked(authority="803", asked_on=TODAY, answered_on=None),))},
            "LA 803 has not answered yet",
        ),
        ("not looked after", {"person": sample.person(looked_after=True)}, "The child is looked after. Stop: call the LA"),
        ("not looked after", {"case": sample.case(flags=("looked after",))}, "Stop"),
        ("safeguarding considered", {"case": sample.case(flags=("safeguarding",))}, "designated safeguarding lead"),
        ("every parent accounted for", {"case": sample.case(other_parents=(sample.parent(parent="p2"),))}, "1 other parent without"),
        (
            "every parent accounted for",
            {"case": sample.case(other_parents=(sample.parent(parent="p2", left_out="Not known."),))},
            "say why none is asked for",
        ),
        ("contacts confirmed", {"case": sample.case(parent=sample.parent(confirmed_on=None))}, "Nobody has confirmed"),
        (
            "contacts confirmed",
            {"case": sample.case(parent=sample.parent(confirmed_on=date(2026, 8, 14)))},
            "14 August 2026, over 6 months",
        ),
        ("address for service", {"case": sample.case(parent=sample.parent(address=None))}, "No address of this parent is known. Find it"),
        (
            "address for service",
            {"case": sample.case(parent=sample.parent(address="no fixed abode"))},
            "No address of this parent is known.",
        ),
        *(
            (
                "address for service",
                {"case": sample.case(parent=sample.parent(address=said))},
                "What is on record as this parent's address is no house with its postcode. Find it",
            )
            for said in (
                "see file",
                "14 Pilchard Row, Example Haven",
                "The Old Smithy, Example Haven",
                "PO Box 12, ZZ99 3WZ",
                "c/o 1 Sand St, ZZ99 1PB",
            )
        ),
        (
            "address for service",
            {"case": sample.case(parent=sample.parent(address=None, confidential=True))},
            "This parent's address is confidential, so the pack does not have it. Tell the authority apart",
        ),
        (
            "address for service",
            {"withheld": Withheld(child=sample.CHILD, confidential=True, addresses=(sample.HOME,))},
            "This parent's address may be one that is confidential, so the pack does not have it. Tell the authority apart",
        ),
        ("warning letter", {"case": sample.case(letters=())}, "If your child's attendance does not improve"),
        ("warning letter", {"case": sample.case(letters=(sample.letter(came_back=TODAY),))}, "the one that went came back"),
        ("warning letter", {"case": sample.case(letters=(sample.letter(date(2027, 2, 10)),))}, "Wait until 20 February 2027"),
        ("warning letter", {"case": sample.case(letters=(sample.letter(date(2026, 8, 1)),))}, "in 26 weeks"),
        ("support offered", {"case": sample.case(entries=(sample.entry("telephone call"),))}, "0 of 1 needed"),
        (
            "contacts with the parent",
            {"case": sample.case(entries=(sample.entry(parents=()),))},
            "1 more without a word of which parent it was with. Record those that there were, with `--parent p1`",
        ),
        ("support offered", {"case": sample.case(entries=(sample.entry(parents=("p2",)),))}, "0 of 1 needed"),
        (
            "support offered",
            {"case": sample.case(entries=(sample.entry(day=TODAY - timedelta(weeks=52, days=1)),))},
            "0 of 1 needed in 52 weeks",
        ),
        (
            "support offered",
            {
                "case": sample.case(
                    entries=tuple(sample.entry(day=sample.material().wanted.requested_on + timedelta(days=n)) for n in range(2))
                )
            },
            "0 of 1 needed",
        ),
        (
            "contacts with the parent",
            {"case": sample.case(entries=(sample.entry(engagement="none"),))},
            "0 contacts in which this parent was reached",
        ),
        ("certificate signed", {"certificate": None}, "has not signed"),
        ("declaration made", {"certificate": None}, "4 sentences of the declaration not made"),
    ],
)
def test_what_is_lacking_is_told_with_its_figures(rule: str, changes: dict[str, Any], says: str) -> None:
    found = lacking(rule, **changes)
    assert says in f"{found.says} {found.todo}"


def test_a_child_is_judged_for_the_days_on_roll_alone() -> None:
    late = register(sample.absent(), sample.school_days(date(2026, 9, 14), sample.LAST))
    assert item("no missing marks", marks=late, person=sample.person(entered=date(2026, 9, 14))).met
    gone = register(sample.absent(), sample.school_days(sample.FIRST, date(2027, 1, 29)))
    assert item("no missing marks", marks=gone, person=sample.person(left=date(2027, 1, 29))).met


def test_today_waits_for_its_marks_where_the_period_ends_with_it() -> None:
    asked = sample.wanted(last=TODAY)
    to_friday = sample.school_days(sample.FIRST, sample.LAST)
    whole = sample.register(sample.absent(), (*to_friday, TODAY))
    assert item("no missing marks", marks=whole, certificate=None, wanted=asked).met
    half = sample.register(sample.absent() | dict.fromkeys([(TODAY, "PM")]), (*to_friday, TODAY))
    assert "the first on 15 February 2027" in lacking("no missing marks", marks=half, certificate=None, wanted=asked).says
    assert item("no missing marks", marks=half, certificate=None).met, "of no period that ends before it"


def test_a_mark_of_a_day_that_the_calendar_does_not_know_is_looked_at_too() -> None:
    marks = register(sample.absent() | {(date(2026, 12, 3), "PM"): None})
    assert lacking("no missing marks", marks=marks, school_days=()).says.startswith("1 session")


def test_codes_that_are_not_settled_are_never_relied_on() -> None:
    """Let pass or not: the list of sessions, the threshold and the legal clocks rest on the others."""
    nine = register(sample.absent(count=9) | dict.fromkeys([(date(2026, 12, 2), "AM")], "N"))
    made = material(marks=nine)
    assert {one.code for one in relied_on(made.wanted, made.case, nine, made.notices, NATIONAL, TODAY)} == {"O"}
    assert "At most 9 sessions" in item("threshold met", wanted=sample.wanted(measure="penalty notice"), marks=nine).says


def test_the_marks_that_were_signed_are_judged_and_compared_with_those_of_now() -> None:
    signed = register(sample.absent())
    now = register(sample.absent() | N_ON_ONE)
    made: dict[str, Any] = {"marks": now, "certificate": sample.certificate(signed)}
    assert item("no unsettled codes", **made).met
    assert "1 mark changed since the head teacher signed, the first on 2 December 2026" in lacking("marks as signed", **made).says
    assert "marks as signed" not in {one.rule for one in judge(material(marks=now, certificate=None), NATIONAL)}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"signed": sample.signature(date(2027, 2, 11))}, "before the end of its period"),
        ({"last": date(2027, 2, 11)}, "does not cover the whole period"),
        ({"first": date(2026, 9, 8)}, "does not cover the whole period"),
    ],
)
def test_a_certificate_covers_its_period_and_is_signed_after_it(changes: dict[str, Any], says: str) -> None:
    marks = register(sample.absent())
    assert says in lacking("certificate signed", marks=marks, certificate=sample.certificate(marks, **changes)).says


def test_a_certificate_holds_for_the_profiles_days() -> None:
    marks = register(sample.absent())
    old = sample.certificate(marks, signed=sample.signature(TODAY - timedelta(days=28)))
    assert item("certificate recent", marks=marks, certificate=old).met
    assert not item("certificate recent", profile_with("certificate_recent", days=27), marks=marks, certificate=old).met


def test_an_edit_after_the_signature_leaves_the_statement_unsigned() -> None:
    asked = sample.wanted(measure="prosecution")
    edited = sample.statement(edited_at=datetime.combine(TODAY + timedelta(days=1), time(9), UTC))
    assert "is not signed" in lacking("statement signed", wanted=asked, statement=edited).says
    assert "There is no witness statement" in lacking("statement signed", wanted=asked, statement=None).says
    assert "statement signed" not in {one.rule for one in judge(material(statement=None), NATIONAL)}, "a notice needs none"


def test_a_statement_names_nothing_that_may_not_be_served() -> None:
    assert item("statement fit to be served").met
    home = "14 Pilchard Row, Example Haven, ZZ99 3WZ"
    hidden: dict[str, Any] = {"withheld": Withheld(child=sample.CHILD, confidential=True, addresses=(home,))}
    named = sample.statement(paragraphs=("I am an officer.", f"I visited {home}."))
    found = lacking("statement fit to be served", statement=named, **hidden, overrides=(override("statement fit to be served"),))
    assert found.says.startswith("Paragraph 2 of the statement names")
    assert home not in found.says
    assert "statement fit to be served" not in {one.rule for one in judge(material(statement=None, **hidden), NATIONAL)}


def test_a_statement_repeats_no_entry_that_is_for_the_authority_alone() -> None:
    words = "She said that he hits her and that she is leaving on Friday."
    entries = (sample.entry(outcome=words, parents=("other",)), sample.entry(outcome="None.", tells="needs"))
    told: dict[str, Any] = {"case": sample.case(entries=entries)}
    repeated = sample.statement(paragraphs=("I am an officer.", f"In December: {words.upper()}", "Other reasons: none."))
    found = lacking("statement fit to be served", statement=repeated, **told)
    assert found.says == "Paragraph 2 of the statement repeats an entry that is for the authority alone."
    served = sample.case(entries=(*entries, sample.entry(outcome=words)))
    assert "statement fit to be served" not in {
        one.rule for one in judge(material(statement=repeated, case=served), NATIONAL) if not one.met
    }


def test_a_letter_that_went_on_paper_counts_by_its_entry_and_one_that_came_back_does_not() -> None:
    by_hand = sample.entry(day=date(2027, 1, 4), entry="e1", kind="formal warning", parents=("p1",))
    assert item("warning letter", case=sample.case(letters=(), entries=(by_hand,))).met
    others = sample.case(letters=(), entries=(by_hand.model_copy(update={"parents": ("p2",)}),))
    assert not item("warning letter", case=others).met
    back = sample.letter(by_hand.day, entry="e1", came_back=TODAY)
    assert not item("warning letter", case=sample.case(letters=(back,), entries=(by_hand,))).met
    wants = profile_with("notice_to_improve", required=True)
    last = by_hand.model_copy(update={"kind": "notice to improve"})
    assert item("notice to improve", wants, case=sample.case(letters=(), entries=(last,))).met
    back = sample.letter(last.day, entry="e1", records="notice to improve", came_back=TODAY)
    assert not item("notice to improve", wants, case=sample.case(letters=(back,), entries=(last,))).met


def test_a_letter_to_the_parent_lies_within_the_profiles_weeks() -> None:
    six = profile_with("warning_letter", weeks=6)
    assert item("warning letter", six).met
    assert not item("warning letter", profile_with("warning_letter", weeks=5)).met


def test_a_notice_to_improve_has_had_its_school_days() -> None:
    wants = profile_with("notice_to_improve", required=True, weeks=6)
    assert "No Notice to Improve" in lacking("notice to improve", profile=wants).says
    sent = sample.case(letters=(sample.letter(date(2027, 1, 4), records="notice to improve"),))
    assert "30 of 30" not in item("notice to improve", wants, case=sent).says
    assert item("notice to improve", wants, case=sent).met, "thirty school days lie between 4 January and 15 February"
    later = sample.case(letters=(sample.letter(date(2027, 1, 5), records="notice to improve"),))
    assert (
        "The 30 school days of the Notice to Improve of 5 January 2027 have not passed"
        in lacking("notice to improve", profile=wants, case=later).says
    )
    old = sample.case(letters=(sample.letter(TODAY - timedelta(weeks=26, days=1), records="notice to improve"),))
    assert (
        "The Notice to Improve of 16 August 2026 was sent over 26 weeks ago" in lacking("notice to improve", profile=wants, case=old).says
    )
    both = sample.case(letters=(*old.letters, *sent.letters))
    assert "4 January 2027" in item("notice to improve", wants, case=both).says
    other = sample.case(entries=(sample.entry("notice to improve", date(2026, 11, 30), parents=("p2",)),))
    assert not item("notice to improve", wants, case=other).met, "it went to another parent"


def test_contacts_are_counted_with_this_parent() -> None:
    six = profile_with("contacts_with_the_parent", least=6)
    entries = tuple(sample.entry(day=date(2026, 12, day)) for day in range(1, 7))
    assert item("contacts with the parent", six, case=sample.case(entries=entries)).met
    by_place = tuple(one.model_copy(update={"parents": (f"{sample.CHILD}.1",)}) for one in entries)
    assert item("contacts with the parent", six, case=sample.case(entries=by_place)).met, "an entry may name the place on the roll"
    assert not item("contacts with the parent", six, case=sample.case(entries=(*entries[1:], sample.entry(parents=("p2",))))).met


def test_contacts_that_do_not_count_are_told_apart() -> None:
    letter = sample.letter(entry="of the letter")
    case = sample.case(
        letters=(letter,),
        entries=(
            sample.entry(),
            *(sample.entry("home visit", day=date(2026, 12, day), engagement="none") for day in (2, 3)),
            sample.entry("telephone call", parents=()),
            sample.entry("telephone call", parents=(), engagement="none"),
            sample.entry("letter", parents=(), engagement="not applicable").model_copy(update={"entry": "of the letter"}),
        ),
    )
    assert lacking_with(profile_with("contacts_with_the_parent", least=6), "contacts with the parent", case=case).says == (
        "1 contact in which this parent was reached on record, 6 needed; 2 more in which nobody was reached; "
        "1 more without a word of which parent it was with."
    )


def test_a_letter_on_paper_is_no_contact_in_which_anybody_was_reached() -> None:
    case = sample.case(letters=(), entries=(sample.entry("formal warning", engagement="not applicable"),))
    found = lacking("contacts with the parent", case=case)
    assert found.says.startswith(
        "0 contacts in which this parent was reached on record, 1 needed; 1 more of which no engagement is recorded"
    )
    knowing = sample.wanted(measure="prosecution", offence="444(1A)")
    marks = register(sample.absent("O", 4, date(2026, 12, 2)))
    told = item("parent knew", NATIONAL, marks, wanted=knowing, case=case)
    assert told.says.startswith("On record is a letter to this parent, recorded by hand (formal warning) of 1 December 2026")
    visit = sample.case(letters=(), entries=(sample.entry("meeting", engagement="not applicable"),))
    assert "Nothing on record" in item("parent knew", NATIONAL, marks, wanted=knowing, case=visit).says


def test_contacts_are_confirmed_of_the_place_at_which_the_roll_has_the_parent() -> None:
    def todo(ref: str | None) -> str:
        return lacking("contacts confirmed", case=sample.case(parent=sample.parent(ref=ref, confirmed_on=None))).todo

    assert "--contact '2 phone' --contact '2 address'`, 2 being" in todo(f"{sample.CHILD}.2")
    assert "--contact" not in todo(None), "who is at no place on the roll"


def test_one_parent_alone_needs_a_reason_where_the_authority_asks_for_it() -> None:
    assert item("every parent accounted for").met
    assert (
        "Only one parent"
        in lacking("every parent accounted for", profile=profile_with("every_parent_accounted_for", alone_needs_reason=True)).says
    )
    others = (sample.parent(parent="p2", left_out="lives abroad, no contact"), sample.parent(parent="p3", requested=True))
    assert item("every parent accounted for", case=sample.case(other_parents=others)).met


def test_a_parent_whom_the_roll_alone_names_is_accounted_for() -> None:
    mother = Carer(parent=f"{sample.CHILD}.1", name="Elowen Tregear")
    father = Carer(parent=f"{sample.CHILD}.2", name="Jory Tregear")
    assert item("every parent accounted for", person=sample.person(carers=(mother,))).met
    both = sample.person(carers=(mother, father))
    assert "1 parent or carer on the school's roll" in lacking("every parent accounted for", person=both).says
    recorded = sample.case(other_parents=(sample.parent(parent="p2", ref=father.parent, name=father.name, left_out="lives abroad"),))
    assert item("every parent accounted for", person=both, case=recorded).met


def test_notices_to_both_records_of_one_person_count_together() -> None:
    issued = [
        Notice(authority="991", child=sample.CHILD, parent=parent, issued_on=day, state="issued")
        for parent, day in ((sample.PARENT, date(2026, 3, 3)), ("p1-elsewhere", date(2026, 6, 3)))
    ]
    history = NoticeHistory(known=tuple(issued), confirmed=True)
    assert item("notices within the limit", notices=history).met
    same = sample.case(parent=sample.parent(records=(sample.PARENT, "p1-elsewhere")))
    assert "2 notices to this parent" in lacking("notices within the limit", notices=history, case=same).says


@pytest.mark.parametrize(
    ("leaves", "says"),
    [
        ((), "No leave of absence is on record"),
        ((leave(last=date(2027, 1, 14)),), "2 sessions of G, the first on 15 January 2027"),
        ((leave(granted=(date(2027, 1, 12),), decision="granted in part"),), "2 sessions of G, the first on 12 January 2027"),
        ((leave(told_on=None),), "When the parent was told of the decision on the leave from 11 January 2027"),
    ],
)
def test_leave_is_on_record_and_each_session_of_g_agrees(leaves: tuple[Leave, ...], says: str) -> None:
    asked = sample.wanted(ground="leave in term time")
    assert says in lacking("leave on record", marks=register(OF_LEAVE), wanted=asked, case=sample.case(leave=leaves)).says


def test_of_a_leave_that_goes_on_nothing_is_asked_for_yet() -> None:
    on = sample.case(leave=(leave(last=date(2027, 2, 19)),))
    found = lacking("leave on record", marks=register(OF_LEAVE), wanted=sample.wanted(ground="leave in term time"), case=on)
    assert found.says == "The leave from 11 January 2027 lasts until 19 February 2027: a part of it would be asked for."
    other = sample.case(leave=(leave(), leave(leave="v2", first=date(2027, 2, 12), last=date(2027, 2, 19))))
    asked = sample.wanted(ground="leave in term time")
    assert item("leave on record", marks=register(OF_LEAVE), wanted=asked, case=other).met, "of which no session is in the period"


def test_leave_that_nobody_asked_for_was_not_answered_either() -> None:
    taken = sample.case(leave=(leave(asked_on=None, decision="not asked for", told_on=None),))
    assert item("leave on record", marks=register(OF_LEAVE), wanted=sample.wanted(ground="leave in term time"), case=taken).met


ASKED = sample.wanted(ground="leave in term time")
WARNED = "told of a notice"


@pytest.mark.parametrize(
    ("changes", "letters", "met", "says"),
    [
        ({"told": (sample.PARENT,)}, (), True, "This parent was told, on 3 December 2026, that a notice may follow."),
        ({"told": (sample.PARENT, "p2")}, (), False, "On 3 December 2026 a parent was told that a notice may follow; that it was this one"),
        ({"told": (sample.PARENT, "p2"), "told_by_name": True}, (), True, "on 3 December 2026"),
        ({"told": ("p2",), "told_by_name": True}, (), False, "this parent was told before the leave from 11 January 2027"),
        ({"told": ("p2",)}, (), False, "that it was this one is not on record"),
        ({"told": (sample.PARENT,), "asked_by": "p2"}, (), False, "that it was this one is not on record"),
        ({"told": (sample.PARENT,), "asked_by": "p2", "told_by_name": True}, (), True, "on 3 December 2026"),
        ({"told": (sample.PARENT,), "told_on": date(2020, 12, 3)}, (), False, "told on 3 December 2020, before it was asked for"),
        (
            {"told": (sample.PARENT,), "told_on": date(2026, 7, 1), "asked_on": None, "decision": "not asked for"},
            (),
            False,
            "told on 1 July 2026, more than 26 weeks before it was over",
        ),
        ({"told_on": None}, (), False, "this parent was told before the leave from 11 January 2027"),
        ({"told": (sample.PARENT,), "told_on": date(2027, 1, 18)}, (), False, "said on 18 January 2027, after the leave"),
        ({"told_on": None}, (date(2026, 10, 1),), True, "on 1 October 2026"),
        ({"told_on": None}, (date(2027, 1, 18),), False, "is not on record"),
        ({"told_on": None}, (date(2026, 7, 1),), False, "is not on record"),
    ],
)
def test_of_leave_this_parent_was_told_before_it_was_over(changes: Any, letters: Any, met: bool, says: str) -> None:
    case = sample.case(leave=(leave(**changes),), letters=tuple(sample.letter(day) for day in letters))
    found = item(WARNED, marks=register(OF_LEAVE), wanted=ASKED, case=case)
    assert (found.met, says in found.says) == (met, True), found.says
    assert met or lacking(WARNED, marks=register(OF_LEAVE), wanted=ASKED, case=case).may_be_overridden


def test_sessions_of_leave_in_no_leave_on_record_are_named_by_their_days() -> None:
    short = leave(last=date(2027, 1, 13), told=(sample.PARENT,))
    found = item(WARNED, marks=register(OF_LEAVE), wanted=ASKED, case=sample.case(leave=(short,), letters=()))
    says = "not on record of the sessions of G of 14 January 2027 and 15 January 2027: they are in no leave on record."
    assert (found.met, says in found.says, found.may_be_overridden) == (False, True, True), found.says
    none = item(WARNED, marks=register(OF_LEAVE), wanted=ASKED, case=sample.case(leave=(), letters=()))
    assert (none.met, "11 January 2027, 12 January 2027" in none.says) == (False, True)
    late = sample.case(leave=(short,), letters=(sample.letter(date(2027, 1, 15)),))
    found = item(WARNED, marks=register(OF_LEAVE), wanted=ASKED, case=late)
    assert (found.met, "of G of 14 January 2027: " in found.says) == (False, True), "of the day before the letter"
    warned = sample.case(leave=(short,), letters=(sample.letter(date(2026, 10, 1)),))
    assert item(WARNED, marks=register(OF_LEAVE), wanted=ASKED, case=warned).met, "by a letter of this parent's own"


def test_all_that_nobody_was_told_of_is_said_at_once() -> None:
    untold = tuple(leave(leave=f"v{day}", first=date(2027, 1, day), last=date(2027, 1, day), told_on=None) for day in (11, 12))
    says = lacking(WARNED, marks=register(OF_LEAVE), wanted=ASKED, case=sample.case(leave=untold, letters=())).says
    assert all(f"{day} January 2027" in says for day in (11, 12, 13, 14, 15)), says


def test_a_letter_that_came_back_told_nobody_of_a_notice() -> None:
    back = sample.letter(date(2026, 10, 1), came_back=date(2026, 10, 5))
    assert not item(WARNED, marks=register(OF_LEAVE), wanted=ASKED, case=sample.case(leave=(leave(told_on=None),), letters=(back,))).met


@pytest.mark.parametrize(
    ("leave_sessions", "others", "met", "says"),
    [
        (10, 0, True, "All that is relied on, 10 sessions, is leave."),
        (4, 0, True, "All that is relied on, 4 sessions, is leave."),
        (10, 2, True, "10 of 12 sessions relied on are leave, which is enough alone."),
        (4, 6, False, "4 of 10 sessions relied on are leave, the other 6 (code O) other absence"),
    ],
)
def test_what_goes_the_way_of_leave_is_leave(leave_sessions: int, others: int, met: bool, says: str) -> None:
    marks = register(sample.absent("G", leave_sessions, date(2027, 1, 11)) | sample.absent("O", others))
    found = item("leave alone", marks=marks, wanted=ASKED, case=sample.case(leave=(leave(),)))
    assert (found.met, says in found.says) == (met, True), found.says
    assert found.may_be_overridden
    assert "leave alone" not in {one.rule for one in judge(material(marks=marks), NATIONAL)}, "of another reason it is not asked"


def test_leave_at_both_ends_of_a_long_period_is_not_enough_alone() -> None:
    marks = register(
        sample.absent("G", 6, date(2026, 9, 14)) | sample.absent("O", 6, date(2026, 12, 14)) | sample.absent("G", 6, date(2027, 1, 11))
    )
    away = (leave(first=date(2026, 9, 14), last=date(2026, 9, 18)), leave(leave="v2"))
    found = item("leave alone", marks=marks, wanted=ASKED, case=sample.case(leave=away))
    assert (found.met, "12 of 18 sessions" in found.says) == (False, True), found.says


def test_of_a_prosecution_all_is_leave_or_somebody_says_why() -> None:
    marks = register(sample.absent("G", 10, date(2027, 1, 11)) | sample.absent("O", 2))
    asked = sample.wanted(measure="prosecution", ground="leave in term time")
    assert not item("leave alone", marks=marks, wanted=asked, case=sample.case(leave=(leave(),))).met


LIMIT = "notices within the limit"


@pytest.mark.parametrize(
    ("known", "met"),
    [
        ((), True),
        ((notice(date(2025, 3, 3)),), True),
        ((notice(date(2025, 3, 3)), notice(date(2026, 3, 3))), False),
        ((notice(date(2025, 3, 3)), notice(date(2026, 3, 3), state="withdrawn")), True),
        ((notice(date(2025, 3, 3)), notice(date(2026, 3, 3), state="in court")), False),
        ((notice(date(2025, 3, 3)), notice(date(2026, 3, 3), parent="p2")), True),
        ((notice(date(2025, 3, 3)), notice(date(2026, 3, 3), parent=f"{sample.CHILD}.1")), False),
        ((notice(date(2025, 3, 3)), notice(date(2026, 3, 3), child="c2")), True),
        ((notice(date(2024, 8, 18)), notice(date(2026, 3, 3))), True),
        ((notice(date(2024, 8, 19)), notice(date(2026, 3, 3))), False),
    ],
)
def test_two_notices_in_three_years_to_a_parent_for_a_child(known: tuple[Notice, ...], met: bool) -> None:
    assert item(LIMIT, notices=NoticeHistory(known=known, confirmed=True)).met is met


def test_the_three_years_of_a_notice_end_on_its_day() -> None:
    first, second = notice(date(2025, 3, 3)), notice(date(2025, 9, 1))
    history = NoticeHistory(known=(first, second), confirmed=True)
    found = lacking(LIMIT, notices=history)
    assert "no more than 2 before 3 March 2028. Ask for a prosecution" in f"{found.says} {found.todo}"
    assert not item(LIMIT, notices=history, created=date(2028, 3, 2)).met
    assert item(LIMIT, notices=history, created=date(2028, 3, 3)).met


def test_doubtful_readings_of_the_limit_are_the_profiles() -> None:
    before = NoticeHistory(known=(notice(date(2024, 7, 1)), notice(date(2026, 3, 3))), confirmed=True)
    counting = NATIONAL.model_copy(update={"readings": NATIONAL.readings.model_copy(update={"notices_before_framework": "count"})})
    assert item(LIMIT, notices=before).met
    assert not item(LIMIT, counting, notices=before).met
    by_session = NATIONAL.model_copy(update={"readings": NATIONAL.readings.model_copy(update={"limit_counts_from": "the last session"})})
    resting = notice(date(2025, 3, 3), sessions=((date(2024, 2, 5), "AM"),))
    known = NoticeHistory(known=(resting, notice(date(2026, 3, 3))), confirmed=True)
    assert not item(LIMIT, notices=known).met
    assert item(LIMIT, by_session, notices=known).met, "three years from 5 February 2024 are over"


def test_sessions_used_for_a_notice_are_not_relied_on_again() -> None:
    used = tuple((day, half) for day, half in sample.absent(count=3))
    history = NoticeHistory(known=(notice(date(2026, 12, 1), sessions=used),), confirmed=True)
    found = lacking("threshold met", notices=history)
    assert "At most 9 sessions" in found.says
    assert "3 sessions on which an earlier notice rests not counted" in found.says
    again = NATIONAL.model_copy(update={"readings": NATIONAL.readings.model_copy(update={"used_sessions": "count again"})})
    assert item("threshold met", again, notices=history).met
    withdrawn = NoticeHistory(known=(notice(date(2026, 12, 1), sessions=used, state="withdrawn"),), confirmed=True)
    assert item("threshold met", notices=withdrawn).met
    others = NoticeHistory(known=(notice(date(2026, 12, 1), sessions=used, parent="p2"),), confirmed=True)
    assert item("threshold met", notices=others).met


def override(rule: str, why: str = "The LA was called and agreed.", says: str = "", authority: str = "991") -> Override:
    at = datetime.combine(TODAY, time(10), UTC)
    return Override(rule=rule, by="T. Okafor", at=at, why=why, says=says, authority=authority)


def test_what_may_be_let_pass_no_longer_holds_up_and_carries_the_reason() -> None:
    flagged: dict[str, Any] = {"case": sample.case(flags=("looked after",))}
    says = item("not looked after", **flagged).says
    given = (override("not looked after", "first", says), override("not looked after", says=says))
    passed = item("not looked after", **flagged, overrides=given)
    assert not passed.met
    assert not passed.holds_up
    assert passed.override is not None
    assert passed.override.why == "The LA was called and agreed."
    assert item("not looked after", overrides=(override("not looked after"),)).override is None, "nothing had to be let pass"


def test_an_override_lets_pass_what_was_looked_at_and_nothing_worse() -> None:
    n_on_one = register(sample.absent() | N_ON_ONE)
    unsigned: dict[str, Any] = {"certificate": None}
    given = (override("no unsettled codes", says=item("no unsettled codes", marks=n_on_one, **unsigned).says),)
    assert not item("no unsettled codes", marks=n_on_one, **unsigned, overrides=given).holds_up
    assert lacking("no unsettled codes", marks=register(sample.absent("N")), **unsigned, overrides=given).override is None
    assert lacking("no unsettled codes", marks=n_on_one, **unsigned, overrides=given, authority_code="992").override is None


@pytest.mark.parametrize("rule", ["lead time", "notice to improve"])
def test_an_override_does_not_lapse_because_a_day_passes(rule: str) -> None:
    weekly = profile_with("notice_to_improve", required=True, weeks=6)
    days = (date(2027, 5, 3), date(2027, 5, 4)) if rule == "lead time" else (TODAY, TODAY + timedelta(days=1))
    letters = sample.case(letters=(sample.letter(date(2027, 2, 1), records="notice to improve"),))
    assert len({lacking_with(weekly, rule, created=day, case=letters).says for day in days}) == 1


def lacking_with(profile: Profile, rule: str, **changes: Any) -> Item:
    found = item(rule, profile, **changes)
    assert found.holds_up
    return found


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("compulsory school age", {"person": sample.person(born=date(2010, 8, 31))}),
        ("in time", {"created": date(2027, 6, 30)}),
        ("certificate signed", {"certificate": None}),
        ("declaration made", {"certificate": None}),
        ("statement signed", {"statement": None, "wanted": sample.wanted(measure="prosecution")}),
    ],
)
def test_too_late_the_wrong_age_and_unsigned_are_never_let_pass(rule: str, changes: dict[str, Any]) -> None:
    found = lacking(rule, **changes, overrides=(override(rule),))
    assert not found.may_be_overridden
    assert found.override is None


def test_out_of_time_says_when_the_period_may_begin() -> None:
    assert item("in time", created=date(2027, 5, 16)).met
    found = lacking("in time", created=date(2027, 5, 17))
    assert "Out of time" in found.says
    assert "until 16 May 2027" in found.says
    assert "begin on 17 November 2026" in found.todo
    assert item("in time", wanted=sample.wanted(first=date(2026, 11, 17)), created=date(2027, 5, 17)).met


def test_the_lead_time_is_the_profiles_and_says_nothing_once_it_is_too_late() -> None:
    assert item("lead time", created=date(2027, 4, 16)).met
    assert (
        "The LA wants 28 days before the earliest session is out of time, on 16 May 2027"
        in lacking("lead time", created=date(2027, 4, 17)).says
    )
    rules = {one.rule for one in judge(material(created=date(2027, 5, 17)), NATIONAL)}
    assert "lead time" not in rules


@pytest.mark.parametrize(
    ("settings", "changes", "met", "says"),
    [
        ({"since": "the warning letter", "days": 30}, {}, True, "until 15 February 2027"),
        ({"since": "the warning letter", "days": 29}, {}, False, "passed on 12 February 2027"),
        ({"since": "the warning letter", "counted_in": "calendar days", "days": 41}, {}, False, "14 February 2027"),
        (
            {"since": "the warning letter", "days": 30},
            {"case": sample.case(letters=(), entries=(sample.entry(day=date(2027, 1, 4), kind="formal warning", parents=("p1",)),))},
            True,
            "until 15 February 2027",
        ),
        ({"since": "the return from leave"}, {}, False, "no day on record"),
        ({"since": "the return from leave", "days": 20}, {"case": sample.case(leave=(leave(),))}, True, "15 February 2027"),
        (
            {"since": "the parent was told", "days": 5},
            {"case": sample.case(leave=(leave(),), letters=())},
            False,
            "passed on 10 December 2026",
        ),
        ({"since": "the last session", "days": 5, "counted_in": "working days"}, {}, False, "passed on 30 November 2026"),
    ],
)
def test_the_authoritys_own_deadline(settings: dict[str, Any], changes: dict[str, Any], met: bool, says: str) -> None:
    found = item("own deadline", profile_with("own_deadline", required=True, **settings), **changes)
    assert found.met is met
    assert says in found.says


def test_items_name_no_child_parent_or_place() -> None:
    for measure in MEASURES:
        for ground in GROUNDS:
            told = str(judge(material(wanted=sample.wanted(measure=measure, ground=ground)), NATIONAL))
            assert not any(word in told for word in ("Merryn", "Elowen", "Tregear", "B801200005001"))


def other_pack(**changes: Any) -> OtherPack:
    said: dict[str, Any] = {
        "pack": "pack-2",
        "measure": "penalty notice",
        "standing": True,
        "first": sample.FIRST,
        "last": sample.LAST,
        "sessions": tuple(sample.absent(count=3)),
    }
    return OtherPack(**said | changes)


@pytest.mark.parametrize("measure", MEASURES)
def test_what_another_pack_rests_on_is_asked_for_once(measure: str) -> None:
    asked: dict[str, Any] = {"wanted": sample.wanted(measure=measure)}
    found = lacking("asked for already", **asked, notices=NoticeHistory(packs=(other_pack(),), confirmed=True))
    checked = other_pack(standing=False, checked=True)
    assert lacking("asked for already", **asked, notices=NoticeHistory(packs=(checked,), confirmed=True)).says == found.says
    assert not found.may_be_overridden
    assert "3 sessions of the period are those of pack pack-2" in found.says
    elsewhere = other_pack(sessions=((date(2026, 9, 7), "AM"),))
    assert item("asked for already", **asked, notices=NoticeHistory(packs=(elsewhere,))).met


def test_a_draft_for_the_same_days_is_a_warning() -> None:
    draft = other_pack(standing=False, sessions=())
    found = lacking("asked for beside", notices=NoticeHistory(packs=(draft,)))
    assert found.may_be_overridden
    assert "pack-2" in found.says
    assert found.todo.startswith("Cancel what is not to go (`iewo packs cancel`): the first that is checked has its sessions")
    edition = judge(material(notices=NoticeHistory(packs=(draft,)), supersedes="pack-1", edition=2), NATIONAL)
    assert "asked for beside" not in {one.rule for one in edition}, "of the pack before it has the sessions"
    for none in (
        (),
        (other_pack(),),
        (other_pack(standing=False, checked=True),),
        (draft.model_copy(update={"last": date(2026, 9, 4), "first": date(2026, 9, 1)}),),
    ):
        assert "asked for beside" not in {one.rule for one in judge(material(notices=NoticeHistory(packs=none)), NATIONAL)}


def test_before_another_is_asked_for_nobody_is_advised_to_cancel_the_only_draft() -> None:
    draft = other_pack(standing=False, sessions=())
    found = lacking("asked for beside", wanted=sample.wanted(request=None), notices=NoticeHistory(packs=(draft,)))
    assert found.says.startswith("Pack pack-2 is being prepared")
    assert found.todo.startswith("Go on with that")


def test_a_pack_that_may_become_a_notice_takes_a_place_under_the_limit() -> None:
    one_issued = (notice(date(2026, 3, 2)),)
    assert "1 other pack asked for a notice" in lacking(LIMIT, notices=NoticeHistory(known=one_issued, packs=(other_pack(),))).says
    assert item(LIMIT, notices=NoticeHistory(packs=(other_pack(),))).met
    assert item(LIMIT, notices=NoticeHistory(known=one_issued, packs=(other_pack(measure="prosecution"),))).met


@pytest.mark.parametrize(
    ("state", "issued_on", "says"),
    [
        ("paid", date(2026, 12, 1), "A paid notice discharges 3 sessions"),
        ("issued", TODAY - timedelta(days=28), "can be paid until 15 February 2027"),
        ("issued", TODAY - timedelta(days=29), None),
        ("unpaid", TODAY - timedelta(days=10), None),
        ("withdrawn", TODAY, None),
    ],
)
def test_nobody_is_prosecuted_for_what_a_notice_discharges(state: Any, issued_on: date, says: str | None) -> None:
    """Education Act 1996 s.444A."""
    used = tuple(sample.absent(count=3))
    known = NoticeHistory(known=(notice(issued_on, sessions=used, state=state),), confirmed=True)
    asked: dict[str, Any] = {"wanted": sample.wanted(measure="prosecution"), "notices": known}
    found = item("not discharged by a notice", **asked)
    assert (found.met, found.may_be_overridden) == (says is None, False)
    assert (says or "No session") in found.says
    assert material(**asked).clocks.earliest == (date(2026, 11, 17) if says else date(2026, 11, 16))
    assert "not discharged by a notice" not in {one.rule for one in judge(material(notices=known), NATIONAL)}


@pytest.mark.parametrize(
    ("changes", "met", "says"),
    [
        ({}, True, "On record is a contact with this parent (attendance contract) of 1 December 2026"),
        ({"entries": ()}, False, "1 session relied on came after that, 3 needed"),
        ({"entries": (), "letters": ()}, False, "Nothing on record shows that this parent knew"),
        ({"entries": (), "letters": (sample.letter(came_back=date(2027, 1, 9)),)}, False, "Nothing on record"),
        ({"entries": (sample.entry(engagement="none"),), "letters": ()}, False, "Nothing on record"),
        ({"entries": (sample.entry(parents=("p2",)),), "letters": ()}, False, "Nothing on record"),
        (
            {"entries": (sample.entry("telephone call"),), "letters": ()},
            False,
            "no contact that tells of it. Not counted, since by its kind alone it does not tell of the absence: a telephone call of",
        ),
    ],
)
def test_for_the_offence_of_a_parent_who_knows_it_is_on_record_that_the_parent_was_told(
    changes: dict[str, Any], met: bool, says: str
) -> None:
    marks = register(sample.absent("O", 28, date(2026, 11, 16)) | sample.absent("O", 1, date(2027, 1, 11)))
    asked = sample.wanted(measure="prosecution", offence="444(1A)")
    of_case, profile = sample.case(**changes), profile_with("parent_knew", sessions=3)
    found = item("parent knew", profile, marks, wanted=asked, case=of_case)
    assert (found.met, found.may_be_overridden) == (met, True)
    assert says in found.says
    assert ("s.444(1), for which nobody has to have known, would carry 29." in found.says) == met
    needs_none = material(profile, marks, wanted=sample.wanted(measure="prosecution"), case=of_case)
    assert "parent knew" not in {one.rule for one in judge(needs_none, profile)}


def test_a_code_that_is_to_be_settled_first_is_not_said_to_be_needed() -> None:
    marks = register(sample.absent("O", 12))
    assert "10 of code G, O or U within 10 school weeks are needed" in item("threshold met", NATIONAL, marks).says
    assert item("ground in the register", NATIONAL, marks).says == "12 sessions of code G, O or U can be relied on."
    settled = profile_with("no_unsettled_codes", required=False)
    assert "10 of code G, N, O or U within" in item("threshold met", settled, marks).says
    told = " ".join(one.reading for one in readings(NATIONAL, sample.wanted()))
    assert "code G, O and U in any mix" in told
    assert "No session of code N counts: its reason is to be found first." in told


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"relationship": "Mother"}, "On record is that this person is the mother of the child."),
        ({"relationship": "birth father"}, "is the father of the child."),
        ({"relationship": "aunt", "responsibility": "yes"}, "On record is that this person has parental responsibility."),
        ({"relationship": None, "lives_with": "yes"}, "is somebody with whom the child lives."),
        (
            {"responsibility": "yes", "lives_with": "yes"},
            "is the mother of the child, has parental responsibility and is somebody with whom",
        ),
    ],
)
def test_what_makes_somebody_a_parent_is_said(changes: dict[str, Any], says: str) -> None:
    found = item("parenthood on record", case=sample.case(parent=sample.parent(**changes)))
    assert found.met
    assert says in found.says


@pytest.mark.parametrize(
    "relationship", ["step-mother", "stepfather", "grandmother", "foster mother", "carer", "", None, "mother's friend"]
)
def test_a_carer_is_no_parent_by_what_they_are_called(relationship: str | None) -> None:
    not_known = {"relationship": relationship, "responsibility": "not known", "lives_with": "no"}
    found = lacking("parenthood on record", case=sample.case(parent=sample.parent(**not_known)))
    assert found.may_be_overridden
    assert "neither that this person is a mother or father of the child" in found.says


@pytest.mark.parametrize(
    ("address", "changes", "told"),
    [
        (sample.HOME, {}, True),
        (sample.HOME, {"withheld": Withheld(child=sample.CHILD, confidential=True)}, False),
        ("9 Cockle Lane, Example Haven, ZZ99 4AA", {}, False),
        (None, {}, False),
    ],
)
def test_that_the_roll_has_who_is_left_out_at_the_childs_address_is_said(address: str | None, changes: dict[str, Any], told: bool) -> None:
    mother = Carer(parent=f"{sample.CHILD}.1", name="Elowen Tregear", relationship="mother", address=sample.HOME)
    father = Carer(parent=f"{sample.CHILD}.2", name="Jory Tregear", relationship="father", address=address)
    out = sample.parent(parent="p2", ref=f"{sample.CHILD}.2", name="Jory Tregear", address=None, left_out="Lives elsewhere.")
    at_home = sample.person(address=sample.HOME, carers=(mother, father))
    found = item("every parent accounted for", person=at_home, case=sample.case(other_parents=(out,)), **changes)
    assert (found.met, "1 parent against whom no measure is asked for has the child's own address" in found.todo) == (True, told)
    assert "address" not in found.says, "the LA is not told"
    asked = out.model_copy(update={"left_out": None, "requested": True})
    assert not item("every parent accounted for", person=at_home, case=sample.case(other_parents=(asked,))).todo


def test_support_says_how_much_of_it_nobody_took_up() -> None:
    unmet = sample.entry("meeting", engagement="none").model_copy(update={"entry": "unmet"})
    taken = sample.entry("home visit", engagement="good").model_copy(update={"entry": "taken"})
    assert item("support offered", case=sample.case(entries=(unmet, taken))).says.endswith("; in 1 of these nobody was reached.")
    assert "nobody" not in item("support offered", case=sample.case(entries=(taken,))).says


def of_chronology(*entries: EntryTold) -> Item:
    return item("chronology read", case=sample.case(entries=entries))


def test_what_was_written_of_a_contact_and_tells_of_others_is_not_served() -> None:
    neighbour = sample.entry("telephone call", outcome="Mrs Begum's number is 01632 960 321, ask her at 2 Cockle Lane.")
    left = "What an officer wrote of the contact of 1 December 2026 tells of others, and is not served."
    assert of_chronology(sample.entry(), neighbour).says.startswith(left)
    nothing_else = of_chronology(neighbour.model_copy(update={"with_whom": "Mrs Begum of 2 Cockle Lane"}))
    assert (nothing_else.met, nothing_else.says) == (True, left), "nothing is left to be read"
    later = neighbour.model_copy(update={"entry": "later", "day": date(2026, 12, 4)})
    assert "of the contacts of 1 December 2026 and 4 December 2026 tells" in of_chronology(neighbour, later).says


def test_a_person_reads_what_is_served_of_contacts_since_no_search_knows_a_neighbour() -> None:
    told = sample.entry("telephone call", outcome="Old Ted from over the road says she sleeps there.")
    found = of_chronology(told)
    assert (found.met, found.may_be_overridden, found.before, found.each) == (False, True, "checking", ())
    assert found.says.startswith("What was written of contacts with this parent names no particulars of others, and no other child or")
    assert "only who reads them can say: 1 entry, of 1 December 2026 (hash " in found.says
    yes = Override(rule=found.rule, by="T. Okafor", at=datetime.combine(TODAY, time(9), UTC), why="read", says=found.says, authority="991")

    def held_up(*entries: EntryTold) -> bool:
        read = material(case=sample.case(entries=entries), overrides=(yes,))
        return next(one for one in judge(read, NATIONAL) if one.rule == "chronology read").holds_up

    assert not held_up(told)
    assert held_up(told.model_copy(update={"outcome": "Old Ted says that she sleeps there."})), "it was worded otherwise since"
    assert held_up(told, told.model_copy(update={"entry": "another"}))
    assert not held_up(told, told.model_copy(update={"entry": "for them", "parents": ("p2",)})), "which is for the authority alone"


def test_an_entry_that_may_tell_of_needs_is_read_by_a_person_before_it_is_served() -> None:
    telling = sample.entry("telephone call", outcome="She says that Merryn waits for CAMHS.")
    found = of_chronology(sample.entry(), telling)
    assert (found.met, found.may_be_overridden, found.before, found.each) == (False, True, "checking", ("1 December 2026",))
    assert "of health, of needs or of other agencies: that of 1 December 2026 (camhs)." in found.says
    with_another = telling.model_copy(update={"parents": ("p2",)})
    assert of_chronology(sample.entry(), with_another).each == (), "it is for the authority alone"
    assert "chronology read" not in {one.rule for one in judge(material(case=sample.case(entries=(with_another,))), NATIONAL)}
    yes = Override(
        rule="chronology read", by="T. Okafor", at=datetime.combine(TODAY, time(9), UTC), why="read", says=found.says, authority="991"
    )
    let_pass = material(case=sample.case(entries=(sample.entry(), telling)), overrides=(yes,))
    assert not next(one for one in judge(let_pass, NATIONAL) if one.rule == "chronology read").holds_up
    later = telling.model_copy(update={"entry": "later", "day": date(2026, 12, 4)})
    more = material(case=sample.case(entries=(telling, later)), overrides=(yes,))
    assert next(one for one in judge(more, NATIONAL) if one.rule == "chronology read").holds_up


def test_a_contact_that_was_recorded_since_the_statement_was_begun_is_told_in_it_or_let_pass() -> None:
    def found(*entries: EntryTold, says: str = "I am an officer.", **changes: Any) -> Item:
        statement = sample.statement(paragraphs=(says,), begun_at=datetime(2027, 1, 20, 9, tzinfo=UTC), **changes)
        return item("contacts since the statement", case=sample.case(entries=entries), statement=statement)

    before = sample.entry("home visit", recorded_on=date(2027, 1, 19))
    after = sample.entry("telephone call", date(2027, 1, 3), recorded_on=date(2027, 1, 20))
    assert found(before).met
    lacking = found(before, after)
    assert (lacking.met, lacking.may_be_overridden, lacking.before) == (False, True, "checking")
    assert (
        lacking.says
        == "Since the statement was begun, on 20 January 2027, contacts were recorded of days that it does not name: 3 January 2027."
    )
    assert found(before, after, says="On 3  January 2027 I had a telephone call.").met
    assert not found(before, after, says="On 13 January 2027 I made a home visit.").met
    assert found(before, after.model_copy(update={"parents": ("p2",)})).met, "it is in no statement"
    assert "contacts since the statement" not in {one.rule for one in judge(material(statement=None), NATIONAL)}


def test_an_authority_takes_requests_for_the_offences_of_its_profile_alone() -> None:
    asked = sample.wanted(measure="prosecution", offence="444(1A)")
    found = item("offence taken", NATIONAL.model_copy(update={"offences": ("444(1)",)}), wanted=asked)
    assert (found.met, found.may_be_overridden) == (False, False)
    assert item("offence taken", wanted=asked).met
    assert "offence taken" not in {one.rule for one in judge(material(), NATIONAL)}
