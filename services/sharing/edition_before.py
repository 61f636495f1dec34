"""Reads the pack in whose place another is prepared: what was sent, and certified."""

from services.sharing.domain.life import AT_HOME
from services.sharing.domain.material import EditionBefore
from services.sharing.store import Store
from services.sharing.store.preparing import Held
from shared.pack.document import Pack
from shared.pack.manifest import DOCUMENT


async def edition_before(store: Store, held: Held) -> EditionBefore | None:
    """None of a first edition, and of a pack that was sent: its files are kept as they are."""
    if held.pack.supersedes is None or held.work.state not in AT_HOME:
        return None
    before = await store.preparing.get(held.pack.supersedes)
    if before is None or before.pack.sent_at is None:  # disposed of meanwhile
        return None
    begun = next(one for one in reversed(held.work.history) if one.act == "supersede")
    rests = store.resting.of(before.document)
    certificate, content = before.work.certificate, await store.files.read(before.document, DOCUMENT)
    return EditionBefore(
        pack=before.pack.pack,
        edition=before.pack.edition,
        sent_on=before.pack.sent_at.date(),
        why=begun.why or "",
        by=begun.by.name,
        told=rests.told if rests else (),
        marks=certificate.marks if certificate else None,
        sent=Pack.read(content) if content else None,
    )
