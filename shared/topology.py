"""The bus as data: its streams, its durables and the users of our account, each with what it says, hears and asks.

Provisioning makes the bus agree with these tables; nothing else creates a stream or a durable. Subjects are
`events.<service>.<event-name>`, `commands.<service>.<name>`, `query.<service>.<noun>`, `packs.<LA code>` and
`deadletters.<stream>`; no record's id is ever part of a subject.
"""

from dataclasses import dataclass
from typing import Final, Literal

MIB: Final = 1 << 20
DAY: Final = 86_400

SERVICES: Final = ("attendance", "referrals", "sharing", "retention")


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream. Ages and windows in seconds (age 0: for ever), sizes in bytes."""

    name: str
    subjects: tuple[str, ...]
    max_age: int
    max_bytes: int
    retention: Literal["limits", "workqueue"] = "limits"
    discard: Literal["new", "old"] = "new"
    duplicate_window: int = 120


@dataclass(frozen=True, slots=True)
class Durable:
    """One durable pull consumer: explicit acks, every message from the first, as fast as it is asked for. Waits in
    seconds.

    `max_deliver` is unlimited: our middleware gives a message up by its age, never by a count that an outage would use
    up.
    """

    stream: str
    name: str
    subjects: tuple[str, ...]
    ack_wait: int = 10
    max_deliver: int = -1
    max_ack_pending: int = 256


@dataclass(frozen=True, slots=True)
class User:
    """One user of our account. From this and the durables, `shared.provision.permissions` derives the least subjects
    that work.
    """

    name: str
    publishes: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    """What it may ask of other services, as `<service>.<noun>`."""
    answers: bool = False
    """Whether it answers `query.<name>.>` itself."""
    api: tuple[str, ...] = ()
    """JetStream requests beyond those that its own durables need, without `$JS.API.`."""


STREAMS: Final = (
    # a work queue's age limit would delete what nobody has fetched yet, so it has none
    Stream("FEEDS", ("feeds.>",), max_age=0, max_bytes=256 * MIB, retention="workqueue"),
    Stream("EVENTS", ("events.>",), max_age=30 * DAY, max_bytes=1024 * MIB),
    Stream("COMMANDS", ("commands.>",), max_age=400 * DAY, max_bytes=256 * MIB),
    Stream("PACKS", ("packs.>",), max_age=90 * DAY, max_bytes=2048 * MIB),
    Stream("DEADLETTERS", ("deadletters.>",), max_age=90 * DAY, max_bytes=512 * MIB),
    # exactly the two that tell of a message which kills its worker; the server publishes them and waits for no ack
    Stream(
        "ADVISORIES",
        (
            "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>",
            "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>",
        ),
        max_age=90 * DAY,
        max_bytes=64 * MIB,
        discard="old",
    ),
)

_MOVED: Final = "events.retention.disposal-date-moved"

_JOINS: Final = ("events.attendance.children-joined", "events.attendance.children-parted")

_OF_PACKS: Final = (
    "events.sharing.pack-sent",
    "events.sharing.pack-answered",
    "events.sharing.pack-outdated",
    "events.sharing.pack-change-unanswered",
    "events.sharing.pack-draft-again",
    "events.sharing.pack-not-fetched",
    "events.sharing.legal-clock-moved",
)
DURABLES: Final = (
    Durable("FEEDS", "attendance-ticket", ("feeds.ticket",)),
    Durable("EVENTS", "attendance-joins", _JOINS),
    Durable("EVENTS", "attendance-cases", ("events.referrals.case-opened", "events.referrals.case-closed")),
    # each waits for the pass that takes it in with many others
    Durable("EVENTS", "referrals-concern", ("events.attendance.concerns-changed",), max_ack_pending=1024),
    Durable("EVENTS", "attendance-contacts", ("events.referrals.contacts-told",)),
    Durable("EVENTS", "referrals-joins", _JOINS),
    Durable("EVENTS", "referrals-people", ("events.referrals.case-opened", "events.attendance.roll-changed")),
    Durable("EVENTS", "referrals-silence", ("events.attendance.school-silent", "events.attendance.school-heard")),
    Durable("EVENTS", "referrals-packs", _OF_PACKS),
    Durable("EVENTS", "sharing-changes", ("events.attendance.feed-stored", "events.attendance.roll-changed")),
    Durable("EVENTS", "sharing-enforcement", ("events.referrals.enforcement-requested",)),
    Durable(
        "EVENTS",
        "retention-clock",
        (
            "events.referrals.case-opened",
            "events.referrals.case-closed",
            "events.referrals.intervention-recorded",
            "events.referrals.intervention-struck",
            *_JOINS,
        ),
    ),
    Durable("EVENTS", "retention-answers", ("events.*.purge-answered",)),
    *(Durable("EVENTS", f"{service}-disposal", (_MOVED,)) for service in SERVICES),
    *(Durable("COMMANDS", f"{service}-purge", ("commands.retention.purge",)) for service in SERVICES),
)

USERS: Final = (
    User(
        "attendance",
        publishes=("feeds.ticket", "events.attendance.>"),
        asks=("retention.disposed", "referrals.admission", "referrals.contacts"),
        answers=True,
    ),
    User(
        "referrals",
        publishes=("events.referrals.>",),
        asks=(
            "attendance.people",
            "attendance.standing",
            "attendance.marks",
            "attendance.rolls",
            "attendance.roll",
            "attendance.school",
            "attendance.periods",
            "attendance.half-terms",
            "attendance.figures",
            "attendance.credential",
            "attendance.school-days",
            # where a parent lives whose address the roll hides: for the officer of the open case, and stored nowhere
            "attendance.confidential",
        ),
        answers=True,
    ),
    User(
        "sharing",
        publishes=("events.sharing.>", "packs.*"),
        # it learns every address that must not be disclosed, to take them out of what it sends
        asks=(
            "attendance.school",
            "attendance.people",
            "attendance.withheld",
            "attendance.register",
            "attendance.school-days",
            "referrals.request",
            "referrals.case-evidence",
            "referrals.case-parents",
            "referrals.case-file",
            "referrals.admission",
        ),
        answers=True,
        # how far each LA's own consumer has come, and which messages still stand: that is how a pack is known to be fetched; and what was
        # put there of a child goes when the child's records do, found by its label (what it reads is closed to the LA's key)
        api=("CONSUMER.INFO.PACKS.*", "STREAM.INFO.PACKS", "STREAM.MSG.DELETE.PACKS", "CONSUMER.CREATE.PACKS"),
    ),
    User(
        "retention",
        publishes=("events.retention.>", "commands.retention.>"),
        # and whether either still has something to tell of cases, interventions or joined records
        asks=("attendance.fingerprints", "attendance.untold", "referrals.untold"),
        answers=True,
    ),
    User(
        "operator",
        publishes=("feeds.ticket", "events.>", "commands.>"),
        api=(
            "STREAM.INFO.DEADLETTERS",
            "STREAM.MSG.GET.DEADLETTERS",
            "STREAM.MSG.DELETE.DEADLETTERS",
            "STREAM.INFO.ADVISORIES",
            "STREAM.MSG.GET.ADVISORIES",
        ),
    ),
    # makes and changes streams and durables; may not delete or purge a stream
    User(
        "provision",
        api=(
            "INFO",
            "STREAM.INFO.*",
            "STREAM.CREATE.*",
            "STREAM.UPDATE.*",
            "CONSUMER.INFO.*.*",
            "CONSUMER.CREATE.>",
            "CONSUMER.DELETE.PACKS.*",
        ),
    ),
)


def service_of(durable: Durable) -> str:
    """The service that a durable is for: durables are named `<service>-<handler>`."""
    return durable.name.split("-", 1)[0]


def told_by(stream: str, name: str) -> dict[str, tuple[str, ...]]:
    """The services whose messages a durable reads, each with the subjects of those."""
    durable = next(one for one in DURABLES if (one.stream, one.name) == (stream, name))
    services = dict.fromkeys(subject.split(".")[1] for subject in durable.subjects)
    return {service: tuple(one for one in durable.subjects if one.split(".")[1] == service) for service in services}


def pack_durable(account: str, code: str) -> Durable:
    """The durable of one LA on PACKS, named by its account's public key so that the server itself refuses every other
    account.

    An LA fetches by hand or by a nightly job: it has a minute to open and save a pack, one at a time. In flight remain those that do not
    open: of an LA with a new key they may be hundreds, and are not to keep back what was sent again behind them.
    """
    return Durable("PACKS", account, (f"packs.{code}",), ack_wait=60, max_ack_pending=1024)
