"""The life of a pack before it is sent, as people live it: each act by who may do it, once, over what they looked at."""

import asyncio
import hashlib
import io
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from shared.contracts.enforcement import CaseEvidence, LetterSent, ParentOfCase, ServableDocument
from shared.contracts.envelope import Draft
from shared.contracts.referrals import EnforcementRequest
from shared.contracts.retention import Purge
from shared.contracts.sharing import LegalClockMoved, PackSent
from shared.identity import new_id
from tests.domain.test_leaves import tagged
from tests.support.pack_walk import PackWalk, digest
from tests.support.school import until
from tests.support.sharing import OTHER_SCHOOL, SCHOOL, TODAY, World, case_evidence, events, from_retention, person, world


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("life")) as ready:
        await ready.register()
        yield ready


@pytest.fixture
async def walk(made: World) -> PackWalk:
    return await made.drafted(await made.ask())


def scan(name: str, size: int = 1000) -> ServableDocument:
    return ServableDocument(
        document=name,
        kind="letter",
        day=TODAY,
        what=f"Letter {name}",
        author="T. Okafor",
        type="pdf",
        size=size,
        sha256=digest(name.encode()),
    )


async def refused(walk: PackWalk, method: str, path: str, body: dict[str, Any] | None = None, **who: Any) -> tuple[int, str]:
    answer = await walk.send(method, path, body, **who)
    assert answer.is_error, answer.text
    return answer.status_code, answer.json()["detail"]


async def test_the_first_draft_of_a_statement_is_made_from_the_case(walk: PackWalk) -> None:
    begun = await walk.done("POST", "statement", {"name": "T. Okafor"})
    paragraphs = begun["statement"]["paragraphs"]
    assert paragraphs[0].startswith("I am T. Okafor, Education Welfare Officer.")
    visit = TODAY - timedelta(days=5)
    (said,) = (text for text in paragraphs if text.startswith(f"On {visit.day} {visit:%B %Y} I made a home visit"))
    assert said.endswith('I recorded that the engagement was good. I noted of what came of it: "A later bus pass was offered."')
    assert await walk.done("POST", "statement", {"name": "T. Okafor"}) == begun, "begun again it stays as it is"


async def test_a_statement_is_its_makers_and_what_differs_is_kept(walk: PackWalk) -> None:
    begun = (await walk.done("POST", "statement", {"name": "T. Okafor"}))["statement"]
    words = {"name": "T. Okafor", "edition": begun["edition"], "paragraphs": ["I called at the home."]}
    assert (await refused(walk, "PUT", "statement", words, sub="another"))[0] == 409
    edited = await walk.done("PUT", "statement", words)
    assert (edited["statement"]["paragraphs"], edited["statement"]["edition"]) == (["I called at the home."], 2)
    assert [draft["edition"] for draft in edited["drafts"]] == [1]
    assert await walk.done("PUT", "statement", words) == edited, "sent again it is the same edit"
    stale = await refused(walk, "PUT", "statement", {**words, "paragraphs": ["I did not."]})
    assert stale == (409, "It is another now than what was looked at: look again: the statement is at edition 2")

    status, told = await refused(walk, "POST", "statement/sign", {"edition": 2}, sub="another")
    assert (status, "its maker's alone" in told) == (409, True)
    assert (await refused(walk, "POST", "statement/sign", {"edition": 1}))[0] == 409
    signed = await walk.done("POST", "statement/sign", {"edition": 2})
    assert signed["statement"]["signed"]["on"] == TODAY.isoformat()
    assert await walk.done("POST", "statement/sign", {"edition": 2}) == signed
    after = await walk.done("PUT", "statement", {**words, "edition": 2, "paragraphs": ["I called twice."]})
    assert after["statement"]["signed"] is None
    assert [bool(draft["signed"]) for draft in after["drafts"]] == [False, True], "the signed copy is kept"

    taken = await walk.done("POST", "statement", {"name": "A. Second"}, sub="another")
    assert (taken["statement"]["name"], taken["statement"]["edition"]) == ("A. Second", 4)
    assert len(taken["drafts"]) == 3


async def test_exhibits_are_numbered_by_their_makers_initials(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)
    made.scans[request.case] = (scan("one"), scan("two"), scan("large", 4_000_000), scan("larger", 4_100_000))
    begun = (await walk.done("POST", "statement", {"name": "T. Okafor"}))["statement"]
    words = {"name": "T. Okafor", "edition": begun["edition"], "paragraphs": ["I produce two letters."]}
    chosen = [{"document": "two", "title": "The warning"}, {"document": "one"}]
    edited = await walk.done("PUT", "statement", {**words, "exhibits": chosen})
    told = [(one["initials"], one["number"], one["document"], one["title"]) for one in edited["statement"]["exhibits"]]
    assert told == [("TO", 1, "two", "The warning"), ("TO", 2, "one", "Letter one")]
    searched = {one["rule"]: one for one in (await walk.done("GET", ""))["items"]}["exhibits searched"]
    assert (searched["met"], "Not searched, since not all of it can be read as text: TO/1 and TO/2" in searched["says"]) == (False, True)
    for wrong, says in (
        ([{"document": "three"}], "three is no document of this case"),
        ([{"document": "one"}, {"document": "one"}], "an exhibit once"),
        ([{"document": "large"}, {"document": "larger"}], "the largest of these are larger (4,100,000 bytes), large (4,000,000 bytes)"),
    ):
        status, detail = await refused(walk, "PUT", "statement", {**words, "edition": 2, "exhibits": wrong})
        assert (status, says in detail) == (422, True), detail


async def test_a_statement_is_signed_once_its_paragraphs_produce_its_exhibits(made: World) -> None:
    request, files = await made.ask(), {"one": tagged("A report"), "two": tagged("Minutes")}
    made.files |= files
    made.scans[request.case] = tuple(
        scan(name, len(content)).model_copy(update={"sha256": digest(content)}) for name, content in files.items()
    )
    walk = await made.drafted(request)
    await walk.done("POST", "statement", {"name": "T. Okafor"})
    words: dict[str, Any] = {
        "name": "T. Okafor",
        "edition": 1,
        "paragraphs": ["I called. My report is TO/1."],
        "exhibits": [{"document": "one"}],
    }
    both = {**words, "exhibits": [{"document": "one"}, {"document": "two"}]}
    assert (await walk.done("PUT", "statement", both))["statement"]["paragraphs"] == words["paragraphs"], "nobody asked for another"
    status, why = await refused(walk, "POST", "statement/sign", {"edition": 2})
    assert (status, "no paragraph produces TO/2: edit the statement" in why) == (422, True), why
    lacking = {one["rule"]: one for one in (await walk.done("GET", ""))["items"]}["exhibits produced"]
    assert (lacking["met"], lacking["may_be_overridden"], lacking["says"]) == (False, False, "No paragraph produces TO/2.")
    produced = await walk.done("PUT", "statement", {**both, "edition": 2, "produce": True})
    told = f"I produce, marked TO/2, this document: Letter two (letter, dated {TODAY.day} {TODAY:%B %Y}, 1 page)."
    assert produced["statement"]["paragraphs"] == [*words["paragraphs"], told]
    assert await walk.done("PUT", "statement", {**both, "edition": 2, "produce": True}) == produced, "sent again it is the same edit"
    assert (await walk.done("POST", "statement/sign", {"edition": 3}))["statement"]["signed"]
    await walk.done("PUT", "statement", {**words, "edition": 3, "paragraphs": produced["statement"]["paragraphs"]})
    _, why = await refused(walk, "POST", "statement/sign", {"edition": 4})
    assert "paragraph 2 names TO/2, which is no exhibit" in why


async def test_the_first_draft_produces_the_letters_that_its_maker_sent(made: World) -> None:
    request, content = await made.ask(), tagged("Formal warning")
    made.files["copy"] = content
    made.scans[request.case] = (scan("copy", len(content)).model_copy(update={"sha256": digest(content)}),)
    made.letters[request.case] = (
        LetterSent(letter="l1", kind="warning", records="formal warning", day=TODAY, way="post", document="copy", entry="entry0"),
    )
    walk = await made.drafted(request)
    begun = await walk.done("POST", "statement", {"name": "T. Okafor"})
    assert [(one["initials"], one["number"], one["document"]) for one in begun["statement"]["exhibits"]] == [("TO", 1, "copy")]
    said = f"I produce, marked TO/1, this document: Letter copy (letter, dated {TODAY.day} {TODAY:%B %Y}, 1 page)."
    assert begun["statement"]["paragraphs"][-1] == said
    words = {"name": "T. Okafor", "edition": 1, "paragraphs": begun["statement"]["paragraphs"], "produce": True}
    without = await walk.done("PUT", "statement", words)
    assert (without["statement"]["exhibits"], said in without["statement"]["paragraphs"]) == ([], False)
    anew = await walk.done("POST", "statement", {"name": "T. Okafor", "anew": True})
    assert anew["statement"]["exhibits"] == [], "begun anew it has the exhibits that it had"
    other = await walk.done("POST", "statement", {"name": "A. Second"}, sub="another")
    assert other["statement"]["exhibits"] == [], "who did not send it does not produce it"


async def test_who_checks_does_not_approve_and_only_the_head_of_service_does(walk: PackWalk) -> None:
    await walk.state_case()
    await walk.override_all()
    assert (await refused(walk, "POST", "approve", {"name": "D. Example"}, role="head of service"))[0] == 409
    seen = await walk.done("GET", "")
    checked = await walk.done("POST", "check", {"name": "D. Example", "revision": seen["revision"]}, role="head of service", sub="dana")
    assert checked["state"] == "checked"
    assert await walk.done("POST", "check", {"name": "D. Example"}, role="head of service", sub="dana") == checked
    assert (await refused(walk, "POST", "check", {"name": "T. Okafor"}))[0] == 409
    assert (await refused(walk, "POST", "approve", {"name": "T. Okafor"}))[0] == 403
    status, told = await refused(walk, "POST", "approve", {"name": "D. Example"}, role="head of service", sub="dana")
    assert (status, "who checked it does not approve it" in told) == (409, True)
    stale = {"name": "E. Example", "revision": seen["revision"] - 1}
    assert (await refused(walk, "POST", "approve", stale, role="head of service", sub="eve"))[0] == 409
    answers = await asyncio.gather(
        *(walk.send("POST", "approve", {"name": name}, role="head of service", sub=name) for name in ("eve", "fay", "eve"))
    )
    assert Counter(answer.status_code for answer in answers) in ({200: 2, 409: 1}, {200: 1, 409: 2})
    shown = await walk.done("GET", "")
    assert (shown["state"], shown["checked"]["name"]) == ("approved", "D. Example")
    assert [line["act"] for line in shown["history"]].count("approve") == 1


async def test_what_is_changed_is_checked_approved_and_signed_anew(walk: PackWalk) -> None:
    await walk.approve()
    statement = (await walk.done("GET", "statement"))["statement"]
    words = {"name": "T. Okafor", "edition": statement["edition"], "paragraphs": ["I called at the home."]}
    assert (await walk.done("PUT", "statement", words))["state"] == "draft"
    shown = await walk.done("GET", "")
    assert (shown["checked"], shown["approved"], shown["certificate"], shown["statement"]["signed"]) == (None,) * 4
    certificate = await walk.certificate()
    body = {"check": certificate["check"], "name": "R. Pascoe"}
    status, told = await refused(walk, "POST", "certificate/sign", body, role="school")
    assert (status, "the pack is draft; possible now:" in told) == (409, True)


async def test_marks_that_change_between_look_and_signature_are_signed_by_nobody(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)
    await walk.approve()
    looked = await walk.certificate()
    assert looked["name"] == "Merryn Tregear"
    assert (looked["measure"], looked["reason"]) == ("penalty notice", "irregular attendance")
    assert looked["parent"], "against whom it is asked for"
    assert {day["am"] for day in looked["days"]} == {"/", "O"}
    assert looked["declaration"]
    made.corrected[request.child] = "G"
    status, told = await refused(walk, "POST", "certificate/sign", {"check": looked["check"], "name": "R. Pascoe"}, role="school")
    assert (status, "sessions changed since the pack was checked and approved" in told) == (409, True)
    again = await walk.certificate()
    assert again["check"] != looked["check"]
    assert (await refused(walk, "POST", "certificate/sign", {"check": again["check"], "name": "R. Pascoe"}, role="school"))[0] == 409
    assert (await walk.done("GET", ""))["changed_since_checked"] == ["sessions"]
    await walk.approve()
    assert (await walk.done("GET", ""))["changed_since_checked"] == []
    assert (await refused(walk, "POST", "certificate/sign", {"check": looked["check"], "name": "R. Pascoe"}, role="school"))[0] == 409
    signed = await walk.sign_certificate(again["check"])
    assert signed["state"] == "waiting"
    assert await walk.sign_certificate(again["check"]) | {"state": ""} == signed | {"state": ""}
    await made.came_to(request, "sent")
    made.corrected[request.child] = "N"
    frozen = (await walk.done("GET", ""))["certificate"]
    assert (frozen["check"], frozen["signed"]["name"]) == (again["check"], "R. Pascoe")
    document = await walk.done("GET", "files/pack.json")
    assert '"G"' in str(document).replace("'", '"'), "the marks as they were signed"


async def test_a_pack_whose_parent_is_somebody_else_by_now_goes_back_to_its_draft(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = await made.drafted(await made.ask())
    await walk.approve()
    shown = await walk.certificate()
    assert shown["parent"] == "Jory Tregear"

    def other(request: EnforcementRequest, world: World) -> CaseEvidence:
        found = case_evidence(request, world)
        mother = ParentOfCase(parent="mother", ref=f"{request.child}.1", name="Elowen Tregear", requested=True, confirmed_on=TODAY)
        return found.model_copy(update={"parent": mother})

    monkeypatch.setattr("tests.support.sharing.case_evidence", other)
    assert await refused(walk, "POST", "certificate/sign", {"check": shown["check"], "name": "R. Pascoe"}, role="school")
    stands = await walk.done("GET", "")
    assert (stands["state"], stands["checked"], stands["approved"]) == ("draft", None, None)
    assert (await walk.certificate())["check"] != shown["check"]


async def test_a_child_who_comes_into_care_after_the_approval_is_not_signed_for(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = await made.drafted(await made.ask())
    await walk.approve()
    shown = await walk.certificate()

    def in_care(request: EnforcementRequest, world: World) -> CaseEvidence:
        return case_evidence(request, world).model_copy(update={"flags": ("looked after",)})

    monkeypatch.setattr("tests.support.sharing.case_evidence", in_care)
    status, told = await refused(walk, "POST", "certificate/sign", {"check": shown["check"], "name": "R. Pascoe"}, role="school")
    assert (status, "flag changed since" in told) == (409, True)
    stands = await walk.done("GET", "")
    assert (stands["state"], stands["approved"], stands["changed_since_checked"]) == ("draft", None, ["flag"])


async def test_what_is_signed_and_sent_is_what_was_approved(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that nobody approved, and a child whom nobody did."""
    request = await made.ask()
    walk = await made.drafted(request)
    await walk.approve()
    shown = await walk.certificate()
    assert (shown["name"], shown["born"]) == ("Merryn Tregear", "2013-03-09")

    def longer(request: EnforcementRequest, world: World) -> CaseEvidence:
        found = case_evidence(request, world)
        entry = found.entries[0].model_copy(update={"entry": "later", "outcome": "Nobody has approved this."})
        return found.model_copy(update={"entries": (*found.entries, entry)})

    monkeypatch.setattr("tests.support.sharing.case_evidence", longer)
    body = {"check": shown["check"], "name": "R. Pascoe"}
    status, told = await refused(walk, "POST", "certificate/sign", body, role="school")
    assert (status, "chronology changed since the pack was checked and approved" in told) == (409, True)
    await walk.approve()
    made.people[request.child] = person(request.child).model_copy(update={"forename": "Another"})
    status, told = await refused(walk, "POST", "certificate/sign", body, role="school")
    assert (status, "child changed since the pack was checked and approved" in told) == (409, True)
    assert (await walk.done("GET", ""))["changed_since_checked"] == ["child"]
    await walk.approve()
    again = await walk.certificate()
    assert (again["name"], again["check"] == shown["check"]) == ("Another Tregear", False)
    assert (await walk.sign_certificate(again["check"]))["state"] == "waiting"


async def test_what_waits_for_its_authority_is_compared_until_it_is_sent(made: World) -> None:
    made.authority_of["900131"] = "806"
    request = await made.ask(school="900131")
    walk = await made.drafted(request)
    await walk.sign()
    made.people[request.child] = person(request.child).model_copy(update={"upn": "B801200005999"})
    await made.register("806")
    found = await made.came_to(request, "draft")
    assert (await walk.done("GET", ""))["changed_since_checked"] == ["child"], found


async def test_a_signature_on_paper_is_a_scan_of_the_case(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)
    await walk.approve()
    check = (await walk.certificate())["check"]
    body = {"check": check, "name": "R. Pascoe", "on": TODAY.isoformat(), "document": "scan"}
    assert (await refused(walk, "POST", "certificate/sign", {"check": check, "name": "R. Pascoe"}))[0] == 409
    assert (await refused(walk, "POST", "certificate/sign", body, role="school"))[0] == 409
    assert (await refused(walk, "POST", "certificate/sign", {**body, "on": None}))[0] == 422
    assert (await refused(walk, "POST", "certificate/sign", body))[0] == 422, "there is no such scan"
    older = scan("scan").model_copy(update={"day": TODAY - timedelta(days=1)})
    made.scans[request.case] = (older,)
    assert "before the day of the signature" in (await refused(walk, "POST", "certificate/sign", body))[1]
    made.scans[request.case] = (scan("scan"),)
    early = {**body, "on": (TODAY - timedelta(days=2)).isoformat()}
    assert (await refused(walk, "POST", "certificate/sign", early))[0] == 422, "before the period's last day"
    await walk.done("POST", "certificate/sign", body)
    signed = (await walk.done("GET", ""))["certificate"]["signed"]
    assert (signed["way"], signed["document"]) == ("on paper", "scan")
    await made.came_to(request, "sent")
    assert "signed-certificate.pdf" in {file["name"] for file in (await walk.done("GET", ""))["files"]}
    assert (await walk.send("GET", "files/signed-certificate.pdf")).content == b"scan"
    manifest = await walk.done("GET", "files/manifest.json")
    assert "signed-certificate.pdf" in {part["name"] for part in manifest["parts"]}


async def test_letters_and_exhibits_are_in_volume_b_page_for_page(made: World) -> None:
    request, letter = await made.ask(), tagged("Your warning of November")
    exhibit = tagged("A report of the school")
    made.files |= {"sent letter": letter, "school report": exhibit}
    made.scans[request.case] = tuple(
        scan(name, len(content)).model_copy(update={"sha256": hashlib.sha256(content).hexdigest()})
        for name, content in (("sent letter", letter), ("school report", exhibit))
    )
    sent = {"kind": "warning", "records": "formal warning", "day": TODAY - timedelta(days=30), "way": "post"}
    made.letters[request.case] = (LetterSent(letter="sent letter", document="sent letter", text="Your warning of November", **sent),)
    walk = await made.drafted(request)
    words = await walk.done("POST", "statement", {"name": "T. Okafor", "role": "Officer"})
    told = {"name": "T. Okafor", "role": "Officer", "edition": 1, "paragraphs": words["statement"]["paragraphs"]}
    await walk.done("PUT", "statement", {**told, "exhibits": [{"document": "school report"}]})
    text = pdf_text((await walk.send("GET", "preview/volume-b.pdf")).content)
    assert "YourwarningofNovember" in text
    assert "ExhibitTO/1,page1of1Areportoftheschool" in text, "the exhibit too, which a process of its own has read"
    made.files["sent letter"] = b"another file"
    assert "YourwarningofNovember" in pdf_text((await walk.send("GET", "preview/volume-b.pdf")).content), "as it was read a moment ago"


async def test_a_scan_belongs_to_one_pack(made: World) -> None:
    """Brought for two at the same moment too; and tried again it is the same."""
    packs = [await made.ask() for _ in range(2)]
    made.scans |= {request.case: (scan("one sheet"),) for request in packs}
    walks = [await made.drafted(request) for request in packs]
    bodies = []
    for walk in walks:
        await walk.approve()
        check = (await walk.certificate())["check"]
        assert check[:32] in pdf_text((await walk.send("GET", "preview/volume-b.pdf")).content), "what is printed to be signed says it"
        bodies.append({"check": check, "name": "R. Pascoe", "on": TODAY.isoformat(), "document": "one sheet"})
    answers = await asyncio.gather(*(walk.send("POST", "certificate/sign", body) for walk, body in zip(walks, bodies, strict=True)))
    assert sorted(one.status_code for one in answers) == [200, 422], [one.text for one in answers]
    for walk, body, answer in zip(walks, bodies, answers, strict=True):
        again = await walk.send("POST", "certificate/sign", body)
        assert again.status_code == answer.status_code
        assert answer.is_success or "brought for another pack" in answer.json()["detail"]
    kept = [one.get("scans") for one in await made.documents({"kind": "pack"})]
    assert digest(b"one sheet") not in str(kept)


async def test_edit_and_signature_at_once_are_one_after_the_other(walk: PackWalk) -> None:
    """Whoever is first: either the edit is refused, since the pack has gone, or what was signed is signed no more."""
    await walk.approve()
    check = (await walk.certificate())["check"]
    statement = (await walk.done("GET", "statement"))["statement"]
    words = {"name": "T. Okafor", "edition": statement["edition"], "paragraphs": ["I called at the home."]}
    sign = {"check": check, "name": "R. Pascoe"}
    edited, _ = await asyncio.gather(walk.send("PUT", "statement", words), walk.send("POST", "certificate/sign", sign, role="school"))

    async def settled() -> dict[str, Any] | None:
        shown: dict[str, Any] = await walk.done("GET", "")
        return shown if shown["state"] in ("draft", "sent", "fetched") else None

    shown = await until("either", settled)
    assert (shown["state"] == "draft") == (edited.status_code == 200)
    assert (shown["certificate"] is None) == (edited.status_code == 200)


def pdf_text(content: bytes) -> str:
    """Without its blanks: digits may go on in the next line."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


async def _is(walk: PackWalk, state: str) -> bool:
    return bool((await walk.done("GET", ""))["state"] == state)


async def test_a_declined_pack_has_a_next_edition(made: World) -> None:
    request = await made.ask()
    walk = PackWalk(made.sharing.url, made.headers, (await made.sent(request))["pack"], SCHOOL)
    await walk.done("POST", "words", {"says": "declined", "why": "the period", "name": "T. Okafor", "heard": "letter"})
    assert (await walk.done("POST", "supersede", {"name": "T. Okafor", "why": "another period"}))["edition"] == 2


async def test_a_pack_is_given_up_with_its_clock_and_not_once_it_is_sent(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)
    assert (await walk.done("GET", ""))["earliest_by"], "whoever looks first, or the handler, has told it"
    why = {"name": "T. Okafor", "why": "the family has moved"}
    assert (await walk.done("POST", "cancel", why))["state"] == "cancelled"
    assert (await walk.done("POST", "cancel", why))["state"] == "cancelled"
    assert (await refused(walk, "POST", "check", {"name": "T. Okafor"}))[0] == 409
    assert (await walk.done("GET", ""))["possible"] == ["take up"], "no LA has had an edition that another could follow"
    back = {"name": "T. Okafor", "why": "the family is back"}
    assert (await refused(walk, "POST", "supersede", back))[0] == 409
    again = await walk.done("POST", "take-up", back)
    assert (again["pack"], again["state"], again["edition"]) == (walk.pack, "draft", 1)
    assert again == await walk.done("POST", "take-up", back)
    assert (await walk.done("GET", ""))["earliest_by"], "its clock runs again"
    await walk.sign()
    await until("it is sent", lambda: _is(walk, "sent"))
    shown = await walk.done("GET", "")
    assert (shown["edition"], shown["supersedes"]) == (1, None)
    assert (await refused(walk, "POST", "take-up", back))[0] == 409
    await made.tell(request)
    other = await made.ask()
    pack = await made.sent(other)
    assert len(await made.packs(request)) == 1, "heard again, the request is answered"
    gone = PackWalk(made.sharing.url, made.headers, pack["pack"], SCHOOL)
    assert (await refused(gone, "POST", "cancel", why))[0] == 409
    moved = [one for one in await events(made.stack, LegalClockMoved) if one.pack in (walk.pack, pack["pack"])]
    assert all(one.earliest_by for one in moved if one.edition == 1), "a draft rests on sessions"
    last = {one.pack: one for one in sorted(moved, key=lambda one: one.edition)}
    assert {(one.request_by, one.earliest_by) for one in last.values()} == {(None, None)}
    assert [bool(one.earliest_by) for one in sorted(moved, key=lambda one: one.edition) if one.pack == walk.pack] == [
        True,
        False,
        True,
        False,
    ], "running, given up, taken up, sent"


async def test_the_next_edition_takes_the_place_of_the_one_that_was_sent(made: World) -> None:
    request = await made.ask()
    sent = await made.sent(request)
    walk = PackWalk(made.sharing.url, made.headers, sent["pack"], SCHOOL)
    why = {"name": "T. Okafor", "why": "a mark was corrected"}
    answers = await asyncio.gather(*(walk.done("POST", "supersede", why) for _ in range(3)))
    assert {(one["pack"], one["edition"], one["state"]) for one in answers} == {(answers[0]["pack"], 2, "draft")}
    following = PackWalk(made.sharing.url, made.headers, answers[0]["pack"], SCHOOL)
    statement = await following.done("GET", "statement")
    assert statement["statement"]["signed"] is None
    assert statement["statement"]["paragraphs"] == (await walk.done("GET", "statement"))["statement"]["paragraphs"]
    made.corrected[request.child] = "G"
    await following.sign()

    async def both() -> bool:
        states = {pack["pack"]: pack["state"] for pack in await made.packs(request)}
        return bool((states[walk.pack], states[following.pack]) == ("superseded", "sent"))

    await until("the one in the other's place", both)
    document = await following.done("GET", "files/pack.json")
    for_la, served = (document[volume]["edition_before"] for volume in ("for_the_authority", "to_be_served"))
    assert (for_la["pack"], for_la["why"], for_la["by"], for_la["changed"]) == (walk.pack, why["why"], "T. Okafor", ["sessions"])
    assert {(one["before"], one["after"]) for one in for_la["sessions"]} == {("O", "G")}
    assert served["corrected"] == sorted({one["date"] for one in for_la["sessions"]})
    assert (await walk.done("GET", "files/pack.json"))["for_the_authority"]["edition_before"] is None
    told = [(one.edition, one.supersedes) for one in await events(made.stack, PackSent) if one.case == request.case]
    assert sorted(told) == [(1, None), (2, walk.pack)]
    rows = await made.get(f"/v1/disclosures?child={request.child}", "data protection officer")
    assert sorted(row["pack"] for row in rows) == sorted([walk.pack, following.pack])
    assert (await refused(walk, "POST", "supersede", why))[0] == 409
    third = await following.done("POST", "supersede", why)
    for earlier, edition, state in ((walk, following.pack, "sent"), (following, third["pack"], "draft")):
        next_ = (await earlier.done("GET", ""))["next_edition"]
        assert (next_["pack"], next_["state"]) == (edition, state), "each names the one after it"


async def test_another_schools_people_and_other_roles_learn_nothing(walk: PackWalk) -> None:
    for method, path, body in (
        ("GET", "", None),
        ("GET", "statement", None),
        ("GET", "preview/pack.json", None),
        ("POST", "statement", {"name": "A. Stranger"}),
        ("POST", "check", {"name": "A. Stranger"}),
        ("POST", "cancel", {"name": "A. Stranger", "why": "no"}),
        ("POST", "supersede", {"name": "A. Stranger", "why": "no"}),
        ("DELETE", "overrides/contacts%20confirmed", None),
        ("GET", "certificate", None),
    ):
        assert (await walk.send(method, path, body, school=OTHER_SCHOOL)).status_code == 404, path
        for role in ("la", "business support", "data protection officer"):
            assert (await walk.send(method, path, body, role=role)).status_code == 403, (path, role)
    assert (await walk.send("GET", "certificate", role="school", school=OTHER_SCHOOL)).status_code == 404
    assert (await walk.send("GET", "statement", role="school")).status_code == 403


async def test_a_preview_shows_the_pack_as_it_would_be(walk: PackWalk) -> None:
    document = await walk.done("GET", "preview/pack.json")
    assert (document["pack_id"], document["version"]) == (walk.pack, 2)
    for name in ("volume-a.pdf", "volume-b.pdf"):
        assert (await walk.send("GET", f"preview/{name}")).content.startswith(b"%PDF")
    assert (await refused(walk, "GET", "preview/other.pdf"))[0] == 422


async def test_what_people_write_is_sealed_and_falls_with_the_child_while_it_is_being_signed(made: World) -> None:
    request = await made.ask()
    walk = await made.drafted(request)
    await walk.approve()
    check = (await walk.certificate())["check"]
    held = [document for document in await made.documents({"children": request.child}) if document["kind"] == "pack"]
    assert [document["state"] for document in held] == ["approved"]
    for word in (b"Okafor", b"bus pass", b"home visit", b"Tregear", b"D. Example"):
        assert word not in repr(held).encode()
    cohort = held[0]["cohort"]
    purge = Draft(Purge, purge=new_id(), cohort=cohort, school=SCHOOL, children=(request.child,))
    sign = {"check": check, "name": "R. Pascoe"}
    await asyncio.gather(from_retention(made, purge), walk.send("POST", "certificate/sign", sign, role="school"))

    async def gone() -> bool:
        return not [one for one in await made.documents({"children": request.child}) if one["kind"] in ("pack", "chunk")]

    await until("nothing is left", gone)
    assert (await walk.send("GET", "")).status_code == 404
