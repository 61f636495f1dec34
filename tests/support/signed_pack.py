"""Packs as they are sent, signed and with volumes whose covers bear the check value, without the time that typst takes."""

import random
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.sharing.domain.paper.assemble import assemble
from shared.pack.document import Authority, Pack, check_value
from shared.pack.manifest import DOCUMENT, VOLUME_A, VOLUME_B, sign
from tests.domain import paper_sample as sample

KEY: Final = Ed25519PrivateKey.from_private_bytes(b"6" * 32)


def signed_pack(pack: str, authority: str, size: int = 2000, key: Ed25519PrivateKey = KEY) -> dict[str, bytes]:
    """Its files by name. `size`: bytes in each volume beside its cover, of which no two are alike."""
    made = _document().model_copy(update={"pack_id": pack, "authority": Authority(code=authority, name="Example County Council")})
    check = check_value(document := made.as_json())
    files = {DOCUMENT: document, VOLUME_A: _volume(check, size), VOLUME_B: _volume(check, size)}
    about = {"edition": made.edition, "supersedes": made.supersedes, "created": made.created}
    return {**files, **sign(files, key, pack=pack, authority=authority, **about)}  # type: ignore[arg-type]


@cache
def _document() -> Pack:
    short = sample.register(number=5)
    return assemble(sample.material(statement=None, marks=short, this_year=short, last_year=None, certificate=None), sample.PROFILE)


def _volume(check: str, size: int) -> bytes:
    """A PDF of one page (ISO 32000-1, 7.5), with a stream that nothing shows."""
    cover = f"BT /F1 12 Tf 40 700 Td ({check}) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(cover), cover),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Length %d>>stream\n%s\nendstream" % (size, random.randbytes(size)),
    )
    pdf, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(pdf))
    return pdf + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end
