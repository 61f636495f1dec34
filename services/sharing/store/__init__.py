"""The collection `sharing`. The files of this folder are the only ones that know MongoDB.

| kind | file | in clear | sealed |
|---|---|---|---|
| authority | authorities.py | name, public keys: an LA is no person | nothing |
| pack | packs.py, preparing.py | request, case, LA, state, edition, place on the stream, times | what was done on it, its files' names |
| | pack_clocks.py | the days that end what can be done | nothing |
| | words.py | how many | what the LA said of it |
| | downloads.py | which of its files were downloaded | by whom, and when |
| | resting.py | when it was looked at last | what it rests on, and what has changed of it |
| | unanswered.py | until when a change of it is to be answered, how often it was told that this is over | nothing |
| | changes_told.py | to which key notices of change are closed that the LA has not fetched | what they say |
| history | histories.py | school | notices told of, LAs asked for them |
| chunk | files.py | which pack's | the files that were sent |
| disclosure | disclosing.py | LA, pack, whether made or refused, time | who asked, what, for what purpose, on which basis |
"""

from dataclasses import dataclass
from typing import Self

from services.sharing.store.authorities import Authorities
from services.sharing.store.changes_told import ChangesTold
from services.sharing.store.disclosing import Disclosing
from services.sharing.store.downloads import Downloads
from services.sharing.store.files import PackFiles
from services.sharing.store.histories import Histories
from services.sharing.store.packs import Packs
from services.sharing.store.preparing import Preparing
from services.sharing.store.resting import Resting
from services.sharing.store.unanswered import Unanswered
from services.sharing.store.words import Words
from shared.disposal import Disposal
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Documents

COHORT_KINDS = ("pack", "chunk", "disclosure", "history")
"""Kinds that are disposed of with the child's cohort: what the log says of a child falls with the child."""
OUTBOXES = ("authority", *COHORT_KINDS, "clock", "purge")


@dataclass(frozen=True, slots=True)
class Store:
    """A part for each noun. Built in the composition root."""

    authorities: Authorities
    packs: Packs
    preparing: Preparing
    files: PackFiles
    disclosing: Disclosing
    words: Words
    histories: Histories
    resting: Resting
    changes_told: ChangesTold
    downloads: Downloads
    unanswered: Unanswered

    @classmethod
    def of(cls, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> Self:
        files = PackFiles(documents, sealer)
        return cls(
            Authorities(documents),
            Packs(documents),
            Preparing(documents, sealer, disposal, files, settings),
            files,
            Disclosing(documents, sealer, disposal, files, settings),
            Words(documents, sealer, settings),
            Histories(documents, sealer, disposal, settings),
            Resting(documents, sealer),
            ChangesTold(documents, sealer),
            Downloads(documents, sealer),
            Unanswered(documents),
        )
