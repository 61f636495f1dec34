"""A certificate of disposal says what it says and can be altered by nobody, nor left out of its chain."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared import certificates, merkle
from shared.certificates import Certificate, ServiceAnswers, Statement

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
SERVICES = ("attendance", "referrals", "sharing", "retention")


def statement(**changes: Any) -> Statement:
    answers = tuple(ServiceAnswers(service=name, erased=40, nothing_held=7, retained=3, failed=0, records=212) for name in SERVICES)
    said: dict[str, Any] = {
        "number": 1,
        "previous": None,
        "company": "Harbour Lane Éducation Welfare",
        "disposal_date": date(2028, 8, 31),
        "swept_on": date(2028, 9, 1),
        "ahead_of_time": False,
        "issued_at": datetime(2028, 9, 1, 2, 14, 3, tzinfo=UTC),
        "purge": "p-91c0",
        "children": 50,
        "services": answers,
        "found_by_second_look": 0,
        "merkle_root": merkle.root([merkle.leaf(bytes(32), "c1", "erased")]),
        "key_destroyed": True,
    }
    return Statement(**said | changes)


GOOD = certificates.sign(statement(), KEY)


def chain(length: int) -> list[Certificate]:
    made: list[Certificate] = []
    for number in range(1, length + 1):
        before = certificates.digest(made[-1]) if made else None
        made.append(certificates.sign(statement(number=number, previous=before), KEY))
    return made


def test_a_good_certificate_has_no_findings_and_survives_its_file() -> None:
    again = certificates.read(certificates.canonical(GOOD))
    assert again == GOOD
    assert certificates.verify(again, trusted=PUBLIC) == []


def test_a_sweep_ahead_of_time_is_signed_as_one_and_cannot_be_made_a_real_one() -> None:
    ahead_of_time = certificates.sign(statement(ahead_of_time=True), KEY)
    assert certificates.verify(ahead_of_time, trusted=PUBLIC) == []
    raw = certificates.canonical(ahead_of_time)
    assert b'"ahead_of_time":true' in raw
    passed_off = certificates.read(raw.replace(b'"ahead_of_time":true', b'"ahead_of_time":false'))
    assert [finding.kind for finding in certificates.verify(passed_off)] == ["signature"]
    with pytest.raises(certificates.CertificateNotRead):
        certificates.read(raw.replace(b'"ahead_of_time":true,', b""))


def test_a_file_laid_out_for_reading_is_the_same_certificate() -> None:
    laid_out = json.dumps(json.loads(certificates.canonical(GOOD)), indent=2).encode()
    assert certificates.read(laid_out) == GOOD


def test_the_canonical_form_is_sorted_compact_and_utf_8() -> None:
    raw = certificates.canonical(GOOD)
    assert raw.startswith(
        b'{"ahead_of_time":false,"children":50,"company":"Harbour Lane \xc3\x89ducation Welfare","disposal_date":"2028-08-31"'
    )
    assert b'"issued_at":"2028-09-01T02:14:03Z"' in raw


@given(data=st.data())
def test_any_single_changed_byte_is_noticed(data: st.DataObject) -> None:
    raw = bytearray(certificates.canonical(GOOD))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[at]))
    try:
        changed = certificates.read(bytes(raw))
    except certificates.CertificateNotRead:
        return
    assert certificates.verify(changed) != []


def _leaves(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, dict):
        return [found for key, value in node.items() for found in _leaves(value, (*path, key))]
    if isinstance(node, list):
        return [found for place, value in enumerate(node) for found in _leaves(value, (*path, place))]
    return [path]


@pytest.mark.parametrize("path", _leaves(json.loads(certificates.canonical(GOOD))), ids=str)
@given(value=st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.dates().map(str)))
def test_any_exchanged_value_of_any_field_is_noticed(path: tuple[Any, ...], value: Any) -> None:
    said = json.loads(certificates.canonical(GOOD))
    *way, last = path
    holder = said
    for step in way:
        holder = holder[step]
    if holder[last] == value and type(holder[last]) is type(value):
        return
    holder[last] = value
    try:
        changed = certificates.read(json.dumps(said).encode())
    except certificates.CertificateNotRead:
        return
    assert certificates.verify(changed) != []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"\xff",
        b"{}",
        b"[" * 100_000,
        certificates.canonical(GOOD)[:-1] + b',"added":1}',
        certificates.canonical(GOOD)[:-1] + b',"number":1}',
        certificates.canonical(GOOD).replace(b'"children":50', b'"children":50.0'),
        certificates.canonical(GOOD).replace(b"02:14:03Z", b"02:14:03+00:00"),
    ],
    ids=["empty", "list", "not text", "nothing", "deep", "a field added", "a key twice", "a float", "another spelling"],
)
def test_what_is_no_canonical_certificate_is_not_read(raw: bytes) -> None:
    with pytest.raises(certificates.CertificateNotRead):
        certificates.read(raw)


def test_a_certificate_signed_anew_by_somebody_else_is_not_trusted() -> None:
    forged = certificates.sign(statement(children=50), Ed25519PrivateKey.generate())
    assert certificates.verify(forged) == []
    assert [finding.kind for finding in certificates.verify(forged, trusted=PUBLIC)] == ["untrusted key"]


def test_a_fingerprint_of_another_key_is_found() -> None:
    kinds = {f.kind for f in certificates.verify(GOOD.model_copy(update={"signed_by": "0" * 64}))}
    assert kinds == {"fingerprint", "signature"}


@given(length=st.integers(1, 6))
def test_a_whole_chain_is_good(length: int) -> None:
    assert certificates.verify_chain(chain(length), trusted=PUBLIC) == {}


@given(data=st.data())
def test_a_certificate_left_out_of_the_chain_is_missed(data: st.DataObject) -> None:
    whole = chain(5)
    gone = data.draw(st.integers(0, 3))
    bad = certificates.verify_chain(whole[:gone] + whole[gone + 1 :], trusted=PUBLIC)
    assert set(bad) == {gone + 2}
    assert "number" in {finding.kind for finding in bad[gone + 2]}


def test_a_certificate_exchanged_in_the_chain_is_found_by_the_next() -> None:
    whole = chain(3)
    other = certificates.sign(statement(number=2, previous=certificates.digest(whole[0]), merkle_root="0" * 64), KEY)
    assert [f.kind for f in certificates.verify(whole[2], previous=other)] == ["chain"]
    assert set(certificates.verify_chain([whole[0], other, whole[2]])) == {3}


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 2},
        {"previous": "0" * 64},
        {"children": 51},
        {"found_by_second_look": 1},
        {"swept_on": date(2028, 8, 30)},
        {"services": (ServiceAnswers(service="sharing", erased=49, nothing_held=0, retained=0, failed=1, records=3),)},
        {"issued_at": datetime(2028, 9, 1, 2, 14, 3, tzinfo=timezone(timedelta(hours=1)))},
        {"issued_at": datetime(2028, 9, 1, 2, 14, 3)},  # noqa: DTZ001
        {"services": statement().services + statement().services[:1]},
    ],
)
def test_what_cannot_be_true_is_not_certified(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        statement(**changes)


def test_a_key_may_stay_when_something_failed() -> None:
    failed = (ServiceAnswers(service="sharing", erased=49, nothing_held=0, retained=0, failed=1, records=3),)
    signed = certificates.sign(statement(services=failed, key_destroyed=False, found_by_second_look=1), KEY)
    assert certificates.verify(signed, trusted=PUBLIC) == []


def test_a_moment_is_given_in_utc_to_the_second() -> None:
    summer = datetime(2028, 9, 1, 3, 14, 3, 999, tzinfo=timezone(timedelta(hours=1)))
    assert certificates.issue_time(summer) == datetime(2028, 9, 1, 2, 14, 3, tzinfo=UTC)
