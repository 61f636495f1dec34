"""Each user of our account has the least subjects that work: FastStream consumes, answers and publishes, and nothing
else is allowed.
"""

import json
from contextlib import suppress
from typing import Any

import pytest
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.security import NatsCredentials

from deploy.local.stack import Stack
from shared import topology
from shared.provision.permissions import inbox_prefix
from tests.bus.connections import as_user, unrestricted, until

FORBIDDEN = {
    "attendance": ("events.referrals.case-opened", "commands.retention.purge", "packs.803", "query.referrals.request"),
    "referrals": (
        "feeds.ticket",
        "events.attendance.concerns-changed",
        "commands.retention.purge",
        "deadletters.feeds",
        "query.attendance.withheld",
    ),
    "sharing": (
        "feeds.ticket",
        "events.referrals.case-opened",
        "commands.retention.purge",
        "query.retention.clock",
        "query.attendance.confidential",
    ),
    "retention": (
        "feeds.ticket",
        "events.attendance.feed-stored",
        "packs.803",
        "query.sharing.pack",
        "query.attendance.withheld",
        "query.attendance.confidential",
    ),
    "operator": ("packs.803", "query.attendance.certificate", "deadletters.events"),
    "provision": ("feeds.ticket", "events.attendance.feed-stored", "commands.retention.purge"),
}
ADMINISTRATION = (
    "$JS.API.CONSUMER.CREATE.EVENTS.mine",
    "$JS.API.CONSUMER.MSG.NEXT.PACKS.any",
    "$JS.API.STREAM.INFO.EVENTS",
    "$JS.API.STREAM.PURGE.EVENTS",
    "$JS.API.STREAM.DELETE.EVENTS",
    "$SYS.REQ.CLAIMS.DELETE",
)


@pytest.mark.parametrize("user", FORBIDDEN)
async def test_a_user_publishes_only_what_is_its_own(servers: Stack, user: str) -> None:
    async with as_user(servers, user) as connection:
        for subject in (*FORBIDDEN[user], *ADMINISTRATION[3:]):
            assert await connection.refused_publishing(subject), subject
        for subject in ("_INBOX_someone-else.>", "events.>", "packs.>", "_INBOX.>", ">"):
            assert await connection.refused_subscribing(subject), subject


@pytest.mark.parametrize("service", topology.SERVICES)
async def test_a_service_administers_nothing(servers: Stack, service: str) -> None:
    async with as_user(servers, service) as connection:
        for subject in ADMINISTRATION:
            assert await connection.refused_publishing(subject), subject


@pytest.mark.parametrize("durable", topology.DURABLES, ids=lambda durable: durable.name)
async def test_a_service_reaches_each_of_its_durables(servers: Stack, durable: topology.Durable) -> None:
    async with as_user(servers, topology.service_of(durable)) as connection:
        manager = connection.client.jetstream()
        assert (await manager.consumer_info(durable.stream, durable.name)).config.durable_name == durable.name
        subscription = await manager.pull_subscribe_bind(durable.name, stream=durable.stream)
        with suppress(TimeoutError):  # nothing waits there, or what another test has published
            await subscription.fetch(1, timeout=0.05)
        assert connection.errors == []


async def test_faststream_consumes_answers_and_publishes_within_its_permissions(servers: Stack) -> None:
    violations: list[str] = []
    received: list[str] = []
    attendance, retention = (_broker(servers, user, violations) for user in ("attendance", "retention"))

    @attendance.subscriber("feeds.ticket", **_pull("FEEDS", "attendance-ticket", "attendance"))  # type: ignore[untyped-decorator]
    async def ticket(body: dict[str, int]) -> None:
        received.append("ticket")
        await attendance.publish(json.dumps(body), "events.attendance.purge-answered", stream="EVENTS", timeout=5)

    @attendance.subscriber("query.attendance.fingerprints", queue="attendance")
    async def fingerprints(body: dict[str, int]) -> dict[str, int]:
        return {"asked": body["asked"]}

    @retention.subscriber("events.*.purge-answered", **_pull("EVENTS", "retention-answers", "retention"))  # type: ignore[untyped-decorator]
    async def answers(_: Any) -> None:
        received.append("answer")

    async with attendance, retention:
        await attendance.start()
        await retention.start()
        await attendance.publish({"n": 1}, "feeds.ticket", stream="FEEDS", timeout=5)
        answer = await retention.request({"asked": 7}, "query.attendance.fingerprints", timeout=5)
        assert await answer.decode() == {"asked": 7}
        await until(lambda: received == ["ticket", "answer"], "both messages handled")
    assert violations == []


def _broker(servers: Stack, user: str, violations: list[str]) -> NatsBroker:
    async def keep(error: Exception) -> None:
        violations.append(str(error))

    return NatsBroker(
        servers.nats_url,
        security=NatsCredentials(str(servers.creds(user))),
        inbox_prefix=inbox_prefix(user),
        error_cb=keep,
        logger=None,
    )


def _pull(stream: str, durable: str, user: str) -> dict[str, Any]:
    """A subscriber's own inbox prefix is separate from its connection's, and ends with a dot."""
    return {
        "stream": JStream(stream, declare=False),
        "durable": durable,
        "pull_sub": PullSub(batch_size=10, timeout=1),
        "inbox_prefix": f"{inbox_prefix(user)}.".encode(),
    }


async def test_the_operator_reads_a_dead_letter_publishes_it_again_and_removes_it(servers: Stack) -> None:
    async with as_user(servers, "referrals") as referrals, as_user(servers, "operator") as operator:
        letter = await referrals.client.jetstream().publish("deadletters.events", b"{}", stream="DEADLETTERS")
        manager = operator.client.jetstream()
        assert (await manager.stream_info("DEADLETTERS")).state.messages == 1
        assert (await manager.get_msg("DEADLETTERS", letter.seq)).subject == "deadletters.events"
        assert (await manager.publish("events.attendance.concerns-changed", b"{}", stream="EVENTS")).stream == "EVENTS"
        assert await manager.delete_msg("DEADLETTERS", letter.seq)
        assert referrals.errors == operator.errors == []


async def test_sharing_sees_how_far_an_authority_has_come_and_fetches_nothing_for_it(servers: Stack) -> None:
    async with unrestricted(servers) as owner:
        await owner.client.jetstream().add_consumer("PACKS", durable_name="someone", ack_policy="explicit")
        async with as_user(servers, "sharing") as sharing:
            assert (await sharing.client.jetstream().consumer_info("PACKS", "someone")).num_pending >= 0
            assert await sharing.refused_publishing("$JS.API.CONSUMER.MSG.NEXT.PACKS.someone")
            assert await sharing.refused_publishing("$JS.API.CONSUMER.DURABLE.CREATE.PACKS.someone")
        await owner.client.jetstream().delete_consumer("PACKS", "someone")
