"""What `referrals` is made of, built once: whatever a route or a chore needs is found here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Self

from prometheus_client import CollectorRegistry, Gauge

from services.referrals.cases.alarms import Alarms
from services.referrals.cases.recording import Recording
from services.referrals.documents.cleaning import Cleaning
from services.referrals.domain.declining import Declining
from services.referrals.domain.document_kinds import Filing
from services.referrals.domain.kinds import Practices
from services.referrals.domain.published import Publication
from services.referrals.families.before_visit import remind
from services.referrals.figures.reporting import Reporting
from services.referrals.letters.merging import Letters
from services.referrals.letters.sending import Sending
from services.referrals.names.find import Finder
from services.referrals.names.naming import Naming
from services.referrals.notices import mail
from services.referrals.notices.delivering import Post
from services.referrals.officers.admission import Admission
from services.referrals.officers.handing_over import HandingOver
from services.referrals.officers.watching_checks import WatchingChecks
from services.referrals.proposals.deciding import Deciding
from services.referrals.settings.declining import load_declining
from services.referrals.settings.filing import load_filing
from services.referrals.settings.impact_settings import Measures, load_measures
from services.referrals.settings.letter_templates import Templates, load_letters
from services.referrals.settings.policy import Policies, load_policies
from services.referrals.settings.practice import load_practices
from services.referrals.settings.published import load_publications
from services.referrals.store import Store
from shared.bus import Bus
from shared.settings import Settings

UPLOADS_SWEPT: Final = 600.0
"""Seconds between two looks for uploads that were never finished."""
HOUR: Final = 3600.0

Chore = tuple[float, Callable[[], Awaitable[Any]]]
"""Seconds between two runs, and what is done."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What the company has settled in files and settings. Read first: what cannot be used is all that is said at start."""

    practices: Practices
    policies: Policies
    measures: Measures
    templates: Templates
    declining: Declining
    filing: Filing
    publications: tuple[Publication, ...]
    way: mail.Mail | None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        folder, practices = settings.casework_folder, load_practices(settings.casework_folder)
        return cls(
            practices=practices,
            policies=load_policies(folder),
            measures=load_measures(folder),
            templates=load_letters(settings.letters_folder, practices),
            declining=load_declining(folder),
            filing=load_filing(folder),
            publications=load_publications(settings.published_folder),
            way=mail.mail(settings),
        )


@dataclass(frozen=True, slots=True)
class Rooms:
    bus: Bus
    store: Store
    settled: Settled
    admission: Admission
    handing: HandingOver
    cleaning: Cleaning
    recording: Recording
    deciding: Deciding
    letters: Letters
    sending: Sending
    finder: Finder
    naming: Naming
    post: Post
    reporting: Reporting

    @classmethod
    def of(cls, bus: Bus, store: Store, settled: Settled, settings: Settings, registry: CollectorRegistry) -> Self:
        admission = Admission(store, settled.policies)
        recording = Recording(store, settled.practices)
        letters = Letters(bus, store, settled.templates, settings.company)
        finder = Finder(bus, store)
        unsent = Gauge("iewo_notices_unsent", "Notices whose e-mail was tried and has not gone.", registry=registry)
        return cls(
            bus=bus,
            store=store,
            settled=settled,
            admission=admission,
            handing=HandingOver(store, settled.policies, admission),
            cleaning=Cleaning(),
            recording=recording,
            deciding=Deciding(store, settled.declining, settled.policies),
            letters=letters,
            sending=Sending(store, letters, recording),
            finder=finder,
            naming=Naming(bus, finder),
            post=Post(store, settled.way, unsent),
            reporting=Reporting(bus, store, settled.practices, settled.measures, settled.publications, settings.company),
        )

    def chores(self, settings: Settings) -> list[Chore]:
        """What is done from time to time, each by itself; replicas at once do no harm."""
        now_and_then = settings.sweep_after_seconds
        return [
            (max(1, now_and_then / 3), self.post.deliver),
            (HOUR, self.store.notices.forget),
            (HOUR, partial(remind, self.store)),
            (max(1, now_and_then / 2), self.finder.keep_up),
            (max(1, now_and_then * 20), WatchingChecks(self.store, self.settled.policies, self.handing).watch),
            (max(1, settings.feed_retry_seconds), Alarms(self.bus, self.store, self.settled.practices).look),
            (UPLOADS_SWEPT, self.store.case_documents.sweep),
            (max(1, now_and_then), self.sending.carry_on),
        ]
