"""Everything that a pack is made from, asked over the real bus under sharing's own credentials; and what of it a pack's readiness tells."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.sharing.exhibit_texts import ExhibitTexts
from services.sharing.gathering import Gathering, Said
from services.sharing.notices import Notices
from services.sharing.preparing import wanted_of
from services.sharing.profiles import load_profiles
from services.sharing.store import COHORT_KINDS, Store
from shared.academic_year import first_day, of_session
from shared.contracts.attendance import Carer
from shared.contracts.enforcement import Sibling
from shared.disposal import Disposal
from shared.errors import Transient
from shared.mongo import close
from shared.settings import Settings
from tests.support.sharing import HOME, OTHER_SCHOOL, SCHOOL, TODAY, World, case_evidence, enforcement_request, peer, person, world


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("gathering")) as ready:
        await ready.register()
        yield ready


@pytest.fixture(scope="module")
async def gathering(made: World) -> AsyncIterator[Gathering]:
    parts = peer(made.stack, "sharing")
    await parts.bus.broker.connect()
    settings = Settings(
        nats_credentials=made.stack.creds("sharing"),
        mongo_url_file=made.stack.credentials / "mongo" / "sharing.url",
        key_folder=made.stack.folder / "keys" / "sharing",
        jwks=str(made.stack.credentials / "jwks.json"),
    )
    profiles = load_profiles()
    store = Store.of(parts.documents, parts.sealer, Disposal(parts.documents, parts.sealer, COHORT_KINDS), settings)
    yield Gathering(parts.bus, store.authorities, profiles, settings, Notices(store, profiles), ExhibitTexts(parts.bus))
    await parts.bus.stop()
    await close(parts.client)


async def test_it_is_whole_and_judged_by_the_profile_of_the_schools_authority(made: World, gathering: Gathering) -> None:
    request = enforcement_request()
    made.requests[request.request] = request
    found = await gathering.gather(wanted_of(request), Said(pack="pack-1"))
    material = found.material
    assert found.profile.version == "national 2024-08-19"
    assert (material.pack, material.authority_code, material.authority_name) == ("pack-1", "893", "Example County Council")
    assert {one.day for one in material.marks.sessions} <= {request.first + timedelta(days=n) for n in range(60)}
    assert min(one.day for one in material.this_year.sessions) >= first_day(of_session(request.last))
    assert material.last_year is not None
    assert material.school_days[0] >= request.first
    assert material.clocks.earliest == material.school_days[0]
    assert {"threshold met", "certificate signed"} <= {one.rule for one in material.items}


async def test_of_siblings_it_knows_who_they_are_and_what_nobody_may_read_in_what_is_served(made: World, gathering: Gathering) -> None:
    request = enforcement_request()
    siblings = (Sibling(child="s1", school=SCHOOL, requested=True), Sibling(child="s2", school=OTHER_SCHOOL))
    case = case_evidence(request, made).model_copy(update={"siblings": siblings})
    found = (await gathering.gather(wanted_of(request), case=case)).material.siblings
    assert sorted(one.child for one in found) == ["s1", "s2"]
    for one in found:
        assert (one.forename, one.surname, one.year_group, one.address) == ("Merryn", "Tregear", "9", HOME)
        assert (one.upn, one.pupil_id, one.looked_after, one.special_educational_needs) == (None, None, None, None)


async def test_a_roll_that_changes_between_two_questions_is_asked_again_later(made: World, gathering: Gathering) -> None:
    request = enforcement_request()
    carer = Carer(parent=request.parent, name="Jory Tregear", address_confidential=True)
    made.people[request.child] = person(request.child).model_copy(update={"carers": (carer,)})
    with pytest.raises(Transient, match="changed between two questions"):
        await gathering.gather(wanted_of(request), case=case_evidence(request, made))
    made.withheld[request.child] = (HOME,)
    assert (await gathering.gather(wanted_of(request), case=case_evidence(request, made))).material.withheld.addresses == (HOME,)


async def test_a_parent_whom_nobody_names_is_waited_for(made: World, gathering: Gathering) -> None:
    request = enforcement_request()
    nobody = case_evidence(request, made).model_copy(update={"parent": None})
    with pytest.raises(Transient, match="parent"):
        await gathering.gather(wanted_of(request), case=nobody)


async def test_a_pack_tells_what_it_lacks_and_what_was_let_pass(made: World) -> None:
    walk = await made.drafted(await made.ask())
    before = await walk.done("GET", "readiness")
    assert not before["ready"]
    assert before["items"] == (await walk.done("GET", ""))["items"]
    let_pass = next(one for one in before["items"] if not one["met"] and one["may_be_overridden"])
    await walk.done("POST", "overrides", {"rule": let_pass["rule"], "why": "agreed with the LA by telephone", "name": "T. Okafor"})
    after = await walk.done("GET", "readiness")
    item = next(one for one in after["items"] if one["rule"] == let_pass["rule"])
    assert (item["met"], item["override"]["why"]) == (False, "agreed with the LA by telephone")
    await walk.sign()
    signed = await walk.done("GET", "readiness")
    assert signed["ready"]
    assert next(one for one in signed["items"] if one["rule"] == "certificate signed")["met"]
    assert signed["last"] == (TODAY - timedelta(days=1)).isoformat()
    refused = await walk.send("GET", "readiness", school=OTHER_SCHOOL)
    assert refused.status_code == 404
    assert (await walk.send("GET", "readiness", role="school")).status_code == 403
