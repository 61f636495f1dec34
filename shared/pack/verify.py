"""Whether a pack is what its manifest says, whole and unaltered: signature, signer, each part, the document, the covers."""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from shared.pack import manifest as of_pack
from shared.pack.document import Pack, check_value
from shared.pack.manifest import ALWAYS, DOCUMENT, MANIFEST, SIGNATURE, VOLUME_A, VOLUME_B, Manifest, NotAManifest


def findings(files: Mapping[str, bytes], *, trusted: str | None = None) -> list[str]:
    """What is wrong, a sentence each; nothing if the pack is good.

    Without `trusted`, the sender's public key (hexadecimal) as the reader knows it, only this is shown: that nobody without the key
    named in the manifest altered it.
    """
    if missing := sorted({MANIFEST, SIGNATURE} - files.keys()):
        return [f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: this is no signed pack, or not the whole of one"]
    try:
        manifest = of_pack.read(files[MANIFEST])
    except NotAManifest:
        return [f"{MANIFEST} is not the manifest of a pack: it was altered, or is of a version that this command does not know"]
    return [*_signature(manifest, files, trusted), *_parts(manifest, files), *_document(manifest, files), *_covers(manifest, files)]


def _signature(manifest: Manifest, files: Mapping[str, bytes], trusted: str | None) -> Iterator[str]:
    if hashlib.sha256(bytes.fromhex(manifest.public_key)).hexdigest() != manifest.signed_by:
        yield "the fingerprint is not that of the public key in the manifest"
    if trusted is not None and manifest.public_key != trusted.strip().lower():
        yield "the manifest is signed with another key than the trusted one: ask the sender by another way"
    if not of_pack.is_signed(files[MANIFEST], files[SIGNATURE], manifest.public_key):
        yield "the signature does not fit: the manifest was altered or forged"


def _parts(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[str]:
    named = {part.name: part for part in manifest.parts}
    if lacking := sorted(ALWAYS - named.keys()):
        yield f"the manifest does not name {', '.join(lacking)}"
    for name, part in named.items():
        content = files.get(name)
        if content is None:
            yield f"{name} is missing"
        elif hashlib.sha256(content).hexdigest() != part.sha256 or len(content) != part.size:
            yield f"{name} is not the file that was signed: it was altered"
    for name in sorted(files.keys() - named.keys() - {MANIFEST, SIGNATURE}):
        yield f"{name} is no part of the pack"


def _document(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[str]:
    content = files.get(DOCUMENT)
    if content is None:
        return
    try:
        pack = Pack.model_validate_json(content)
    except ValidationError as error:
        yield f"{DOCUMENT} does not fit its schema, at {'.'.join(map(str, error.errors()[0]['loc'])) or 'its beginning'}"
        return
    said = (pack.pack_id, pack.edition, pack.supersedes, pack.authority.code, pack.created)
    if said != (manifest.pack, manifest.edition, manifest.supersedes, manifest.authority, manifest.created):
        yield f"{DOCUMENT} is about another pack or edition than the manifest"
    statement = pack.to_be_served.statement
    shown = {exhibit.file: exhibit.sha256 for exhibit in statement.exhibits} if statement else {}
    theirs = {part.name: part.sha256 for part in manifest.parts if part.name.startswith("exhibit-")}
    if shown != theirs:
        yield "the exhibits are not those that the statement names"


def _covers(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[str]:
    content = files.get(DOCUMENT)
    expected = check_value(content) if content is not None else manifest.check
    if expected != manifest.check:
        yield f"the check value of {DOCUMENT} is {expected}, and the manifest says {manifest.check}"
    for name in (VOLUME_A, VOLUME_B):
        printed = _cover(files[name]) if name in files else None
        if printed is not None and re.sub(r"\s", "", manifest.check) not in re.sub(r"\s", "", printed):
            yield f"the cover of {name} does not print the check value {manifest.check}"


def _cover(pdf: bytes) -> str:
    """The text of its first page; none for what is no PDF."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    except (PyPdfError, ValueError, LookupError, TypeError, OSError):
        return ""
