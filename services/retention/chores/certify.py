"""The last step of a purge: outcomes into the ledger's leaves, and the certificate that shows their root."""

import secrets
from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.retention.domain import answers
from services.retention.domain.sweep import Progress, Sweep
from services.retention.store import Store
from services.retention.store.ledger import Leaf
from shared import merkle
from shared.certificates import Certificate, Statement, digest, issue_time, sign
from shared.contracts.envelope import Cause
from shared.errors import Conflict
from shared.topology import SERVICES


def new_leaf(child: str) -> Leaf:
    return Leaf(child, secrets.token_bytes(merkle.SALT))


def hashes(leaves: list[Leaf]) -> list[bytes]:
    """The Merkle tree's leaves, in the order given."""
    return [merkle.leaf(leaf.salt, leaf.child, leaf.outcome) for leaf in leaves]


class Certifier:
    """Certificates are numbered without a gap, each naming the one before; a purge gets one, whoever else tries at the same time."""

    def __init__(self, store: Store, key: Ed25519PrivateKey, company: str, now: Callable[[], datetime]) -> None:
        self._store = store
        self._key = key
        self._company = company
        self._now = now

    async def certify(self, sweep: Sweep, progress: Progress, cause: Cause) -> Certificate:
        """The certificate of a purge whose key is destroyed; afterwards no answer names a child any more."""
        while True:
            # the last one is read before it is asked whether this purge has one: what was made in between then takes the number
            last = await self._store.ledger.last_certificate()
            certificate = await self._store.ledger.certificate_of(progress.purge)
            if certificate is None:
                certificate = sign(await self._statement(sweep, progress, last, cause), self._key)
                try:
                    await self._store.ledger.keep_certificate(certificate, cause)
                except Conflict:
                    continue
            await self._store.commands.forget_children(progress.purge, cause)
            return certificate

    async def _statement(self, sweep: Sweep, progress: Progress, last: Certificate | None, cause: Cause) -> Statement:
        given = await self._store.commands.answers(progress.purge)
        children = {leaf.child for leaf in await self._store.ledger.leaves(progress.purge)}
        outcomes = answers.of_children(given, children, SERVICES)
        await self._store.ledger.enter(progress, map(new_leaf, outcomes.keys() - children), (), cause)
        await self._store.ledger.note_outcomes(progress.purge, {child: answers.as_text(told) for child, told in outcomes.items()}, cause)
        leaves = await self._store.ledger.leaves(progress.purge)
        return Statement(
            number=last.number + 1 if last else 1,
            previous=digest(last) if last else None,
            company=self._company,
            disposal_date=progress.cohort,
            swept_on=sweep.on,
            ahead_of_time=sweep.ahead_of_time,
            issued_at=issue_time(self._now()),
            purge=progress.purge,
            children=len(outcomes),
            services=answers.counts(outcomes, given, SERVICES),
            found_by_second_look=0,
            merkle_root=merkle.root(hashes(leaves)),
            key_destroyed=True,
        )
