"""Parents, siblings, flags and visit warnings on two replicas of the referrals service: from the roll, by hand, and until they fall."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import pytest

from shared import academic_year
from shared.contracts.attendance import Carer, Person
from shared.contracts.attendance_events import RollChanged
from shared.contracts.referrals import AskRequest, EnforcementRequest
from shared.contracts.retention import DisposalDateMoved, Purge
from shared.identity import new_id
from tests.support.referrals import YEAR, World, referrals_world
from tests.support.school import until

TODAY = datetime.now(UTC).date()
WHY = {"why": "the mother said so by telephone"}
SCHOOLS = itertools.count(100100)


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("families")) as made:
        for sub in ("officer-here", "officer-far", "officer-other"):
            await made.add_officer(sub, "Ash Example")
        yield made


def school() -> str:
    return str(next(SCHOOLS))


def child(world: World, name: str, *carers: dict[str, Any], **more: Any) -> str:
    """A child with carers on the roll, in their order."""
    placed = tuple(Carer(parent=f"{name}.{place}", **carer) for place, carer in enumerate(carers, 1))
    world.neighbours.known[name] = Person(child=name, upn=None, forename="Robin", surname="Larkfield", carers=placed, **more)
    return name


MOTHER = {"name": "Ms Alex Larkfield", "relationship": "mother", "address": "1 Example Street, Wexley", "phone": "01632 960111"}
FATHER = {"name": "Mr Jo Ashdown", "relationship": "father", "address": "7 Refuge Lane, Wexley ZZ99 1AA", "phone": "07700 900222"}


async def send(world: World, method: str, path: str, body: Any = None, *, status: int | None = None, **claims: Any) -> Any:
    answer = await world.send(method, path, body, **claims)
    assert answer.status_code == (status or (201 if method == "POST" and path in ("/parents", "/visit-warnings") else 200)), answer.text
    return answer.json()


async def family(world: World, urn: str, name: str, **claims: Any) -> dict[str, Any]:
    found: dict[str, Any] = await send(world, "GET", f"/schools/{urn}/children/{name}/family", **claims)
    return found


async def from_roll(world: World, urn: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await send(world, "POST", f"/schools/{urn}/children/{name}/family/from-roll"))["parents"]
    return found


async def a_case(world: World, urn: str, name: str) -> str:
    await world.neighbours.concern(name, "persistent absence", 1, school=urn)

    async def proposed() -> list[dict[str, Any]]:
        return [one for one in await world.proposals(urn) if one["child"] == name]

    [proposal] = await until("proposal", proposed)
    return str((await send(world, "POST", f"/referrals/{proposal['referral']}/accept"))["case"])


async def brought(world: World, urn: str, name: str) -> list[dict[str, Any]]:
    """Both parents, once the case has brought them."""

    async def there() -> list[dict[str, Any]] | None:
        parents = list((await family(world, urn, name))["parents"])
        return parents if len(parents) == 2 else None

    return await until("parents from the roll", there)


async def publish(world: World, message: Any) -> None:
    await world.neighbours.bus.jetstream().publish(message.SUBJECT, message.model_dump_json().encode())


def wear() -> dict[str, Any]:
    return {"id": new_id(), "at": datetime.now(UTC), "correlation_id": "x", "causation_id": "x"}


def shown(parent: dict[str, Any], field: str) -> Any:
    return parent["fields"].get(field, {}).get("value")


async def test_a_case_brings_the_parents_and_they_follow_the_roll_until_an_officer_speaks(world: World) -> None:
    urn, name = school(), child(world, "followed", MOTHER, FATHER)
    await a_case(world, urn, name)
    mother, father = await brought(world, urn, name)
    assert (mother["refs"], mother["link"]["relationship"]) == ([f"{name}.1"], "mother")
    assert mother["fields"]["telephones"]["source"] == "school"
    changed = await send(world, "PATCH", f"/parents/{mother['parent']}", {"telephones": ["01632 960333"], "language": "Welsh", **WHY})
    told = changed["fields"]["telephones"]
    assert (told["value"], told["source"], told["who"]) == (["01632 960333"], "officer", "officer-sen")
    child(world, name, {**MOTHER, "phone": "01632 960444", "email": "alex@example.org"}, FATHER)
    for _ in range(2):
        await publish(world, RollChanged(school=urn, child=name, year=YEAR, feed=2, changes=("contacts",), **wear()))
    await world.quiet()
    mother, father = (await family(world, urn, name))["parents"]
    assert (shown(mother, "telephones"), shown(mother, "email")) == (["01632 960333"], "alex@example.org")
    assert mother["suggestions"] == {"telephones": ["01632 960444"]}
    path = f"/parents/{mother['parent']}/suggestions"
    took = await send(world, "POST", path, {"field": "telephones", "take": True, **WHY})
    assert (shown(took, "telephones"), took["suggestions"]) == (["01632 960444"], {})
    requested = await world.send(
        "POST", f"/cases/{(await caseload(world, urn))[0]}/enforcement", {"parent": father["refs"][0], **ENFORCEMENT}
    )
    assert requested.status_code == 201, "enforcement names a parent by place on the roll"
    case = requested.json()["request"].rpartition(".")[0]
    again = await world.send("POST", f"/cases/{case}/enforcement", {"parent": father["parent"], **ENFORCEMENT})
    assert (again.status_code, again.json()["parent"]) == (200, father["parent"]), "or by record: it is the same request"
    flag = {"kind": "do not contact", "parent": f"{name}.2", **WHY}
    assert (await send(world, "POST", f"/schools/{urn}/children/{name}/flags", flag, status=201))["parent"] == father["parent"]
    contact = {"parent": father["parent"], "field": "phone", "value": "01632 960555"}
    entry = {"kind": "telephone call", "date": TODAY.isoformat(), "with_whom": "father", "engagement": "good", "outcome": "a new number"}
    told = await send(world, "POST", f"/cases/{case}/interventions", {**entry, "contacts": [contact]}, status=201)
    assert told["contacts"][0]["parent"] == f"{name}.2"


ENFORCEMENT = {"measure": "penalty notice", "reason": "irregular attendance"}


async def caseload(world: World, urn: str) -> list[str]:
    return [one["case"] for one in (await world.send("GET", f"/caseload?school={urn}")).json()["cases"]]


async def test_the_same_case_opened_on_both_replicas_brings_each_parent_once(world: World) -> None:
    urn, name = school(), child(world, "twice", MOTHER, FATHER)
    await a_case(world, urn, name)
    await brought(world, urn, name)
    for _ in range(6):
        await publish(world, RollChanged(school=urn, child=name, year=YEAR, feed=2, changes=("address",), **wear()))
    await world.quiet()
    assert [one["fields"]["name"]["value"] for one in (await family(world, urn, name))["parents"]] == ["Ms Alex Larkfield", "Mr Jo Ashdown"]


async def test_a_child_without_a_case_is_not_followed(world: World) -> None:
    urn, name = school(), child(world, "uninvolved", MOTHER)
    await publish(world, RollChanged(school=urn, child=name, year=YEAR, feed=2, changes=("contacts",), **wear()))
    await world.quiet()
    assert (await family(world, urn, name))["parents"] == []


async def test_siblings_are_confirmed_by_a_person_and_taken_back(world: World) -> None:
    here, there = school(), school()
    elder, younger = child(world, "elder", MOTHER), child(world, "younger", MOTHER)
    [one], [other] = await from_roll(world, here, elder), await from_roll(world, there, younger)
    assert (await family(world, here, elder))["siblings"] == [], "of one name and address, and not siblings by that"
    await send(world, "PATCH", f"/parents/{other['parent']}", {"telephones": ["07700 900999"], **WHY})
    pair = {"parents": [one["parent"], other["parent"]], **WHY}
    ours: dict[str, Any] = {"schools": (here,)}
    await send(world, "POST", "/parents/same", pair, status=404, **ours)
    await send(world, "POST", "/parents/same", pair)
    both = await family(world, here, elder)
    assert [(sibling["school"], sibling["child"]) for sibling in both["siblings"]] == [(there, younger)]
    assert [shown(record, "telephones") for record in both["parents"][0]["same"]] == [["07700 900999"]]
    alone = await family(world, here, elder, **ours)
    assert alone["siblings"] == [{"school": None, "child": None, "words": "a sibling at another school"}]
    assert (alone["parents"][0]["same"], alone["parents"][0]["elsewhere"]) == ([], 1)
    assert "07700 900999" not in str(alone)
    assert younger not in str(alone)
    await send(world, "POST", "/parents/apart", pair)
    assert (await family(world, here, elder))["siblings"] == []
    told = (await send(world, "GET", f"/parents/{one['parent']}/history"))["steps"]
    assert [(step["what"], step["why"]) for step in told] == [
        (f"another person than {other['parent']}", WHY["why"]),
        (f"the same person as {other['parent']}", WHY["why"]),
    ]
    await send(world, "POST", "/parents/same", pair)
    assert len((await family(world, here, elder))["siblings"]) == 1


async def test_two_records_that_a_third_holds_together_are_not_parted_and_nothing_is_written(world: World) -> None:
    records = []
    for name in ("thirdone", "thirdtwo", "thirdthree"):
        [one] = await from_roll(world, school(), child(world, name, MOTHER))
        records.append(one["parent"])
    first, second, third = records
    for pair in ((first, second), (second, third), (first, third)):
        await send(world, "POST", "/parents/same", {"parents": [*pair], **WHY})
    await send(world, "POST", "/parents/apart", {"parents": [first, third], **WHY}, status=409)
    steps = (await send(world, "GET", f"/parents/{first}/history"))["steps"]
    assert not [step for step in steps if step["what"].startswith("another person")]
    await send(world, "POST", "/parents/apart", {"parents": [second, third], **WHY}, status=409)


async def test_a_parent_of_two_children_of_one_school_makes_them_siblings(world: World) -> None:
    urn = school()
    first, second = child(world, "firstborn", MOTHER), child(world, "secondborn")
    [mother] = await from_roll(world, urn, first)
    tied = await send(world, "PUT", f"/parents/{mother['parent']}/links/{second}", {"relationship": "mother", "lives_with": "yes", **WHY})
    assert (tied["link"]["child"], tied["link"]["lives_with"], tied["link"]["may_be_written_to"]) == (second, "yes", "not known")
    assert [one["child"] for one in (await family(world, urn, second))["siblings"]] == [first]


async def test_a_confidential_address_is_the_cases_officers_alone(world: World) -> None:
    urn, name = school(), child(world, "hidden", MOTHER, {**FATHER, "address": None})
    case = await a_case(world, urn, name)
    [_, father] = await brought(world, urn, name)
    await send(world, "PATCH", f"/parents/{father['parent']}", {"address": "7 Refuge Lane", "address_confidential": True, **WHY})
    own = await family(world, urn, name)
    assert (shown(own["parents"][1], "address"), own["parents"][1]["address_confidential"]) == ("7 Refuge Lane", True)
    lifts = {"address_confidential": False, **WHY}
    record = f"/parents/{father['parent']}"
    await send(world, "PATCH", record, lifts, status=403, sub="officer-other")
    await send(world, "PATCH", record, lifts, status=403, role="head of service", sub="head")
    await send(world, "PATCH", record, {"address": "8 Refuge Lane", **WHY})
    others: tuple[dict[str, Any], ...] = (
        {"sub": "officer-other"},
        {"role": "head of service", "sub": "head"},
        {"role": "business support", "sub": "support", "schools": (urn,)},
    )
    for claims in others:
        for path in (
            f"/schools/{urn}/children/{name}/family",
            f"/parents/{father['parent']}",
            f"/cases/{case}",
            f"/parents/{father['parent']}/history",
        ):
            answer = await world.send("GET", path, **claims)
            assert "Refuge" not in answer.text, (claims, path)
    await send(world, "POST", f"/cases/{case}/acts", {"act": "allocate", "officer": "officer-other"})
    assert "Refuge" not in str(await family(world, urn, name)), "who accepted the case and no longer has it"
    assert "Refuge" in str(await family(world, urn, name, sub="officer-other"))
    asked = await world.send("POST", f"/cases/{case}/enforcement", {"parent": f"{name}.1", **ENFORCEMENT})
    question = AskRequest(request=asked.json()["request"]).model_dump_json().encode()
    reply = await world.neighbours.bus.request("query.referrals.request", question, timeout=5)
    [hidden] = EnforcementRequest.model_validate_json(reply.data).hidden
    assert (hidden.names, hidden.addresses, hidden.refs) == (("Mr Jo Ashdown",), ("8 Refuge Lane", "7 Refuge Lane"), (f"{name}.2",))


async def test_business_support_reaches_parents_and_reads_no_notes(world: World) -> None:
    urn, name = school(), child(world, "reached", MOTHER, looked_after=True)
    [mother] = await from_roll(world, urn, name)
    support: dict[str, Any] = {"role": "business support", "sub": "support", "schools": (urn,)}
    await send(world, "PUT", f"/parents/{mother['parent']}/links/{name}", {"court_order": "Wrenfield-order", **WHY})
    flag = {"kind": "do not contact", "parent": mother["parent"], "why": "Wrenfield-reason"}
    await send(world, "POST", f"/schools/{urn}/children/{name}/flags", flag, status=201)
    changed = await send(world, "PATCH", f"/parents/{mother['parent']}", {"telephones": ["01632 960777"], **WHY}, **support)
    assert changed["telephones"] == ["01632 960777"]
    told = await family(world, urn, name, **support)
    assert [one["name"] for one in told["parents"]] == ["Ms Alex Larkfield"]
    assert [one["kind"] for one in told["flags"]] == ["do not contact", "looked after"]
    assert "Wrenfield" not in str(told)
    await send(world, "PATCH", f"/parents/{mother['parent']}", {"address_confidential": False, **WHY}, status=403, **support)
    await send(world, "GET", f"/schools/{urn}/children/{name}/family", status=403, role="school", schools=(urn,))
    await send(world, "GET", f"/parents/{mother['parent']}", status=404, schools=("100001",))


async def test_a_flag_stands_once_and_until_it_is_lifted(world: World) -> None:
    urn, name = school(), child(world, "flagged", MOTHER)
    path = f"/schools/{urn}/children/{name}/flags"
    first = await send(world, "POST", path, {"kind": "safeguarding", "why": "told by the school"}, status=201)
    assert (await send(world, "POST", path, {"kind": "safeguarding", "why": "again"}))["flag"] == first["flag"]
    for body in ({"kind": "do not contact"}, {"kind": "safeguarding", "parent": new_id()}):
        await send(world, "POST", path, {**body, **WHY}, status=422)
    lifted = [await send(world, "POST", f"/flags/{first['flag']}/lift", {"why": why}) for why in ("over", "again")]
    assert [(one["stands"], one["lifted_why"]) for one in lifted] == [(False, "over")] * 2
    assert (await send(world, "POST", path, {"kind": "safeguarding", "why": "anew"}, status=201))["flag"] != first["flag"]


async def test_a_flag_that_is_set_several_times_at_once_stands_once(world: World) -> None:
    urn, name = school(), child(world, "together", MOTHER)
    path, kinds = f"/schools/{urn}/children/{name}/flags", ["safeguarding", "looked after"]
    answers = await asyncio.gather(*(world.send("POST", path, {"kind": kind, "why": f"told {n}"}) for n in range(4) for kind in kinds))
    assert sorted(one.status_code for one in answers) == [200] * 6 + [201] * 2
    for kind in kinds:
        said = {one.json()["flag"] for one in answers if one.json()["kind"] == kind}
        assert len(said) == 1
        await send(world, "POST", f"/flags/{said.pop()}/lift", {"why": "over"})
        await send(world, "POST", path, {"kind": kind, "why": "anew"}, status=201)


async def given_once(world: World, warning: dict[str, Any]) -> None:
    """A warning that is sent again under its key is no second one, also when it is sent several times at once; another is refused."""
    warning = {**warning, "address": "9 Refuge Lane ZZ99 1AA"}
    key = {"Idempotency-Key": new_id()}
    answers = await asyncio.gather(*(world.send("POST", "/visit-warnings", warning, headers=key) for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [200, 200, 201]
    assert len({one.json()["warning"] for one in answers}) == 1
    assert (await world.send("POST", "/visit-warnings", {**warning, "reason": "another"}, headers=key)).status_code == 409
    other = await world.send("POST", "/visit-warnings", warning, headers=key, sub="officer-other")
    assert other.status_code == 201, "another officer's key is another key"


async def test_a_visit_warning_is_of_the_address_whoever_lives_there(world: World) -> None:
    urn = school()
    one = child(world, "warned", FATHER)
    other = child(world, "neighbour", {**MOTHER, "address": "7, Refuge Lane, Wexley, zz99 1aa"})
    review = (TODAY + timedelta(30)).isoformat()
    warning = {"address": "7 Refuge Lane ZZ99 1AA", "reason": "two dogs loose: telephone first", "review": review}
    made = await send(world, "POST", "/visit-warnings", warning)
    for name in (one, other):
        case = await a_case(world, urn, name)
        for path in (f"/cases/{case}", f"/cases/{case}/interventions", f"/schools/{urn}/children/{name}/family"):
            found = (await send(world, "GET", path))["visit_warnings"]
            assert [(said["reason"], said["owner"], said["overdue"]) for said in found] == [(warning["reason"], "officer-sen", False)], path
    await send(world, "GET", "/visit-warnings", status=403, role="school", schools=(urn,))
    await send(world, "POST", "/visit-warnings", {**warning, "review": (TODAY + timedelta(400)).isoformat()}, status=422)
    await given_once(world, warning)
    child(world, one, {**FATHER, "address": "22 Otherplace Road"})
    await publish(world, RollChanged(school=urn, child=one, year=YEAR, feed=2, changes=("address",), **wear()))
    await world.quiet()
    assert (await family(world, urn, one))["visit_warnings"] == [], "it does not go with the child"
    later = (TODAY + timedelta(60)).isoformat()
    path = f"/visit-warnings/{made['warning']}"
    assert (await send(world, "POST", f"{path}/review", {"review": later, "why": "still there"}))["review"] == later
    await send(world, "POST", f"{path}/end", {"why": "they moved"})
    assert (await family(world, urn, other))["visit_warnings"] == []


async def test_nothing_of_a_family_is_stored_in_clear(world: World) -> None:
    kinds = {"$in": ["parent", "link", "same", "flag", "warning"]}
    documents = await world.collection.find({"kind": kinds}).hint("_id_").to_list(None)
    assert {one["kind"] for one in documents} == {"parent", "link", "same", "flag", "warning"}
    stored = b"".join(bson.encode(document) for document in documents)
    for said in (
        b"Larkfield",
        b"Ashdown",
        b"Refuge",
        b"Example Street",
        b"01632 9",
        b"07700 9",
        b"mother",
        b"telephone",
        b"Wrenfield",
        b"dogs",
    ):
        assert said not in stored, said
    for kind in (b"safeguarding", b"looked after", b"do not contact"):
        assert kind not in stored, kind


async def test_a_parent_falls_with_the_last_child_and_names_nobody_who_went_before(world: World) -> None:
    urn = school()
    first, second = child(world, "goesfirst", MOTHER, FATHER), child(world, "goeslater", MOTHER)
    mother, father = await from_roll(world, urn, first)
    [hers] = await from_roll(world, urn, second)
    await send(world, "PUT", f"/parents/{mother['parent']}/links/{second}", {"relationship": "mother", **WHY})
    await send(world, "POST", "/parents/same", {"parents": [mother["parent"], hers["parent"]], **WHY})
    flag = {"kind": "do not contact", "parent": mother["parent"], "why": "an order of the court"}
    await send(world, "POST", f"/schools/{urn}/children/{first}/flags", flag, status=201)
    earlier, later = academic_year.cohort(YEAR), academic_year.cohort(YEAR + 1)
    before = await world.collection.find({"kind": "warning", "cohort": {"$in": [earlier, later]}}).hint("by_cohort").to_list(None)
    assert before != []
    await publish(world, DisposalDateMoved(child=second, due=later, **wear()))
    await world.quiet()
    for cohort, purge in ((earlier, "p-first"), (later, "p-last")):
        for scope in (urn, None):
            command = Purge(purge=purge, cohort=cohort, school=scope, children=(first, second), **wear())
            await publish(world, command)

            async def answered(scope: str | None = scope, purge: str = purge) -> list[dict[str, Any]]:
                return world.neighbours.events("purge-answered", school=scope, purge=purge)

            [answer] = await until("purge answered", answered)
            if purge == "p-first" and scope:
                assert (answer["erased"], answer["retained"]) == ([first], {second: "later date"})
        warnings = await world.collection.find({"kind": "warning", "cohort": cohort}).hint("by_cohort").to_list(None)
        assert warnings == [], "of no child, and gone with the date of its review"
        everything = await world.collection.find({"kind": {"$in": ["parent", "link", "same", "flag"]}}).hint("_id_").to_list(None)
        assert first.encode() not in b"".join(map(bson.encode, everything))
        if purge == "p-first":
            left = await family(world, urn, second)
            assert {shown(one, "name") for one in left["parents"]} == {"Ms Alex Larkfield"}
            assert [one["kind"] for one in left["flags"]] == ["do not contact"]
            assert father["parent"] not in {one["parent"] for one in left["parents"]}
        else:
            assert [one for one in everything if second in one["children"]] == []
