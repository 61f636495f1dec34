"""What the four services hold: their views, which show children and cohorts and nothing else."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pymongo.read_concern import ReadConcern

from shared.collections import DATABASE, holdings
from shared.topology import SERVICES

Holdings = Mapping[str | None, frozenset[str]]
"""School (None: of no school) to the children whose documents are in a cohort."""


class Views:
    """Provisioning makes them and lets `retention` read them."""

    def __init__(self, client: Any) -> None:
        self._views = {
            service: client[DATABASE].get_collection(holdings(service), read_concern=ReadConcern("majority")) for service in SERVICES
        }

    async def of(self, service: str, cohort: str) -> Holdings:
        held: defaultdict[str | None, set[str]] = defaultdict(set)
        async for document in self._views[service].find({"cohort": cohort}, {"school": 1, "children": 1}):
            held[document.get("school")].update(document.get("children", ()))
        return {school: frozenset(children) for school, children in held.items()}

    async def of_all(self, cohort: str) -> Holdings:
        """Which children the four services hold in a cohort, by school."""
        held: defaultdict[str | None, set[str]] = defaultdict(set)
        for service in SERVICES:
            for school, children in (await self.of(service, cohort)).items():
                held[school] |= children
        return {school: frozenset(children) for school, children in held.items()}

    async def left(self, cohort: str) -> int:
        """Documents of a cohort that the four services still have."""
        return sum([await view.count_documents({"cohort": cohort}) for view in self._views.values()])

    async def cohorts_of(self, child: str) -> list[str]:
        """The cohorts in which any service holds anything of a child, the earliest first."""
        cohorts: set[str] = set()
        for view in self._views.values():
            cohorts |= {document["cohort"] async for document in view.find({"children": child}, {"cohort": 1})}
        return sorted(cohorts)
