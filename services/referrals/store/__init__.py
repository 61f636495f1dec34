"""The collection `referrals`. The files of this folder are the only ones that know MongoDB.

| kind | file | in clear | sealed |
|---|---|---|---|
| check | checks.py | school, when, by whom, how many were decided | who attended, what was noted |
| transfer | transfers.py | a case, its child, the schools from and to, state | who asked and decided, and why |
| bar | bars.py | child, school, the persons to whom the child's referrals are closed | by whom and why |
| bought | bought.py | how many open cases a school has bought | nothing |
| officer | officers.py | name, e-mail, schools | nothing |
| officer | officers.py | name, e-mail, schools, checks, training, absence | nothing |
| notice | notices.py | whom it is for, kind, school, path, when | nothing |
| silence | silences.py | the days of which a school's register was late | nothing |
| intervention, struck | interventions.py | case, when a next step is due and whose it is | all that the officer wrote |
| task | tasks.py | case, day, whose it is, whether it is done | what, who said so |
| concern | concerns.py | the highest order seen of each rule | nothing |
| referral | referrals.py, held.py | state, rules met with their orders, times of writing | figures, decisions, enforcement requests |
| leave | leave.py | the leave, school, child, whether it is requested | its days, what was decided, against whom a measure is asked for |
| letter | letters.py | case, state, times of writing | to whom, its words, what stands over it, how it went |
| document, chunk | case_documents.py | case, state, times of writing | what it is and is called, who sees it; its content |
| join | joins.py | which records are one child | nothing |
| parent, link, same | parents.py | school, children, records | parents, their ties to the children, which are one person; who said so |
| warning | visit_warnings.py | owner, review date | address, reason |
| flag | flags.py | school, children, times of writing | what stands over writing to a child or parent, who said so and why |
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from services.referrals.store.bars import ClosedTo
from services.referrals.store.bought import Purchases
from services.referrals.store.case_documents import CaseDocuments
from services.referrals.store.caseload import Caseload
from services.referrals.store.checks import Checks
from services.referrals.store.concerns import Concerns
from services.referrals.store.flags import Flags
from services.referrals.store.handovers import Handovers
from services.referrals.store.interventions import Interventions
from services.referrals.store.joins import Joins
from services.referrals.store.leave import Leaves
from services.referrals.store.letters import Letters
from services.referrals.store.notices import Notices
from services.referrals.store.officers import Officers
from services.referrals.store.parents import Parents
from services.referrals.store.purges import Purges
from services.referrals.store.referrals import Referrals
from services.referrals.store.silences import Silences
from services.referrals.store.tasks import Tasks
from services.referrals.store.transfers import Transfers
from services.referrals.store.visit_warnings import VisitWarnings
from shared.disposal import Disposal
from shared.sealing import Sealer
from shared.settings import Settings
from shared.store import Documents

COHORT_KINDS = (
    "concern",
    "referral",
    "intervention",
    "struck",
    "task",
    "join",
    "flag",
    "parent",
    "link",
    "same",
    "warning",
    "document",
    "chunk",
    "check",
    "bar",
    "transfer",
    "letter",
    "leave",
)
"""Kinds that are disposed of with the child's cohort."""
KINDS = ("bought", "officer", "notice", "silence", *COHORT_KINDS, "clock", "purge")


@dataclass(frozen=True, slots=True)
class Store:
    """A part for each noun. Built in the composition root."""

    officers: Officers
    silences: Silences
    concerns: Concerns
    referrals: Referrals
    interventions: Interventions
    joins: Joins
    case_documents: CaseDocuments
    letters: Letters
    leaves: Leaves
    notices: Notices
    handovers: Handovers
    flags: Flags
    parents: Parents
    warnings: VisitWarnings
    tasks: Tasks
    caseload: Caseload
    bought: Purchases
    checks: Checks
    transfers: Transfers
    closed_to: ClosedTo
    purges: Purges
    settings: Settings

    @classmethod
    def of(cls, documents: Documents, sealer: Sealer, disposal: Disposal, settings: Settings) -> Self:
        """Over one collection; what is shared by several children is known to `disposal` from here on."""
        referrals = Referrals(documents, sealer, disposal, settings)
        joins = Joins(documents, disposal, settings)
        flags = Flags(documents, sealer, disposal, settings)
        tasks = Tasks(documents, sealer, disposal, referrals, settings)
        disposal.shares("referral", referrals.keep_whole, whole=True)
        disposal.shares("join", joins.move, whole=True)
        return cls(
            Officers(documents, settings),
            Silences(documents, settings),
            Concerns(documents, sealer, disposal, settings),
            referrals,
            Interventions(documents, sealer, disposal, referrals, settings),
            joins,
            CaseDocuments(documents, sealer, disposal, settings),
            Letters(documents, sealer, disposal, settings),
            Leaves(documents, sealer, disposal, settings),
            Notices(documents, settings),
            Handovers(documents, tasks),
            flags,
            Parents(documents, sealer, disposal, flags, settings),
            VisitWarnings(documents, sealer, disposal, settings),
            tasks,
            Caseload(documents),
            Purchases(documents),
            Checks(documents, sealer, disposal, settings),
            Transfers(documents, sealer, disposal, settings),
            ClosedTo(documents, sealer, disposal, settings),
            Purges(documents),
            settings,
        )

    def now(self) -> datetime:
        """In milliseconds, as MongoDB keeps it: an answer given again is then the same to the last digit."""
        now = self.settings.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def today(self) -> date:
        return self.settings.today()
