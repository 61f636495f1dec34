"""What people do about a pack, as rules: in whatever order, nothing is sent that was not checked, approved and signed as it is."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sharing.domain import acts
from services.sharing.domain import certificate as certificates
from services.sharing.domain import statement as statements
from services.sharing.domain.first_exhibits import first_exhibits
from services.sharing.domain.first_statement import first_draft
from services.sharing.domain.material import Item, Signature, Wanted
from services.sharing.domain.paper import as_checked
from services.sharing.domain.produced import initials
from services.sharing.domain.profile import Profile
from services.sharing.domain.rests import KINDS
from services.sharing.domain.sessions import relied_on
from services.sharing.domain.work import Against, By, Work
from services.sharing.errors import HeldUp, LookAgain, NotPossibleNow, NotYours, Unfit
from shared.contracts.attendance import ChildRegister, CodeMeaning, RegisterSession
from shared.contracts.enforcement import EntryTold, LetterSent, ServableDocument
from tests.domain import readiness_sample as sample
from tests.domain.readiness_sample import NATIONAL, case, entry, material

TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
WANTED = Wanted(
    request="c.1",
    case="c",
    school="900101",
    child="child",
    parent="child.1",
    measure="penalty notice",
    ground="irregular attendance",
    first=date(2026, 11, 2),
    last=TODAY,
    requested_by="T. Okafor",
    requested_on=TODAY,
)
LACKING = Item(rule="contacts confirmed", says="Not confirmed.", met=False, before="checking", may_be_overridden=True)
NEVER = Item(rule="in time", says="Too late.", met=False, before="checking", may_be_overridden=False)
PERSON = sample.person()
PRINTS: dict[str, str] = dict.fromkeys((*KINDS, *as_checked.KINDS), "as it was")
LATER = Item(rule="certificate recent", says="Old.", met=False, before="sending", may_be_overridden=True)


def by(person: str) -> By:
    return By(person=person, name=person.title(), role="officer", at=AT)


def marks(*codes: str) -> ChildRegister:
    days = [date(2026, 11, 2) + timedelta(days=n) for n in range(len(codes))]
    sessions = tuple(RegisterSession(day=day, session="AM", code=code, feed=1) for day, code in zip(days, codes, strict=True))
    key = tuple(CodeMeaning(code=code, meaning=code, statistical_class="present") for code in sorted({*codes, "X"}))
    return ChildRegister(child="child", sessions=sessions, statistics={}, key=key)


REGISTER = marks("O", "/", "O")
DECLARED = ("I have considered the reasons.",)


def sworn(*declaration: str) -> Profile:
    return NATIONAL.model_copy(update={"declaration": declaration})


PROFILE = sworn(*DECLARED)
SHOWN = certificates.to_sign("p", WANTED, PERSON, "Jory Tregear", REGISTER, PROFILE)


def sign(work: Work, check: str = SHOWN.check_value, on: date = TODAY, items: tuple[Item, ...] = ()) -> Work:
    signature = Signature(name="R. Pascoe", role="head teacher", on=on)
    return certificates.signed(work, by("head"), SHOWN, REGISTER, items, check=check, signature=signature, today=TODAY)


def approved() -> Work:
    return acts.approved(acts.checked(Work(wanted=WANTED), by("tom"), (), PRINTS), by("dana"), ())


@pytest.mark.parametrize("kind", PRINTS)
def test_what_was_approved_is_still_true_when_it_is_signed(kind: str) -> None:
    done, system = approved(), by("sharing")
    assert acts.still_true(done, system, PRINTS) is done
    fallen = acts.still_true(done, system, PRINTS | {kind: "another"})
    assert (fallen.state, fallen.checked, fallen.approved, fallen.overtaken) == ("draft", None, None, (kind,))
    with pytest.raises(LookAgain, match=f"{kind} changed since the pack was checked and approved"):
        sign(fallen)
    assert acts.still_true(fallen, system, PRINTS) is fallen, "told once"
    now = PRINTS | {kind: "another"}
    again = acts.approved(acts.checked(fallen, by("tom"), (), now), by("dana"), ())
    waiting = sign(acts.still_true(again, system, now))
    assert waiting.state == "waiting"
    later = acts.still_true(waiting, system, PRINTS)
    assert (later.state, later.certificate, later.overtaken) == ("draft", None, (kind,)), "a signature makes no new approval"


def test_what_is_lacking_holds_up_by_its_stage_and_an_override_lets_it_pass() -> None:
    draft = Work(wanted=WANTED)
    with pytest.raises(HeldUp, match="contacts confirmed: Not confirmed"):
        acts.checked(draft, by("tom"), (LACKING,), PRINTS)
    made = acts.overridden(draft, by("tom"), LACKING.rule, "rang today", (LACKING,), "893")
    assert acts.overridden(made, by("tom"), LACKING.rule, "rang today", (LACKING,), "893") is made
    worse = LACKING.model_copy(update={"says": "Not confirmed for years."})
    assert acts.overridden(made, by("tom"), LACKING.rule, "rang today", (worse,), "893").overrides[0].says == worse.says
    let_pass = LACKING.model_copy(update={"override": made.overrides[0]})
    assert acts.checked(made, by("tom"), (let_pass, LATER), PRINTS).state == "checked"
    assert acts.taken_back(made, by("tom"), LACKING.rule).overrides == ()
    assert acts.taken_back(draft, by("tom"), LACKING.rule) is draft


@pytest.mark.parametrize("item", [NEVER, LACKING.model_copy(update={"met": True}), LATER.model_copy(update={"rule": "another"})])
def test_what_may_not_be_let_pass_is_not(item: Item) -> None:
    with pytest.raises(Unfit):
        acts.overridden(Work(wanted=WANTED), by("tom"), "in time" if item is NEVER else LACKING.rule, "because", (item,), "893")


def test_the_reason_for_which_an_address_is_told_apart_is_printed_so_it_never_tells_the_address() -> None:
    item = LACKING.model_copy(update={"rule": "address for service"})
    for why in ("He is at 7 Refuge Lane.", "told: zz99 9zz", "rang the court officer: 7\u00a0Refuge Lane"):
        with pytest.raises(Unfit, match="never the address"):
            acts.overridden(Work(wanted=WANTED), by("tom"), item.rule, why, (item,), "893")
    told = "told by telephone to the court officer on 3 March 2027"
    assert acts.overridden(Work(wanted=WANTED), by("tom"), item.rule, told, (item,), "893").overrides[0].why == told


def test_an_override_takes_the_check_away() -> None:
    made = acts.overridden(approved(), by("tom"), LACKING.rule, "rang today", (LACKING,), "893")
    assert (made.state, made.checked, made.approved) == ("draft", None, None)


def test_the_signature_is_of_what_was_shown_and_freezes_it() -> None:
    signed = sign(approved())
    assert signed.certificate is not None
    assert (signed.state, signed.certificate.marks, signed.certificate.declaration) == ("waiting", REGISTER, DECLARED)
    assert sign(signed) is signed
    with pytest.raises(LookAgain):
        sign(approved(), check="0" * 64)
    with pytest.raises(HeldUp):
        sign(approved(), items=(LATER.model_copy(update={"before": "signing"}),))
    with pytest.raises(NotPossibleNow):
        sign(Work(wanted=WANTED))


def test_other_marks_than_those_that_were_signed_lead_back_to_the_draft() -> None:
    signed = sign(approved())
    other = marks("G", "G", "O")
    shown = certificates.to_sign("p", WANTED, PERSON, "Jory Tregear", other, PROFILE)
    signature = Signature(name="R. Pascoe", role="head teacher", on=TODAY)
    again = certificates.signed(signed, by("head"), shown, other, (), check=shown.check_value, signature=signature, today=TODAY)
    assert (again.state, again.certificate, again.checked, again.approved) == ("draft", None, None, None)
    assert again.overtaken == ("certificate",)


def test_a_second_signatory_does_not_take_the_place_of_the_first_while_that_is_good() -> None:
    first = sign(approved())
    deputy = Signature(name="A. Deputy", role="acting head teacher", on=TODAY)

    def again(signature: Signature, items: tuple[Item, ...] = ()) -> Signature | None:
        who, check = by("school"), SHOWN.check_value
        done = certificates.signed(first, who, SHOWN, REGISTER, items, check=check, signature=signature, today=TODAY)
        return done.certificate.signed if done.certificate else None

    with pytest.raises(NotPossibleNow, match="somebody else has signed"):
        again(deputy)
    by_name = deputy.model_copy(update={"name": "r.  PASCOE"})
    assert again(by_name) == by_name, "the same person, otherwise"
    assert again(deputy, (LATER,)) == deputy, "the LA asks for a newer one"


def test_a_statement_is_begun_anew_where_its_maker_says_so_and_the_words_before_are_kept() -> None:
    begun = statements.begun(Work(wanted=WANTED), by("tom"), ("I was there.",))
    assert statements.begun(begun, by("tom"), ("I was there on Monday.",)) is begun
    anew = statements.begun(begun, by("tom"), ("I was there on Monday.",), anew=True)
    assert anew.statement
    assert (anew.statement.paragraphs, anew.statement.edition, anew.kept) == (("I was there on Monday.",), 2, (begun.statement,))
    assert statements.begun(anew, by("tom"), ("I was there on Monday.",), anew=True) is anew, "the same again"


def test_a_scan_shows_one_signature() -> None:
    begun = statements.begun(Work(wanted=WANTED), by("tom"), ("I was there.",))
    paper = Signature(name="Tom", role="officer", on=TODAY, way="on paper", document="scan", sha256="a" * 64)
    signed = statements.signed(begun, by("tom"), 1, paper, TODAY)
    assert statements.signed(signed, by("tom"), 1, paper, TODAY) is signed
    edited = statements.edited(signed, by("tom"), 1, ("I was not.",), ())
    with pytest.raises(Unfit, match="for another signature"):
        statements.signed(edited, by("tom"), 2, paper, TODAY)
    copy = paper.model_copy(update={"document": "the same file again"})
    with pytest.raises(Unfit, match="for another signature"):
        statements.signed(edited, by("tom"), 2, copy, TODAY)
    ready = acts.approved(acts.checked(signed, by("tom"), (), PRINTS), by("dana"), ())
    with pytest.raises(Unfit, match="for another signature"):
        certificates.signed(ready, by("head"), SHOWN, REGISTER, (), check=SHOWN.check_value, signature=paper, today=TODAY)


def test_the_head_teacher_signs_or_who_acts_as_one() -> None:
    for role in ("head teacher", "Acting head teacher"):
        certificates.check_signatory(role, NATIONAL.signatories)
    with pytest.raises(Unfit, match="signed by the head teacher or the acting head teacher"):
        certificates.check_signatory("office assistant", NATIONAL.signatories)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=1)])
def test_nobody_certifies_days_to_come_or_dates_ahead(day: date) -> None:
    with pytest.raises(Unfit):
        sign(approved(), on=day)


@given(st.lists(st.sampled_from("/\\OGNU"), min_size=1, max_size=19), st.lists(st.sampled_from("/\\OGNU"), min_size=1, max_size=19))
def test_the_check_value_is_of_the_marks_and_the_declaration(one: list[str], other: list[str]) -> None:
    first, second = (certificates.to_sign("p", WANTED, PERSON, "Jory Tregear", marks(*codes), PROFILE) for codes in (one, other))
    assert (first.check_value == second.check_value) == (one == other)
    assert certificates.to_sign("p", WANTED, PERSON, "Jory Tregear", marks(*one), sworn("Another.")).check_value != first.check_value
    assert certificates.to_sign("p", WANTED, PERSON, "Elowen Tregear", marks(*one), PROFILE).check_value != first.check_value
    for other_child in ({"forename": "Another"}, {"surname": "Child"}, {"born": date(2011, 1, 1)}):
        child = PERSON.model_copy(update=other_child)
        assert certificates.to_sign("p", WANTED, child, "Jory Tregear", marks(*one), PROFILE).check_value != first.check_value
    assert {meaning.code for meaning in first.key} == set(one)


Step = st.sampled_from(
    ["begin", "edit", "override", "take back", "check", "approve", "sign", "sign statement", "cancel", "take up", "another authority"]
)


@given(st.lists(st.tuples(Step, st.sampled_from(["tom", "dana", "eve"])), max_size=25))
def test_whatever_is_done_in_whatever_order_what_waits_was_checked_approved_and_signed_by_others(steps: list[tuple[str, str]]) -> None:
    work = Work(wanted=WANTED)
    for number, (step, person) in enumerate(steps):
        before = work
        try:
            work = _taken(work, step, by(person), number)
        except (HeldUp, LookAgain, NotPossibleNow, NotYours, Unfit):
            assert work is before
        assert work.revision - before.revision in (0, 1)
        assert (work == before) == (work.revision == before.revision)
        assert len(work.history) == work.revision
        if work.state == "waiting":
            assert work.certificate
            assert work.checked
            assert work.approved
            assert work.checked.person != work.approved.person
        if work.state == "draft":
            assert (work.checked, work.approved, work.certificate) == (None, None, None)
        if work.state == "cancelled":
            assert work.overtaken == ()
        editions = [kept.edition for kept in (*work.kept, work.statement) if kept]
        assert editions == sorted(editions), "each edition that was there is kept"


def _taken(work: Work, step: str, who: By, number: int) -> Work:
    edition = work.statement.edition if work.statement else 0
    match step:
        case "begin":
            return statements.begun(work, who, ("I was there.",))
        case "edit":
            return statements.edited(work, who, edition, (f"I was there, {number}.",), ())
        case "sign statement":
            signature = Signature(name=who.name, role=who.role, on=TODAY)
            return statements.signed(work, who, edition, signature, TODAY)
        case "override":
            return acts.overridden(work, who, LACKING.rule, "rang", (LACKING,), "893")
        case "take back":
            return acts.taken_back(work, who, LACKING.rule)
        case "check":
            return acts.checked(work, who, (), PRINTS)
        case "approve":
            return acts.approved(work, who, ())
        case "sign":
            return sign(work)
        case "cancel" | "take up":
            return (acts.cancelled if step == "cancel" else acts.taken_up)(work, who, "moved, or back")
    return acts.returned_home(work, who, "893")


def test_a_pack_against_somebody_else_than_was_looked_at_goes_back_to_its_draft() -> None:
    seen = acts.against(Work(wanted=WANTED), by("sharing"), Against(record="father", name="Jory Tregear"))
    assert (seen.state, seen.revision) == ("draft", 0)
    done = acts.approved(acts.checked(seen, by("officer"), (), PRINTS), by("head of service"), ())
    assert acts.against(done, by("sharing"), Against(record="father", name="Jory Tregear")) == done
    for other in (Against(record="mother", name="Jory Tregear"), Against(record="father", name="Elowen Tregear")):
        after = acts.against(done, by("sharing"), other)
        assert (after.state, after.checked, after.approved, after.against) == ("draft", None, None, other)
        assert after.overtaken == ("parent",)
        assert acts.against(seen, by("sharing"), other).overtaken == (), "nobody had checked it"
    assert acts.returned_home(done, by("sharing"), "803").overtaken == ("authority",)
    assert acts.returned_home(seen, by("sharing"), "803").overtaken == ()


@pytest.mark.parametrize(
    ("name", "letters"), [("T. Okafor", "TO"), ("Tamsin de la Cruz", "TDLC"), ("Mr D Oyelaran", "MDO"), ("O'Neill", "ON"), ("42", "X")]
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_the_first_draft_speaks_for_its_maker_and_tells_the_acts_of_others_as_theirs() -> None:
    held = material()
    paragraphs = first_draft("T. Okafor", "Education Welfare Officer", held, NATIONAL)
    assert paragraphs[0].startswith("I am T. Okafor, Education Welfare Officer.")
    assert len(paragraphs) >= 3 + len(held.case.entries) + len(held.case.letters)
    mine = [entry.officer == "T. Okafor" for entry in held.case.entries]
    assert sum("I recorded this" in text for text in paragraphs) == sum(mine)
    others = first_draft("A. Second", "Education Welfare Officer", held, NATIONAL)
    assert not any("I recorded" in text or "I noted" in text for text in others)
    assert sum("Another officer of the company recorded this" in text for text in others) == len(mine)
    for text in (*paragraphs, *others):
        assert not re.search(r"(Engagement|Outcome|With|Kind):|not applicable", text), "no label of a record is sworn to"


def test_the_first_draft_says_what_has_to_be_proved_of_parent_and_pupil_as_far_as_it_is_on_record() -> None:
    def drafted(**person: Any) -> str:
        held = material(person=sample.person(**person), case=case(parent=sample.parent(responsibility="yes")))
        return " ".join(first_draft("T. Okafor", "Officer", held, NATIONAL))

    entered = {"entered": date(2024, 9, 3)}
    told = drafted(**entered)
    assert "The records of the case show that Elowen Tregear is the mother of the child and has parental responsibility." in told
    roll = "The roll that Gull Rock Academy has sent shows the child as its pupil since 3 September 2024"
    assert f"{roll}. By that roll the child was of compulsory school age on every day of the period named above." in told
    for born in (date(2022, 10, 1), None):
        assert f"{roll}. On" in drafted(**entered, born=born), "the child became five within the period, or nobody knows when"
    assert "shows the child as its pupil. By that roll" in drafted(), "which does not say since when"
    for not_throughout in ({"entered": date(2026, 11, 3)}, {**entered, "left": date(2027, 1, 8)}):
        assert "The roll that" not in drafted(**not_throughout)
    nobody = material(case=case(parent=sample.parent(relationship="aunt")))
    assert not any("Elowen Tregear is" in text for text in first_draft("T. Okafor", "Officer", nobody, NATIONAL))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"kind": "meeting in school", "engagement": "partial", "outcome": "mornings are hard"},
            "On 1 December 2026 I attended a meeting at the school with Elowen Tregear. I recorded this on the same day. "
            'I recorded that the engagement was partial. I noted of what came of it: "mornings are hard"',
        ),
        (
            {"kind": "home visit", "engagement": "good", "outcome": ""},
            "On 1 December 2026 I made a home visit and met Elowen Tregear. I recorded this on the same day. I recorded that the "
            "engagement was good.",
        ),
        (
            {"kind": "home visit", "engagement": "none", "outcome": "no reply"},
            "On 1 December 2026 I made a home visit. I recorded this on the same day. I recorded that there was no engagement. "
            'I noted of what came of it: "no reply"',
        ),
        (
            {"kind": "formal warning", "engagement": "not applicable", "outcome": "", "officer": "A. Other"},
            "The records of the case show that on 1 December 2026 a letter (formal warning) went to Elowen Tregear; whether it came back "
            "is not recorded. Another officer of the company recorded this on the same day.",
        ),
        (
            {"kind": "telephone call", "engagement": "not applicable", "outcome": "", "parents": (), "with_whom": "grandmother"},
            'On 1 December 2026 I had a telephone call. Of who was there the record says: "grandmother". I recorded this on the same day.',
        ),
    ],
)
def test_an_entry_is_told_as_who_recorded_it_would_say_it(changes: dict[str, Any], says: str) -> None:
    day = date(2026, 12, 1)
    told = entry(**{"day": day, **changes}).model_copy(update={"recorded_on": day})
    assert says in first_draft("T. Okafor", "Officer", material(case=case(entries=(told,), letters=())), NATIONAL)


def test_the_first_draft_tells_each_thing_once_on_the_day_on_which_it_happened() -> None:
    day, later = date(2026, 10, 13), date(2026, 11, 22)
    entries = (
        entry("meeting", day, outcome="", officer="T. Okafor").model_copy(update={"recorded_on": later}),
        entry("formal warning", day, outcome="").model_copy(update={"entry": "sent"}),
    )
    letter = LetterSent(letter="l1", kind="warning", records="formal warning", day=day, way="post", document=None, entry="sent")
    paragraphs = first_draft("T. Okafor", "Education Welfare Officer", material(case=case(entries=entries, letters=(letter,))), NATIONAL)
    assert [text for text in paragraphs if "13 October" in text or "22 November" in text] == [
        "On 13 October 2026 I attended a meeting with Elowen Tregear. I recorded this on 22 November 2026. "
        "I recorded that the engagement was good.",
        "On 13 October 2026 I sent Elowen Tregear a letter (formal warning), by post.",
    ]


def test_the_first_draft_produces_the_letters_that_its_maker_sent_and_that_need_no_decision() -> None:
    def sent(number: int, officer: str, text: str = "Dear Ms Tregear", document: str | None = "copy") -> tuple[LetterSent, EntryTold]:
        day, id_ = date(2026, 10, 12 + number), f"e{number}"
        copy = document and f"{document}{number}"
        letter = LetterSent(
            letter=f"l{number}", kind="warning", records="formal warning", day=day, way="post", document=copy, entry=id_, text=text
        )
        return letter, entry("formal warning", day, outcome="", officer=officer).model_copy(update={"entry": id_})

    made = (
        sent(3, "T. Okafor"),
        sent(1, "T. Okafor"),
        sent(2, "A. Other"),
        sent(4, "T. Okafor", "Ring 07700 900 999"),
        sent(5, "T. Okafor", document=None),
    )
    documents = tuple(
        ServableDocument(
            document=f"copy{number}",
            kind="letter",
            day=date(2026, 10, 12 + number),
            what="Formal warning",
            author="T. Okafor",
            type="pdf",
            size=1000,
            sha256="0" * 64,
        )
        for number in (1, 2, 3, 4)
    )
    held = material(case=case(entries=[one for _, one in made], letters=[one for one, _ in made], documents=documents))
    assert first_exhibits("T. Okafor", held) == ("copy1", "copy3")
    assert first_exhibits("Somebody Else", held) == ()


def test_the_first_draft_for_a_parent_who_knows_says_what_the_records_show() -> None:
    asked = sample.wanted(measure="prosecution", offence="444(1A)")
    made = material(wanted=asked)
    assert relied_on(asked, made.case, made.marks, made.notices, NATIONAL, TODAY) == (), "so nothing came after that day"
    paragraphs = first_draft("T. Okafor", "Education Welfare Officer", made, NATIONAL)
    said = "The records of the case show a contact with this parent (attendance contract) on 1 December 2026."
    assert said in paragraphs
    assert not any("relied on" in text for text in paragraphs)
    relied = NATIONAL.model_copy(update={"readings": NATIONAL.readings.model_copy(update={"sessions_before_the_parent_knew": "relied on"})})
    assert said in first_draft("T. Okafor", "Education Welfare Officer", material(wanted=asked), relied)
    strict = first_draft("T. Okafor", "Education Welfare Officer", material(wanted=sample.wanted(measure="prosecution")), NATIONAL)
    assert not any(text.startswith("The records of the case show a") for text in strict)


def test_the_first_draft_tells_nothing_that_is_for_the_authority_alone() -> None:
    day = date(2026, 12, 1)
    entries = (
        entry("telephone call", day, engagement="partial", outcome="says that mornings are hard", officer="A. Other"),
        entry("meeting", day, outcome="Said that he hits her.", parents=("mother",)),
        entry("referral", day, outcome="Self-harm.", parents=(), tells="agencies"),
        entry("adjustment", day, outcome="Hears badly.", tells="needs"),
    )
    paragraphs = first_draft("T. Okafor", "Education Welfare Officer", material(case=case(entries=entries, letters=())), NATIONAL)
    assert [text for text in paragraphs if "1 December" in text] == [
        "The records of the case show that on 1 December 2026 there was a telephone call, which concerned Elowen Tregear. "
        "Another officer of the company recorded this. The record shows that the engagement was partial. "
        'It says of what came of it: "says that mornings are hard"'
    ]


def test_the_name_that_checked_does_not_approve_under_another_id() -> None:
    work = acts.checked(Work(wanted=WANTED), by("tom"), (), PRINTS)
    for name in ("Tom", "TOM", " tom. ", "Tom (head of service)"):
        with pytest.raises(NotYours, match="another person"):
            acts.approved(work, by("dana").model_copy(update={"name": name}), ())
    for login in ("tom", "TOM", "Tom "):
        with pytest.raises(NotYours, match="another person"):
            acts.approved(work, by("dana").model_copy(update={"person": login}), ())
    with pytest.raises(NotYours, match="the name in full"):
        acts.approved(work, by("dana").model_copy(update={"name": "Tom Example"}), ())


@pytest.mark.parametrize(("checker", "same"), [("tom", True), ("TOM ", True), ("dana", False)])
def test_that_the_witness_checked_it_is_told_and_refused_where_another_is_demanded(checker: str, same: bool) -> None:
    made = Work(wanted=WANTED, statement=sample.statement(maker="tom", name="Tom Example"))
    assert not made.checked_by_witness
    who = by(checker).model_copy(update={"name": "A. Login"})
    assert acts.checked(made, who, (), PRINTS).checked_by_witness is same
    assert not acts.checked(Work(wanted=WANTED), who, (), PRINTS).checked_by_witness, "nobody is a witness"
    if same:
        with pytest.raises(NotYours, match="another person does"):
            acts.checked(made, who, (), PRINTS, by_another=True)
    else:
        assert acts.checked(made, who, (), PRINTS, by_another=True).state == "checked"
    named = by("dana").model_copy(update={"name": "Example, Tom"})
    assert acts.checked(made, named, (), PRINTS).checked_by_witness, "another login under the same name"


def test_another_offence_makes_a_draft_of_a_prosecution_and_is_none_of_a_notice() -> None:
    checked = Work(wanted=WANTED.model_copy(update={"measure": "prosecution"}), state="checked", checked=by("tom"))
    chosen = acts.of_offence(checked, by("tom"), "444(1A)")
    assert (chosen.state, chosen.checked, chosen.wanted.offence, chosen.history[-1].why) == ("draft", None, "444(1A)", "s.444(1A)")
    assert acts.of_offence(chosen, by("dana"), "444(1A)") == chosen
    with pytest.raises(Unfit):
        acts.of_offence(Work(wanted=WANTED.model_copy(update={"measure": "penalty notice"})), by("tom"), "444(1A)")
    signed = [certificates.to_sign("p", one.wanted, PERSON, "Jory Tregear", REGISTER, PROFILE) for one in (checked, chosen)]
    assert len({one.check_value for one in signed}) == 2
