"""The collection `retention`; the only room of the service that knows MongoDB.

What outlives a purge (sweeps, the ledger, certificates) has no `cohort`: nothing in it is due, and the second look over the views, which
show documents that have one, does not take it for something left.
"""

from dataclasses import dataclass
from typing import Any

from services.retention.store.clocks import Clocks
from services.retention.store.commands import Commands
from services.retention.store.ledger import Ledger
from services.retention.store.sweeps import Sweeps
from services.retention.store.views import Holdings, Views
from shared.store import Documents

KINDS = ("clock", "hold", "sweep", "ledger", "certificate", "purge")
WITH_COHORT = ("hold",)
"""Kinds about a child, beside its clock, that move and fall with their cohort."""

__all__ = ["KINDS", "WITH_COHORT", "Holdings", "Store", "store"]


@dataclass(frozen=True, slots=True)
class Store:
    """The collection, by what is kept in it, and the views over all four."""

    views: Views
    clocks: Clocks
    sweeps: Sweeps
    commands: Commands
    ledger: Ledger


def store(documents: Documents, client: Any) -> Store:
    """Built in the composition root."""
    return Store(Views(client), Clocks(documents), Sweeps(documents), Commands(documents), Ledger(documents))
