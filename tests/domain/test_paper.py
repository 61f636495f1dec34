"""The pack on paper: two volumes, a signed manifest, the same bytes for the same input, and a refusal in one line for what is lacking."""

import hashlib
import io
import json
import re
from typing import Any

import jsonschema_rs
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pypdf import PdfReader

from services.sharing.domain.material import Material, NoticeHistory
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.make import Files, make, preview
from services.sharing.domain.paper.refusals import NoPack
from shared.contracts.attendance import CodeMeaning
from shared.pack.document import Pack, schema
from shared.pack.verify import findings
from tests.domain import paper_sample as sample

KEY = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
TRUSTED = KEY.public_key().public_bytes_raw().hex()
LETTER = b"%PDF-1.7 a letter"


def with_exhibit(**changes: Any) -> Material:
    exhibit = sample.exhibit(sha256=hashlib.sha256(LETTER).hexdigest())
    return sample.material(**{"statement": sample.statement(exhibits=(exhibit,))} | changes)


def made(**changes: Any) -> Files:
    return make(with_exhibit(**changes), sample.PROFILE, {"d1": LETTER}, {}, KEY)


AGGRAVATED = (
    "s.444(1A): the parent knew that the child was failing to attend regularly at the school and failed to cause the child to do so"
)


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("measure", "offence", "named"),
    [
        ("prosecution", None, "s.444(1): the child failed"),
        ("prosecution", "444(1A)", AGGRAVATED),
        ("penalty notice", None, None),
    ],
)
def test_a_prosecution_names_its_offence_on_covers_certificate_and_statement(measure: str, offence: str | None, named: str | None) -> None:
    files = made(wanted=sample.material().wanted.model_copy(update={"measure": measure, "offence": offence}))
    told = [text_of(files[f"volume-{letter}.pdf"]) for letter in "ab"]
    told = [" ".join(text.split()) for text in told]
    section = f"s.{offence or '444(1)'}"
    assert [text.count(named or "444(1") for text in told] == ([1, 2] if named else [0, 0]), "on the covers and on the statement"
    assert told[1].count(f"For proceedings under Education Act 1996 {section}. ") == (1 if named else 0), "the head teacher accuses nobody"
    assert (named or "") in (json.loads(files["pack.json"])["offence"] or "")
    assert "the particulars above, of the attendance of Merryn Tregear at Gull Rock Academy from 3" in told[1]


def test_the_cover_says_from_when_last_year_is_held() -> None:
    cover = " ".join(text_of(made()["volume-a.pdf"]).split())
    assert re.search(r"Attendance last year [0-9.]+ % \([0-9]+ of [0-9]+ sessions, held from [0-9]+ \w+ 20[0-9]{2}\)", cover)


def test_a_pack_is_its_document_two_volumes_exhibits_and_a_signed_manifest() -> None:
    files = made()
    assert sorted(files) == ["exhibit-TO-1.pdf", "manifest.json", "manifest.sig", "pack.json", "volume-a.pdf", "volume-b.pdf"]
    assert files["exhibit-TO-1.pdf"] == LETTER
    assert findings(files, trusted=TRUSTED) == []


def test_the_same_material_gives_the_same_bytes() -> None:
    assert made() == made()


@pytest.mark.parametrize(
    "material",
    [
        with_exhibit(),
        with_exhibit(statement=None, certificate=None, last_year=None, notices=NoticeHistory()),
        with_exhibit(case=sample.case(entries=(), letters=(), leave=(sample.leave(),), other_parents=(), siblings=(), child_view=None)),
    ],
    ids=["whole", "draft", "bare"],
)
def test_every_document_fits_the_published_schema(material: Material) -> None:
    document = assemble(material, sample.PROFILE).as_json()
    jsonschema_rs.validator_for(schema()).validate(json.loads(document))
    assert Pack.model_validate_json(document).as_json() == document


def test_every_page_names_the_pack_its_volume_and_its_number() -> None:
    files = made()
    for letter in "ab":
        pages = PdfReader(io.BytesIO(files[f"volume-{letter}.pdf"])).pages
        assert len(pages) > 2
        for number, page in enumerate(pages, 1):
            text = page.extract_text()
            assert "5f2c1a90b7d4" in text
            assert f"{letter.upper()} – page {number} of {len(pages)}" in text


@pytest.mark.parametrize("letter", ["a", "b"])
def test_volumes_are_tagged_with_language_title_and_bookmarks(letter: str) -> None:
    printed = made()[f"volume-{letter}.pdf"]
    for part in (b"/Marked true", b"/StructTreeRoot", b"/Lang", b"/DisplayDocTitle true", b"<pdfuaid:part>1</pdfuaid:part>"):
        assert part in printed
    assert len(PdfReader(io.BytesIO(printed)).outline) >= 5
    metadata = printed[printed.index(b"<?xpacket begin") : printed.index(b"<?xpacket end")]
    assert not any(personal in metadata for personal in (b"Merryn", b"Tregear", b"B801200005001"))


@pytest.mark.parametrize(
    ("changes", "draft"),
    [
        ({}, False),
        ({"certificate": None}, True),
        ({"statement": sample.statement(signed=None, exhibits=())}, True),
        ({"statement": None}, True),
        ({"statement": None, "wanted": sample.wanted(measure="penalty notice")}, False),
    ],
)
def test_every_page_says_draft_until_certificate_and_statement_are_signed(changes: dict[str, Any], draft: bool) -> None:
    short = {"marks": sample.register(number=5), "this_year": sample.register(number=5), "last_year": None} | changes
    for pdf in (preview(with_exhibit(**short), sample.PROFILE, volume, {}) for volume in ("a", "b")):
        for page in PdfReader(io.BytesIO(pdf)).pages:
            assert ("DRAFT – NOT SIGNED" in page.extract_text()) is draft


def test_the_certificate_shows_the_marks_that_were_signed_and_volume_a_what_changed_since() -> None:
    now = sample.register()
    first = now.sessions[0].model_copy(update={"code": "I", "feed": 2})
    pack = assemble(with_exhibit(marks=now.model_copy(update={"sessions": (first, *now.sessions[1:])})), sample.PROFILE)
    assert pack.to_be_served.certificate.attendance.days[0].am == "/"
    (change,) = pack.for_the_authority.marks_since_signature
    assert (change.date, change.session, change.before, change.after) == (sample.FIRST, "AM", "/", "I")


def test_a_session_used_for_an_earlier_notice_is_marked() -> None:
    pack = assemble(with_exhibit(), sample.PROFILE)
    used = [one for one in pack.to_be_served.certificate.unauthorised if one.used_for]
    assert [(one.date.isoformat(), one.session) for one in used] == [("2026-09-04", "AM"), ("2026-09-04", "PM")]
    assert "History not confirmed" in text_of(preview(with_exhibit(), sample.PROFILE, "b", {}))


def test_what_is_lacking_is_a_line() -> None:
    with pytest.raises(NoPack, match=r"^exhibit TO/1 is missing"):
        make(with_exhibit(), sample.PROFILE, {}, {}, KEY)
    with pytest.raises(NoPack, match=r"^exhibit TO/1 is not the file that the statement names"):
        make(with_exhibit(), sample.PROFILE, {"d1": b"another"}, {}, KEY)
    with pytest.raises(NoPack, match="names this parent"):
        assemble(with_exhibit(case=sample.case(parent=None)), sample.PROFILE)
    with pytest.raises(NoPack, match="child's name"):
        assemble(with_exhibit(person=sample.person(born=None)), sample.PROFILE)
    with pytest.raises(NoPack, match="key does not explain"):
        assemble(with_exhibit(certificate=None, marks=sample.register().model_copy(update={"key": (_only(),)})), sample.PROFILE)


def _only() -> CodeMeaning:
    return CodeMeaning(code="/", meaning="Present", statistical_class="present")
