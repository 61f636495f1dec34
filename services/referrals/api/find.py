"""Find a child, by its UPN too, a parent, a telephone number or a postcode."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field

from services.referrals.api.access import closed, covered
from services.referrals.api.family_views import WarningView, warning_view
from services.referrals.api.known import Contact, is_officers
from services.referrals.domain.find_index import Hit
from services.referrals.domain.find_index import Why as Fit
from services.referrals.domain.find_terms import terms
from services.referrals.domain.lifecycle import CASE, State
from services.referrals.domain.referral import Referral
from services.referrals.domain.visit_warning import Read, read
from services.referrals.families.before_visit import over
from services.referrals.names.find import Finder
from services.referrals.store import Store
from shared.answers import problems

MOST: Final = 25
SHOWN: Final[tuple[State, ...]] = ("proposed", *CASE, "closed")


class FoundContact(BaseModel):
    parent: str | None = Field(description="The parent's record; null where nobody has needed one yet.")
    name: str
    relationship: str | None
    telephones: list[str]
    email: str | None
    address: str | None = Field(description="Null where it is confidential or not known.")


class FoundFor(BaseModel):
    """A child who fits."""

    school: str
    child: str
    forename: str | None
    surname: str | None
    year_group: str | None
    left: str | None = Field(description="The last day on the roll, where it is told.")
    parents: list[FoundContact]
    why: list[str] = Field(description="What fits what was typed.")


class FoundCase(BaseModel):
    referral: str
    state: State


class FoundForOfficer(FoundFor):
    """A child who fits, to officers."""

    cases: list[FoundCase]
    visit_warnings: list[WarningView] = Field(description="To be read before a visit.")


class Found(BaseModel):
    children: list[FoundForOfficer]
    more: bool = Field(description="There are others: type more of it.")
    not_searched: list[str] = Field(description="Schools whose rolls cannot be searched now; ask again.")
    no_roll: list[str] = Field(description="Schools that have sent no roll.")


class FoundForLetters(FoundFor):
    """A child who fits, to business support."""

    open_cases: list[str] = Field(description="In which a letter may be written; no more is told of them.")


class FoundContacts(BaseModel):
    children: list[FoundForLetters]
    more: bool
    not_searched: list[str]
    no_roll: list[str]


def router(store: Store, finder: Finder) -> APIRouter:
    routes = APIRouter(tags=["find"], responses=problems())

    @routes.get("/find", summary="Find a child, parent, UPN, telephone number or postcode among your schools")
    async def find(
        caller: Contact,
        q: Annotated[str, Query(max_length=200, description="Parts of names, a UPN, number or postcode, misspelt too: all of them fit.")],
    ) -> Found | FoundContacts:
        """The best 25, each with why. Confidential addresses are neither searched nor shown."""
        sought = terms(q)
        if not sought:
            raise HTTPException(422, "q: two letters or digits of a name, a telephone number or a postcode at least, or seven of a UPN")
        barred = await closed(caller, store)
        found, lacking, no_roll = await finder.search(sought, await covered(caller, store), MOST + 1 + len(barred))
        hits = [hit for hit in found if barred.isdisjoint((hit.child.child, *hit.child.records))]
        more, hits = len(hits) > MOST, hits[:MOST]
        if not is_officers(caller):
            known = await _cases(store, hits)
            contacts = [_for_letters(hit, known.get((hit.school, hit.child.child), [])) for hit in hits]
            return FoundContacts(children=contacts, more=more, not_searched=lacking, no_roll=no_roll)
        cases, warnings = await asyncio.gather(_cases(store, hits), store.warnings.standing())
        standing = read(warnings)
        children = [_for_officer(store, hit, cases.get((hit.school, hit.child.child), []), standing) for hit in hits]
        return Found(children=children, more=more, not_searched=lacking, no_roll=no_roll)

    return routes


def _told(hit: Hit) -> dict[str, Any]:
    child = hit.child
    return {
        **{name: getattr(child, name) for name in ("child", "forename", "surname", "year_group", "left")},
        "school": hit.school,
        "parents": [FoundContact(**one._asdict()) for one in child.parents],
        "why": [_in_words(fit) for fit in hit.why],
    }


def _in_words(fit: Fit) -> str:
    how = "is" if fit.score == 100 else "has" if fit.score >= 70 else "is like"
    return f"{fit.what} of {fit.of} {how} {fit.term.text}: {fit.text}"


async def _cases(store: Store, hits: Iterable[Hit]) -> Mapping[tuple[str, str], list[FoundCase]]:
    """By school and child, the proposals and cases; those of a joined child by the record that is kept."""
    kept: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for hit in hits:
        kept[hit.school] |= dict.fromkeys((hit.child.child, *hit.child.records), hit.child.child)
    found = await asyncio.gather(*(store.referrals.of_children(school, children, SHOWN) for school, children in kept.items()))
    cases: defaultdict[tuple[str, str], list[FoundCase]] = defaultdict(list)
    for one in (referral for some in found for referral in some):
        cases[one.school, _whose(one, kept[one.school])].append(FoundCase(referral=one.id, state=one.state))
    return cases


def _whose(referral: Referral, kept: Mapping[str, str]) -> str:
    return next(kept[record] for record in (referral.child, *sorted(referral.records)) if record in kept)


def _for_letters(hit: Hit, cases: list[FoundCase]) -> FoundForLetters:
    return FoundForLetters(**_told(hit), open_cases=[one.referral for one in cases if one.state in CASE])


def _for_officer(store: Store, hit: Hit, cases: list[FoundCase], standing: Read) -> FoundForOfficer:
    addresses = [hit.child.address or "", *(parent.address or "" for parent in hit.child.parents)]
    shown = over(standing, addresses, hit.child.hidden)
    warnings = [warning_view(one.warning, store.today(), hides=one.hides) for one in shown]
    return FoundForOfficer(**_told(hit), cases=cases, visit_warnings=warnings)
