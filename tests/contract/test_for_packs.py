"""What a case holds for a pack, as `sharing` is answered: everything of the one parent, and nothing that nobody gave for it."""

import itertools
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from shared.contracts.attendance_events import RollChanged
from shared.contracts.enforcement import AskCaseEvidence, AskCaseFile, AskCaseParents, CaseEvidence, CaseFile, CaseParents
from shared.identity import new_id
from tests.contract.test_case_documents import attach
from tests.contract.test_families import (
    ENFORCEMENT,
    FATHER,
    MOTHER,
    TODAY,
    WHY,
    a_case,
    brought,
    child,
    from_roll,
    publish,
    send,
    wear,
)
from tests.contract.test_letters import words
from tests.support import files
from tests.support.referrals import YEAR, World, referrals_world

URNS = (str(number) for number in itertools.count(990701))
CALL = {"kind": "telephone call", "date": TODAY.isoformat(), "engagement": "good"}
SERVABLE: dict[str, Any] = {"audience": "officers", "kind": "medical evidence", "date": TODAY.isoformat(), "name": "letter.pdf"}
HEAD: dict[str, Any] = {"role": "head of service", "sub": "head"}


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("forpacks")) as ready:
        await ready.add_officer("barred", "Ash Example")
        yield ready


async def ask(world: World, question: BaseModel) -> tuple[str | None, bytes]:
    """Why nothing is answered, and what is."""
    reply = await world.neighbours.bus.request(question.SUBJECT, question.model_dump_json().encode(), timeout=10)  # type: ignore[attr-defined]
    return (reply.headers or {}).get("trouble"), reply.data


async def evidence(world: World, case: str, parent: str, reader: str | None = None) -> CaseEvidence:
    trouble, said = await ask(world, AskCaseEvidence(case=case, parent=parent, reader=reader))
    assert trouble is None
    return CaseEvidence.model_validate_json(said)


async def a_family(world: World, name: str, father: dict[str, Any] = FATHER) -> tuple[str, str, str, str]:
    """School, case, and the records of mother and father."""
    urn = next(URNS)
    case = await a_case(world, urn, child(world, name, MOTHER, father))
    mother, other = await brought(world, urn, name)
    return urn, case, mother["parent"], other["parent"]


async def entry(world: World, case: str, outcome: str, **more: Any) -> str:
    return str((await send(world, "POST", f"/cases/{case}/interventions", {**CALL, "outcome": outcome, **more}, status=201))["id"])


async def test_a_parent_is_the_same_by_place_and_by_record_and_the_other_one_is_told_with_the_request(world: World) -> None:
    _, case, mother, father = await a_family(world, "packplace")
    await send(world, "POST", f"/cases/{case}/enforcement", {"parent": "packplace.2", **ENFORCEMENT}, status=201)
    by_place, by_record = await evidence(world, case, "packplace.1"), await evidence(world, case, mother)
    assert by_place == by_record
    assert by_place.parent is not None
    assert (by_place.parent.parent, by_place.parent.ref, by_place.parent.requested) == (mother, "packplace.1", False)
    assert [(one.parent, one.requested, one.left_out) for one in by_place.other_parents] == [(father, True, None)]
    assert (await evidence(world, case, "packplace.7")).parent is None
    assert (await evidence(world, case, new_id())).parent is None


async def test_a_request_stays_against_the_parent_whom_it_named_when_the_roll_lists_them_in_another_order(world: World) -> None:
    urn, case, mother, father = await a_family(world, "packorder")
    made = await send(world, "POST", f"/cases/{case}/enforcement", {"parent": "packorder.2", **ENFORCEMENT}, status=201)
    assert made["parent"] == father
    child(world, "packorder", FATHER, MOTHER)
    again = await world.send("POST", f"/cases/{case}/enforcement", {"parent": "packorder.1", **ENFORCEMENT})
    assert (again.status_code, again.json()["request"]) == (200, made["request"]), "the roll was asked, whatever has been heard of it"
    await publish(world, RollChanged(school=urn, child="packorder", year=YEAR, feed=2, changes=("contacts",), **wear()))
    await world.quiet()
    told = await evidence(world, case, made["parent"])
    assert told.parent is not None
    assert (told.parent.parent, told.parent.ref, told.parent.on_roll, told.parent.requested) == (
        father,
        "packorder.1",
        FATHER["name"],
        True,
    )
    assert [(one.parent, one.ref, one.requested) for one in told.other_parents] == [(mother, "packorder.2", False)]
    other = await send(world, "POST", f"/cases/{case}/enforcement", {"parent": "packorder.2", **ENFORCEMENT}, status=201)
    assert other["parent"] == mother
    out = await world.send("PUT", f"/cases/{case}/parents/packorder.1/left-out", {"why": "abroad"})
    assert out.status_code == 409, "a request stands"


async def test_a_flag_on_a_joined_record_of_the_child_is_told(world: World) -> None:
    urn, case, mother, _ = await a_family(world, "packkept")
    child(world, "packjoined", MOTHER, FATHER)
    await send(world, "POST", f"/schools/{urn}/children/packjoined/flags", {"kind": "safeguarding", "why": "Wrenfield"}, status=201)
    assert (await evidence(world, case, mother)).flags == ()
    await world.neighbours.said("packkept", "packjoined", 1, school=urn)
    await world.quiet()
    assert (await evidence(world, case, mother)).flags == ("safeguarding",)


async def test_a_place_of_which_nobody_has_said_who_stands_there_is_nobodys(world: World) -> None:
    urn, case, _, father = await a_family(world, "packdoubt")
    child(world, "packdoubt", MOTHER, {**FATHER, "name": "Mr Ira Quillfeather"})
    await publish(world, RollChanged(school=urn, child="packdoubt", year=YEAR, feed=2, changes=("contacts",), **wear()))
    await world.quiet()
    told = (await evidence(world, case, father)).parent
    assert told is not None
    assert (told.name, told.ref, told.on_roll) == (FATHER["name"], None, None)


async def test_what_was_struck_out_noted_or_not_reviewed_is_never_told(world: World) -> None:
    _, case, mother, _ = await a_family(world, "packstruck")
    await entry(world, case, "agreed to ring daily", with_whom="mother", notes="Wrenfield said in confidence")
    wrong = await entry(world, case, "Wrenfield: of another child", with_whom="mother")
    await send(world, "POST", f"/cases/{case}/interventions/{wrong}/strike", {"reason": "another child"})
    await entry(world, case, "spoke to the child", with_whom="child", child_view="Wrenfield mornings are loud")
    told = await evidence(world, case, mother)
    assert ("Wrenfield" in told.model_dump_json(), [one.outcome for one in told.entries]) == (
        False,
        ["agreed to ring daily", "spoke to the child"],
    )
    assert (told.child_view, told.view_not_reviewed) == (None, TODAY), "that there is one, and no word of it"
    viewed = told.entries[1].entry
    await send(world, "POST", f"/cases/{case}/interventions/{viewed}/view-reviewed")
    told = await evidence(world, case, mother)
    assert (told.child_view, told.view_not_reviewed) == ("Wrenfield mornings are loud", None)
    await entry(world, case, "spoke to the child again", with_whom="child", child_view="Wrenfield afternoons too")
    told = await evidence(world, case, mother)
    assert (told.child_view, told.view_not_reviewed) == ("Wrenfield mornings are loud", TODAY), "the later one is another"


async def test_a_letter_is_told_with_its_exact_copy_to_whom_it_went_and_no_copy_to_the_other_parent(world: World) -> None:
    _, case, mother, father = await a_family(world, "packletter")
    body = {"kind": "attendance concern", "asked": {"reply by": (TODAY + timedelta(days=14)).isoformat()}, "to": [{"case": case}]}
    made = (await send(world, "POST", "/letters", body, status=201))["letters"]
    assert (await evidence(world, case, mother)).letters == (), "none has gone yet"
    gone = {"letters": [one["letter"] for one in made], "way": "post", "date": TODAY.isoformat()}
    await send(world, "POST", "/letters/sent", gone)
    for record, own in ((mother, MOTHER), (father, FATHER)):
        told = await evidence(world, case, record)
        [letter] = told.letters
        other = father if record == mother else mother
        assert {one.parents for one in told.entries} == {(), (other,)}, "the other's letter is the other's entry"
        assert (letter.kind, letter.way, letter.day, letter.came_back) == ("attendance concern", "post", TODAY, None)
        assert [one.document for one in told.documents] == [letter.document], "the other's copy has the other's address on it"
        assert (own["name"] in letter.text, letter.shows_hidden) == (True, False)
        assert letter.entry is not None
        written = re.findall(r"[\w.+-]+@[\w.-]+\w|0\d{4}\s\d{6}", letter.text)
        assert len(written) > 1
        assert {re.sub(r"\s", " ", one) for one in written} <= set(letter.on_it), "ours alone stand in it"
        trouble, said = await ask(world, AskCaseFile(case=case, document=str(letter.document)))
        assert trouble is None
        text = words(CaseFile.model_validate_json(said).content)
        assert (own["name"] in text, FATHER["address"].split(",")[0] in text) == (True, own is FATHER)
    [letter] = (await evidence(world, case, mother)).letters
    written = await send(world, "GET", f"/cases/{case}")
    copy = next(one["id"] for one in written["interventions"] if one["with_whom"] == MOTHER["name"])
    await send(world, "POST", f"/cases/{case}/interventions/{copy}/strike", {"reason": "it was never posted"})
    assert (await evidence(world, case, mother)).letters == ()
    assert len((await evidence(world, case, father)).letters) == 1


async def test_a_document_says_of_which_entry_it_is_the_copy(world: World) -> None:
    _, case, mother, _ = await a_family(world, "packcopies")
    said = {"date": TODAY.isoformat(), "with_whom": "mother", "engagement": "not applicable", "outcome": "sent", "kind": "formal warning"}
    entry = (await send(world, "POST", f"/cases/{case}/interventions", said, status=201))["id"]
    await attach(world, case, files.pdf(), what="The warning", may_be_served=True, copy_of=entry, **SERVABLE)
    await attach(world, case, files.pdf(), what="Another", may_be_served=True, **SERVABLE)
    assert {one.what: one.copy_of for one in (await evidence(world, case, mother)).documents} == {"The warning": entry, "Another": None}


async def test_a_document_is_given_when_its_author_gave_it_to_be_served_and_of_its_own_case_alone(world: World) -> None:
    _, case, mother, _ = await a_family(world, "packserved")
    _, elsewhere, _, _ = await a_family(world, "packelsewhere")
    kept = await attach(world, case, files.pdf(), what="Kept back", **SERVABLE)
    given = await attach(world, case, files.pdf(), what="Doctor's letter", may_be_served=True, **SERVABLE)
    [told] = (await evidence(world, case, mother)).documents
    assert (told.document, told.what, told.size, told.sha256) == (
        given["document"],
        "Doctor's letter",
        given["content"]["size"],
        given["content"]["sha256"],
    )
    asked = {kept["document"]: case, given["document"]: elsewhere, new_id(): case}
    assert [(await ask(world, AskCaseFile(case=of, document=one)))[0] for one, of in asked.items()] == ["not known"] * 3
    assert (await ask(world, AskCaseFile(case=case, document=given["document"])))[0] is None
    await send(world, "POST", f"/cases/{case}/documents/{given['document']}/strike", {"reason": "not hers"})
    assert (await evidence(world, case, mother)).documents == ()
    assert (await ask(world, AskCaseFile(case=case, document=given["document"])))[0] == "not known"


async def test_a_confidential_address_is_told_to_be_hidden_and_nowhere_else(world: World) -> None:
    hidden = {**FATHER, "address_confidential": True, "address": None}
    urn, case, mother, father = await a_family(world, "packhidden", hidden)
    said = {"address": "22 Otherplace Road", "address_confidential": True, **WHY}
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-sen"}, **HEAD)
    await send(world, "PATCH", f"/parents/{father}", said)
    told = await evidence(world, case, mother)
    [other] = told.other_parents
    assert (other.confidential, other.address) == (True, None)
    assert [(one.names, one.addresses) for one in told.hidden] == [((FATHER["name"],), ("22 Otherplace Road",))]
    shown = json.loads(told.model_dump_json())
    shown.pop("hidden")
    assert "Otherplace" not in json.dumps(shown)
    seen = (await evidence(world, case, father)).parent
    assert seen is not None
    assert seen.address is None
    assert urn


async def test_who_looks_is_told_of_no_sibling_who_is_closed_to_them_or_at_a_school_that_is_not_theirs(world: World) -> None:
    urn, case, mother, _ = await a_family(world, "packreader")
    far, away, hers, _ = await a_family(world, "packfarsister")
    near = child(world, "packnearbrother", MOTHER)
    own = await a_case(world, urn, near)
    [his] = await from_roll(world, urn, near)
    for record in (hers, his["parent"]):
        await send(world, "POST", "/parents/same", {"parents": [mother, record], **WHY})
    told = {"name": "Ash Example", "email": "r@example.org"}
    for officer, schools in (("reads-one", [urn]), ("reads-both", [urn, far])):
        await world.add_officer(officer, "Ash Example")
        await send(world, "PUT", f"/officers/{officer}", {**told, "schools": schools}, role="operator", sub="operator")

    async def siblings(reader: str | None) -> set[str]:
        return {one.child for one in (await evidence(world, case, mother, reader)).siblings}

    assert await siblings("reads-one") == {near}
    assert await siblings("reads-both") == await siblings(None) == {near, "packfarsister"}
    for closed in (own, away):
        await send(world, "PUT", f"/cases/{closed}/closed-to/reads-both", {"why": "own child"}, **HEAD)
    assert await siblings("reads-both") == set()
    assert await siblings(None) == {near, "packfarsister"}


async def test_a_sibling_is_told_with_its_own_request_and_flags_by_kind(world: World) -> None:
    urn, case, mother, father = await a_family(world, "packsibling")
    sister = child(world, "packsister", MOTHER)
    [hers] = await from_roll(world, urn, sister)
    assert (await evidence(world, case, mother)).siblings == ()
    await send(world, "POST", "/parents/same", {"parents": [mother, hers["parent"]], **WHY})
    said = (await ask(world, AskCaseParents(cases=((case, mother), (case, "packsibling.1")))))[1]
    for one in CaseParents.model_validate_json(said).parents:
        known = (await evidence(world, case, one.parent)).parent
        assert known is not None
        assert (one.child, one.records[0], sorted(one.records)) == ("packsibling", mother, [*known.records]), "as the whole evidence has it"
    assert [(one.child, one.requested) for one in (await evidence(world, case, mother)).siblings] == [(sister, False)]
    other = await a_case(world, urn, sister)
    await send(world, "POST", f"/cases/{other}/enforcement", {"parent": f"{sister}.1", **ENFORCEMENT}, status=201)
    await send(world, "POST", f"/schools/{urn}/children/packsibling/flags", {"kind": "safeguarding", "why": "Wrenfield"}, status=201)
    flag = {"kind": "do not contact", "parent": father, "why": "an order"}
    await send(world, "POST", f"/schools/{urn}/children/packsibling/flags", flag, status=201)
    told = await evidence(world, case, mother)
    assert [(one.child, one.requested) for one in told.siblings] == [(sister, True)]
    assert (told.flags, "Wrenfield" in told.model_dump_json()) == (("safeguarding",), False)
    assert sorted((await evidence(world, case, father)).flags) == ["do not contact", "safeguarding"]


async def test_who_asks_is_the_cases_officer_with_a_telephone_and_a_reader_to_whom_it_is_closed_reads_nothing(world: World) -> None:
    urn, case, mother, _ = await a_family(world, "packofficer")
    body = {"name": "Jules Example", "email": "jules@example.org", "telephone": "01632 960100", "schools": [urn]}
    (await world.send("PUT", "/officers/officer-jules", body, role="operator", sub="operator")).raise_for_status()
    await world.clear("officer-jules")
    only = (await evidence(world, case, mother)).officer
    assert only is not None
    assert (only.name, only.telephone) == ("Jules Example", "01632 960100"), "the school's one named officer, while it is nobody's"
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-sen"}, **HEAD)
    own = (await evidence(world, case, mother)).officer
    assert own is not None
    assert (own.name, own.role, own.telephone) == ("Robin Sen", "Education Welfare Officer", None)
    await send(world, "PUT", f"/cases/{case}/closed-to/barred", {"why": "own child"}, **HEAD)
    assert (await ask(world, AskCaseEvidence(case=case, parent=mother, reader="barred")))[0] == "not known"
    assert (await ask(world, AskCaseEvidence(case=new_id(), parent=mother)))[0] == "not known"
    await evidence(world, case, mother, reader="officer-sen")


async def test_a_list_is_told_whom_its_packs_are_against_but_not_of_cases_closed_to_the_reader(world: World) -> None:
    _, case, mother, _ = await a_family(world, "packnames")
    asked = ((case, mother), (case, "packnames.2"), (case, new_id()), (new_id(), mother))

    async def told(reader: str | None) -> list[tuple[str, str | None]]:
        trouble, said = await ask(world, AskCaseParents(cases=asked, reader=reader))
        assert trouble is None
        return [(one.parent, one.name) for one in CaseParents.model_validate_json(said).parents]

    named = [(mother, MOTHER["name"]), ("packnames.2", FATHER["name"]), (asked[2][1], None)]
    assert await told(None) == named
    await send(world, "PUT", f"/cases/{case}/closed-to/barred", {"why": "own child"}, **HEAD)
    assert await told("barred") == []
    assert await told("officer-sen") == named
