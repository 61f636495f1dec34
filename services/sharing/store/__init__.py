"""The collection `sharing`. The files of this folder are the only ones that know MongoDB.

| kind | file | in clear | sealed |
|---|---|---|---|
| authority | authorities.py | name, public keys: an LA is no person | nothing |
| pack | packs.py | request, case, LA, state, place on the stream, times | the document and its PDF, once they are sent |
| disclosure | disclosing.py | LA, pack, whether made or refused, time | who asked, what, for what purpose, on which basis |
"""

from dataclasses import dataclass
from typing import Self

from services.sharing.store.authorities import Authorities
from services.sharing.store.disclosing import Disclosing
from services.sharing.store.packs import Packs
from shared.disposal import Disposal
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Documents

COHORT_KINDS = ("pack", "disclosure")
"""Kinds that are disposed of with the child's cohort: what the log says of a child falls with the child."""
OUTBOXES = ("authority", *COHORT_KINDS, "clock", "purge")


@dataclass(frozen=True, slots=True)
class Store:
    """A part for each noun. Built in the composition root."""

    authorities: Authorities
    packs: Packs
    disclosing: Disclosing

    @classmethod
    def of(cls, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> Self:
        return cls(Authorities(documents), Packs(documents, sealer), Disclosing(documents, sealer, disposal, settings))
