"""Certificates of disposal: signed, chained to the one before, free of personal data and of ids, checkable offline.

The canonical form of a certificate is its JSON with sorted keys, no white space, UTF-8. What is signed (Ed25519) is the
canonical form without the signature; what the next certificate names is the SHA-256 of the whole, signature included.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal, NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""32 bytes as lower-case hexadecimal: one text for each value, unlike base64: no changed character goes unnoticed."""
Signature = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
Count = Annotated[int, Field(ge=0, strict=True)]


def _to_the_second(moment: datetime) -> datetime:
    if moment.utcoffset() != timedelta(0) or moment.microsecond:
        raise ValueError("a certificate's time is in UTC, to the second")
    return moment


class CertificateNotRead(Exception):
    """The file is not a certificate of disposal in its canonical content: a field is missing, added or malformed."""


class ServiceAnswers(BaseModel):
    """What one service answered for the children of the purge, and how many of its records were erased."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    erased: Count
    nothing_held: Count
    retained: Count
    failed: Count
    records: Count

    @property
    def children(self) -> int:
        """The children for whom the service answered."""
        return self.erased + self.nothing_held + self.retained + self.failed


class Statement(BaseModel):
    """What a certificate says. Counts are of children, `records` of documents; the root is that of `shared.merkle`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["iewo.certificate-of-disposal"] = "iewo.certificate-of-disposal"
    version: Literal[1] = 1
    number: Annotated[int, Field(ge=1, strict=True)]
    previous: Hash | None
    company: Annotated[str, Field(min_length=1)]
    disposal_date: date
    swept_on: date
    ahead_of_time: Annotated[bool, Field(strict=True)]
    """Made on a development stack, ahead of the real day: what was invented there is gone, and no real disposal is proven."""
    issued_at: Annotated[datetime, AfterValidator(_to_the_second)]
    purge: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]+$")]
    children: Count
    services: tuple[ServiceAnswers, ...]
    found_by_second_look: Count
    merkle_root: Hash
    key_destroyed: Annotated[bool, Field(strict=True)]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.number == 1) is not (self.previous is None):
            raise ValueError("the first certificate, and no other, has none before it")
        if any(answers.children != self.children for answers in self.services):
            raise ValueError("each service answers once for every child")
        if len({answers.service for answers in self.services}) != len(self.services):
            raise ValueError("a service answers once")
        failed = any(answers.failed for answers in self.services)
        if self.key_destroyed and (failed or self.found_by_second_look):
            raise ValueError("a key is not destroyed while something is still held under it")
        if self.swept_on < self.disposal_date:
            raise ValueError("nothing is disposed of before its date")
        return self


class Certificate(Statement):
    """A signed statement. `signed_by` is the fingerprint, the SHA-256 of the raw public key."""

    signed_by: Hash
    public_key: Hash
    signature: Signature


FindingKind = Literal["signature", "fingerprint", "untrusted key", "chain", "number"]


class Finding(NamedTuple):
    """Something wrong with a certificate, and the sentence that tells a reader."""

    kind: FindingKind
    message: str


def issue_time(now: datetime) -> datetime:
    """A moment as certificates give it: UTC, to the second."""
    return now.astimezone(UTC).replace(microsecond=0)


def fingerprint(public_key: str) -> str:
    """The SHA-256 of a raw public key, both as hexadecimal."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()


def sign(statement: Statement, key: Ed25519PrivateKey) -> Certificate:
    """The statement, signed."""
    public = key.public_key().public_bytes_raw().hex()
    said = {name: getattr(statement, name) for name in Statement.model_fields}
    unsigned = Certificate(**said, signed_by=fingerprint(public), public_key=public, signature="0" * 128)
    return unsigned.model_copy(update={"signature": key.sign(_signed_bytes(unsigned)).hex()})


def canonical(certificate: Certificate) -> bytes:
    """The certificate's canonical bytes: what is stored, sent and named by the next one."""
    return _canonical(certificate.model_dump(mode="json"))


def digest(certificate: Certificate) -> str:
    """The SHA-256 of the canonical bytes: `previous` of the next certificate."""
    return hashlib.sha256(canonical(certificate)).hexdigest()


def read(raw: bytes) -> Certificate:
    """A certificate from a file. White space and order of keys are free, nothing else. Raises CertificateNotRead."""
    try:
        said = json.loads(raw, object_pairs_hook=_each_key_once)
        certificate = Certificate.model_validate(said)
    except (ValueError, ValidationError, RecursionError):
        raise CertificateNotRead from None
    # A second spelling of the same value (a date as a number, say) is not what was signed.
    if _canonical(said) != canonical(certificate):
        raise CertificateNotRead
    return certificate


def verify(certificate: Certificate, *, trusted: str | None = None, previous: Certificate | None = None) -> list[Finding]:
    """What is wrong with a certificate; nothing, if it is good.

    Without `trusted`, the company's public key (hexadecimal) as the reader knows it, only this is shown: that nobody
    without the key named in the certificate altered it. Without `previous` its place in the chain is not looked at.
    """
    findings: list[Finding] = []
    if fingerprint(certificate.public_key) != certificate.signed_by:
        findings.append(Finding("fingerprint", "the fingerprint is not that of the public key in the certificate"))
    if trusted is not None and certificate.public_key != trusted.strip().lower():
        findings.append(Finding("untrusted key", "the certificate is signed with another key than the trusted one"))
    if not _is_signed(certificate):
        findings.append(Finding("signature", "the signature does not fit: the certificate was altered or forged"))
    return findings if previous is None else findings + _after(certificate, previous)


def verify_chain(certificates: Sequence[Certificate], *, trusted: str | None = None) -> dict[int, list[Finding]]:
    """What is wrong with each of a run of certificates in their order: by number, and only those that are not good.

    A run that does not begin with number 1 is a finding of its first member: what came before is not shown.
    """
    bad: dict[int, list[Finding]] = {}
    for place, certificate in enumerate(certificates):
        before = certificates[place - 1] if place else None
        findings = verify(certificate, trusted=trusted, previous=before)
        if before is None and certificate.number != 1:
            findings.append(Finding("number", "the chain does not begin with certificate 1"))
        if findings:
            bad.setdefault(certificate.number, []).extend(findings)
    return bad


def _after(certificate: Certificate, previous: Certificate) -> list[Finding]:
    findings = []
    if certificate.number != previous.number + 1:
        findings.append(Finding("number", f"certificate {previous.number + 1} should follow {previous.number}"))
    if certificate.previous != digest(previous):
        findings.append(Finding("chain", "the certificate before is not the one that this certificate names"))
    return findings


def _is_signed(certificate: Certificate) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(certificate.public_key))
        key.verify(bytes.fromhex(certificate.signature), _signed_bytes(certificate))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed_bytes(certificate: Certificate) -> bytes:
    return _canonical(certificate.model_dump(mode="json", exclude={"signature"}))


def _canonical(said: object) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("a key stands twice")
    return said
