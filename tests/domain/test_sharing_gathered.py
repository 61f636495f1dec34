"""From the services' answers to the pack's evidence: the one parent, the changes between submissions, nothing confidential."""

from datetime import date
from typing import Any, Literal

import pytest

from services.sharing.domain import gathered, pack
from services.sharing.domain.assemble import assemble
from services.sharing.domain.document import pdf
from services.sharing.domain.evidence import EnforcementRequest
from services.sharing.errors import NotOnRoll
from shared.contracts.attendance import Carer, ChildRegister, CodeMeaning, EarlierMark, Person, RegisterSession, Withheld
from shared.contracts.enforcement import CaseEvidence, EntryTold
from shared.contracts.referrals import ConcernMet, HiddenParent

CHILD = "c0ffee"
NOTHING = Withheld(child=CHILD, confidential=False)
HOME = "14 Pilchard Row, Example Haven, ZZ99 3WZ"


def held(**changes: Any) -> CaseEvidence:
    told: dict[str, Any] = {
        "case": "case1",
        "school": "900101",
        "child": CHILD,
        "opened_on": date(2026, 9, 26),
        "state": "enforcement requested",
        "parent": None,
        "concerns": (ConcernMet(rule="ten sessions unauthorised", raised_on=date(2026, 9, 25), figures={"unauthorised": 10}),),
        "entries": (
            EntryTold(
                entry="e1",
                day=date(2026, 9, 28),
                kind="home visit",
                with_whom="father",
                engagement="good",
                outcome=f"Seen at {HOME}.",
                officer="T. Okafor",
            ),
        ),
    }
    return CaseEvidence(**told | changes)


def person(**changes: Any) -> Person:
    told: dict[str, Any] = {
        "child": CHILD,
        "upn": "B801200005001",
        "forename": "Merryn",
        "surname": "Tregear",
        "born": date(2013, 3, 9),
        "year_group": "9",
        "address": HOME,
        "looked_after": True,
        "special_educational_needs": "K",
        "carers": (
            Carer(parent=f"{CHILD}.1", name="Elowen Tregear", relationship="mother", phone="01632 960001"),
            Carer(parent=f"{CHILD}.2", name="Jory Tregear", address=HOME, email="jory@example.org"),
        ),
    }
    return Person(**told | changes)


def session(day: int, half: Literal["AM", "PM"], code: str, feed: int, *earlier: tuple[str, int]) -> RegisterSession:
    marks = tuple(EarlierMark(code=code, feed=number) for code, number in earlier)
    return RegisterSession(day=date(2026, 9, day), session=half, code=code, feed=feed, earlier=marks)


def register(*sessions: RegisterSession, **changes: Any) -> ChildRegister:
    key = (
        CodeMeaning(code="/", meaning="Present, morning", statistical_class="present"),
        CodeMeaning(code="\\", meaning="Present, afternoon", statistical_class="present"),
        CodeMeaning(code="N", meaning="Reason not yet established", statistical_class="unauthorised absence"),
        CodeMeaning(code="O", meaning="Other or unknown circumstances", statistical_class="unauthorised absence"),
    )
    days = {4: date(2026, 9, 4), 7: date(2026, 9, 11), 9: date(2026, 9, 18)}
    return ChildRegister(child=CHILD, sessions=sessions, statistics={}, **{"key": key, "submitted": days} | changes)


MARKS = (
    session(3, "AM", "/", 4),
    session(3, "PM", "\\", 4),
    session(4, "PM", "O", 9, ("N", 4), ("N", 7)),
    session(7, "AM", "O", 7, ("/", 4)),
)


def test_days_come_with_both_halves_and_a_missing_mark_is_none() -> None:
    days = gathered.attendance(person(), register(*MARKS), NOTHING).days
    assert [(day.date.day, day.am, day.pm) for day in days] == [(3, "/", "\\"), (4, None, "O"), (7, "O", None)]


def test_a_change_has_the_day_of_the_submission_that_made_it() -> None:
    changes = gathered.attendance(person(), register(*MARKS), NOTHING).changes
    assert [(c.date.day, c.session, c.before, c.after, c.submitted_on) for c in changes] == [
        (4, "PM", "N", "O", date(2026, 9, 18)),  # the second N changed nothing
        (7, "AM", "/", "O", date(2026, 9, 11)),
    ]


def test_a_submission_that_is_no_longer_on_record_leaves_the_change_without_a_day() -> None:
    changes = gathered.attendance(person(), register(*MARKS, submitted={4: date(2026, 9, 4)}), NOTHING).changes
    assert [change.submitted_on for change in changes] == [None, None]


def test_the_register_is_as_of_the_last_submission_and_never_before_its_last_mark() -> None:
    assert gathered.attendance(person(), register(*MARKS), NOTHING).register_as_of == date(2026, 9, 18)
    assert gathered.attendance(person(), register(*MARKS, submitted={}), NOTHING).register_as_of == date(2026, 9, 7)


def test_the_parent_is_the_one_whom_the_request_names() -> None:
    told = gathered.chronology(held(), f"{CHILD}.2", person())
    assert (told.parent.name, told.parent.relationship) == ("Jory Tregear", "not stated on the roll")
    assert told.concerns == (pack.Concern(rule="ten sessions unauthorised", raised_on=date(2026, 9, 25), figures={"unauthorised": 10}),)


@pytest.mark.parametrize(
    ("who", "parent", "marks"),
    [
        (person(), f"{CHILD}.3", MARKS),
        (person(forename=None), f"{CHILD}.2", MARKS),
        (person(born=None), f"{CHILD}.2", MARKS),
        (person(), f"{CHILD}.2", ()),
    ],
)
def test_what_the_school_has_not_told_yet_is_waited_for(who: Person, parent: str, marks: tuple[RegisterSession, ...]) -> None:
    with pytest.raises(NotOnRoll):
        made(held(), who, register(*marks), parent=parent)


def made(case: CaseEvidence, who: Person, marks: ChildRegister, withheld: Withheld = NOTHING, parent: str = f"{CHILD}.2") -> pack.Pack:
    who, withheld = gathered.protected(who, withheld, case.hidden)
    request = EnforcementRequest(
        measure="penalty notice",
        requested_by="T. Okafor",
        requested_on=date(2026, 10, 5),
        period_from=date(2026, 9, 1),
        period_to=date(2026, 10, 2),
        head_teacher="R. Pascoe",
        signed_on=date(2026, 10, 5),
    )
    return assemble(
        request,
        gathered.attendance(who, marks, withheld),
        gathered.chronology(case, parent, who),
        pack.School(name="Gull Rock Academy", urn="900101"),
        pack.Authority(code="893", name="Example County Council"),
        pack_id="5f2c1a",
        created=date(2026, 10, 6),
        company="Harbour Lane Education Welfare",
    )


def test_the_other_parent_and_what_is_not_needed_are_in_no_part_of_the_pack() -> None:
    document = made(held(), person(), register(*MARKS)).as_json().decode()
    assert "Jory Tregear" in document
    for left_out in ("Elowen", "01632 960001", "jory@example.org", "looked_after", '"K"'):
        assert left_out not in document


def test_the_address_of_a_child_whose_other_parents_is_confidential_is_withheld() -> None:
    hidden = Carer(parent=f"{CHILD}.1", name="Elowen Tregear", address_confidential=True)
    own = person().carers[1].model_copy(update={"address": "2 Cockle Lane, Example Haven, ZZ99 4AA"})
    document = made(held(), person(carers=(hidden, own)), register(*MARKS)).as_json().decode()
    assert "Cockle" in document
    assert "Pilchard" not in document


REFUGE = "7 Refuge Lane, Example Haven, ZZ99 9ZZ"


@pytest.mark.parametrize("place", [1, 3])
def test_an_address_that_an_officer_was_told_to_hide_is_nowhere_whatever_the_roll_says(place: int) -> None:
    """Whichever place the roll gives her, whatever it shows of her address, and wherever an officer wrote it down."""
    mother = Carer(parent=f"{CHILD}.{place}", name="elowen  TREGEAR", address="9 Haven Court, Example Haven, ZZ99 8AA")
    father = person().carers[1].model_copy(update={"address": "2 Cockle Lane, Example Haven, ZZ99 4AA"})
    told = f"Called at {REFUGE.upper()}, and at 9 Haven Court, and at {HOME}."
    entry = held().entries[0].model_copy(update={"outcome": told, "with_whom": "the mother at 7 Refuge Lane"})
    hidden = HiddenParent(refs=(f"{CHILD}.1",), names=("Elowen Tregear",), addresses=(REFUGE,))
    case = held(entries=(entry,), hidden=(hidden,))
    document = made(case, person(address=REFUGE, carers=(father, mother)), register(*MARKS)).as_json().decode()
    assert "Cockle" in document, "the parent whom the pack is about has an address"
    assert "Pilchard" in document
    for secret in ("refuge", "haven court", "zz99 9zz", "zz99 8aa"):
        assert secret not in document.casefold()


def test_who_may_be_meant_by_another_spelling_is_protected_too() -> None:
    hidden = HiddenParent(names=("Elowen Pascoe",), addresses=(REFUGE,))
    document = made(held(hidden=(hidden,)), person(), register(*MARKS)).as_json().decode()
    assert "Pilchard" not in document, "either parent may be the one, so nobody's address is told"


def test_a_change_without_a_day_and_a_concern_without_figures_are_printed() -> None:
    concern = ConcernMet(rule="late before the register closed", raised_on=date(2026, 9, 25))
    printed = pdf(made(held(concerns=(concern,)), person(), register(*MARKS, submitted={})))
    assert printed.startswith(b"%PDF")
