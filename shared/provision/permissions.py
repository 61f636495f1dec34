"""The least subjects with which each user of our account works, derived from the tables.

A user that publishes nothing but its own subjects still needs, for each of its durables, three requests: INFO (nats-py
asks before it binds, and readiness asks again), NEXT, and the acks. A denied request is a time-out at the client; the
reason arrives in its error call-back.
"""

from typing import Final

from shared import topology
from shared.provision import jwts

ANSWER_SECONDS: Final = 60
"""How long a service may answer a query: the longest deadline of any, and some."""


def inbox_prefix(user: str) -> str:
    """The prefix of a user's inboxes. One shared prefix would let each user read the others' deliveries."""
    return f"_INBOX_{user}"


def of_user(user: topology.User) -> jwts.Claims:
    """The claims of a user: its own words, its durables' requests, its dead letters, its questions, its inbox."""
    own = [durable for durable in topology.DURABLES if topology.service_of(durable) == user.name]
    publish = [*user.publishes]
    publish += [f"query.{noun}" for noun in user.asks]
    publish += [f"deadletters.{stream.lower()}" for stream in dict.fromkeys(durable.stream for durable in own)]
    publish += [f"$JS.API.{request}" for request in user.api]
    for durable in own:
        publish += consumer_requests(durable.stream, durable.name)
    subscribe = [f"{inbox_prefix(user.name)}.>"]
    if user.answers:
        subscribe.append(f"query.{user.name}.>")
    return jwts.user_claims(tuple(publish), tuple(subscribe), response_seconds=ANSWER_SECONDS if user.answers else 0)


def consumer_requests(stream: str, durable: str) -> tuple[str, ...]:
    return (
        f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
        f"$JS.ACK.{stream}.{durable}.>",
    )


def of_authority(account: str, code: str) -> jwts.Claims:
    """The claims of an LA's user, in the LA's own account: fetch from its own durable, acknowledge, hear its inbox."""
    return jwts.user_claims((f"$JS.API.CONSUMER.MSG.NEXT.PACKS.{account}", f"$JS.ACK.PACKS.{account}.>"), (f"{inbox_prefix(code)}.>",))
