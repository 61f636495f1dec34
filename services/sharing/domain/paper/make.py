"""The one entry to the paper: what goes to the authority, and what people see of it before."""

import hashlib
from collections.abc import Mapping
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.sharing.domain.material import Material, Signature
from services.sharing.domain.paper.assemble import assemble
from services.sharing.domain.paper.exhibits import file_of, mark_of
from services.sharing.domain.paper.leaves import Leaves
from services.sharing.domain.paper.printing import volume_a, volume_b
from services.sharing.domain.paper.refusals import NoPack
from services.sharing.domain.profile import Profile
from services.sharing.domain.words import on
from shared.pack.document import Pack, check_value
from shared.pack.manifest import DOCUMENT, VOLUME_A, VOLUME_B, sign

Files = dict[str, bytes]
"""By name, as the authority saves them: pack.json, volume-a.pdf, volume-b.pdf, exhibit-*, manifest.json, manifest.sig; and
signed-certificate.*, signed-statement.* of what was signed on paper."""


def make(
    material: Material, profile: Profile, exhibits: Mapping[str, bytes], leaves: Mapping[str, Leaves], signing_key: Ed25519PrivateKey
) -> Files:
    """Every file of the pack, the same bytes for the same input. `exhibits`: the content of each, and of
    the scans of what was signed on paper, by the id of its document. `leaves`: the pages of exhibits and letters, by SHA-256.

    Some 0.2 s of processor time. Raises NoPack with a line that says what is lacking: an exhibit that is missing or is another file
    than the statement names, a statement that names what may not be served, a volume that could not be laid out.
    """
    pack = assemble(material, profile)
    document = pack.as_json()
    check = check_value(document)
    _check_letters(pack, leaves)
    files = {DOCUMENT: document, VOLUME_A: volume_a(pack, check), VOLUME_B: volume_b(pack, check, leaves)}
    files |= _exhibits(material, exhibits) | _scans(material, exhibits)
    signed = sign(
        files,
        signing_key,
        pack=pack.pack_id,
        edition=pack.edition,
        supersedes=pack.supersedes,
        authority=pack.authority.code,
        created=pack.created,
    )
    return {**files, **signed}


def preview(material: Material, profile: Profile, volume: Literal["a", "b"], leaves: Mapping[str, Leaves]) -> bytes:
    """A volume as it would be now: a PDF without a check value, since nothing is sent. Raises NoPack as `make` does."""
    pack = assemble(material, profile)
    return volume_a(pack, None) if volume == "a" else volume_b(pack, None, leaves)


def to_be_bound(material: Material) -> tuple[str, ...]:
    """Documents of which pages may stand in volume B: copies of letters, then exhibits."""
    letters = (one.document for one in material.case.letters if one.document)
    exhibits = (one.document for one in (material.statement.exhibits if material.statement else ()))
    return tuple(dict.fromkeys((*letters, *exhibits)))


def _check_letters(pack: Pack, leaves: Mapping[str, Leaves]) -> None:
    for one in pack.to_be_served.letters:
        if one.sha256 and not (one.sha256 in leaves and leaves[one.sha256].sizes):
            raise NoPack(f"the copy of the {one.kind} of {on(one.date)} is missing: its document is not in the case any more")


def _exhibits(material: Material, contents: Mapping[str, bytes]) -> Files:
    files: Files = {}
    for exhibit in material.statement.exhibits if material.statement else ():
        name, content = file_of(exhibit), contents.get(exhibit.document)
        if content is None:
            raise NoPack(f"exhibit {mark_of(exhibit)} is missing: its document is not in the case any more")
        if hashlib.sha256(content).hexdigest() != exhibit.sha256:
            raise NoPack(f"exhibit {mark_of(exhibit)} is not the file that the statement names: its maker signs the statement anew")
        if name in files:
            raise NoPack(f"two exhibits are called {mark_of(exhibit)}: their maker numbers them anew")
        files[name] = content
    return files


def on_paper(material: Material) -> dict[str, Signature]:
    """The signatures of which the scan goes with the pack, by what was signed."""
    certificate, statement = material.certificate, material.statement
    given = {"certificate": certificate and certificate.signed, "statement": statement and statement.signed}
    return {what: signature for what, signature in given.items() if signature and signature.document}


def _scans(material: Material, contents: Mapping[str, bytes]) -> Files:
    files: Files = {}
    for what, signature in on_paper(material).items():
        content = contents.get(signature.document or "")
        if content is None:
            raise NoPack(f"the scan of the signed {what} is missing: its document is not in the case any more")
        if hashlib.sha256(content).hexdigest() != signature.sha256:
            raise NoPack(f"the scan of the signed {what} is not the file that was brought: it is signed anew")
        files[f"signed-{what}.{signature.type}"] = content
    return files
