"""Streams and durables: created, updated, or compared with the tables.

The requests are made as JSON, not through nats-py's configuration classes, so that exactly the fields that the tables
decide are sent and compared. A durable that no table names is left alone: deleting one loses its place in the stream.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from nats.aio.client import Client
from nats.errors import TimeoutError as NatsTimeoutError

from shared import topology
from shared.provision.errors import ProvisioningError

_NANO: Final = 1_000_000_000
_NOT_FOUND: Final = (10014, 10059)
"""Error codes of the JetStream API: no such consumer, no such stream."""
TIMEOUT: Final = 5.0
TRIES: Final = 6
"""A cluster that has lost a node answers nothing until it has chosen new leaders; every request of ours may be made again."""
Config = dict[str, Any]


def stream_config(stream: topology.Stream, *, replicas: int, max_bytes: int | None = None) -> Config:
    return {
        "name": stream.name,
        "subjects": list(stream.subjects),
        "retention": stream.retention,
        "discard": stream.discard,
        "max_age": stream.max_age * _NANO,
        "max_bytes": max_bytes or stream.max_bytes,
        "duplicate_window": stream.duplicate_window * _NANO,
        "storage": "file",
        "num_replicas": replicas,
    }


def durable_config(durable: topology.Durable) -> Config:
    one = len(durable.subjects) == 1
    return {
        "durable_name": durable.name,
        **({"filter_subject": durable.subjects[0]} if one else {"filter_subjects": list(durable.subjects)}),
        "ack_policy": "explicit",
        "ack_wait": durable.ack_wait * _NANO,
        "max_deliver": durable.max_deliver,
        "max_ack_pending": durable.max_ack_pending,
        "deliver_policy": "all",
        "replay_policy": "instant",
    }


async def agree_stream(client: Client, config: Config, *, check: bool) -> list[str]:
    name = config["name"]
    held = await _find(client, f"STREAM.INFO.{name}")
    if held is None:
        if not check:
            await _order(client, f"STREAM.CREATE.{name}", config)
        return [f"+ stream {name}"]
    lines = _differences(f"stream {name}", held["config"], config)
    if lines and not check:
        # what the tables do not decide stays as the server holds it
        await _order(client, f"STREAM.UPDATE.{name}", {**held["config"], **config})
    return lines


async def agree_durable(client: Client, durable: topology.Durable, *, check: bool) -> list[str]:
    stream, config = durable.stream, durable_config(durable)
    held = await _find(client, f"CONSUMER.INFO.{stream}.{durable.name}")
    lines = [f"+ durable {durable.name}"] if held is None else _differences(f"durable {durable.name}", held["config"], config)
    if lines and not check:
        body = {"stream_name": stream, "config": {"name": durable.name, **config}}
        await _order(client, f"CONSUMER.CREATE.{stream}.{durable.name}", body)
    return lines


async def delete_durable(client: Client, stream: str, name: str) -> None:
    """Deletes a durable; one that is not there is deleted already."""
    await _find(client, f"CONSUMER.DELETE.{stream}.{name}")


async def agree(client: Client, *, replicas: int, max_bytes: Mapping[str, int], check: bool) -> list[str]:
    """Every stream, then every durable of the tables. Returns the differences."""
    lines: list[str] = []
    for stream in topology.STREAMS:
        config = stream_config(stream, replicas=replicas, max_bytes=max_bytes.get(stream.name))
        lines += await agree_stream(client, config, check=check)
    for durable in topology.DURABLES:
        lines += await agree_durable(client, durable, check=check)
    return lines


def _differences(what: str, held: Mapping[str, Any], wanted: Config) -> list[str]:
    filters = ("filter_subject", "filter_subjects")
    fields = dict.fromkeys((*wanted, *(name for name in filters if held.get(name))))
    return [
        f"~ {what}: {field} {_shown(held.get(field))} -> {_shown(wanted.get(field))}"
        for field in fields
        # the server leaves out what is zero
        if (held.get(field) or None) != (wanted.get(field) or None)
    ]


def _shown(value: object) -> str:
    if isinstance(value, int) and abs(value) >= _NANO and value % _NANO == 0:
        return f"{value // _NANO} s"
    return json.dumps(value)


async def _find(client: Client, subject: str) -> dict[str, Any] | None:
    """The server's answer; None when the stream or the durable is not there."""
    answer = await _ask(client, subject, None)
    if answer.get("error", {}).get("err_code") in _NOT_FOUND:
        return None
    return _granted(subject, answer)


async def _order(client: Client, subject: str, body: Config) -> None:
    _granted(subject, await _ask(client, subject, body))


async def _ask(client: Client, subject: str, body: Config | None) -> dict[str, Any]:
    for _ in range(TRIES):
        with suppress(NatsTimeoutError):
            reply = await client.request(f"$JS.API.{subject}", json.dumps(body).encode() if body else b"", timeout=TIMEOUT)
            answer: dict[str, Any] = json.loads(reply.data)
            return answer
    raise ProvisioningError(
        f"the bus did not answer {subject} in {TRIES * TIMEOUT:.0f} s: is a majority of its servers up? Then run this again"
    )


def _granted(subject: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer. Raises ProvisioningError with the server's own words when it is a refusal."""
    if error := answer.get("error"):
        raise ProvisioningError(f"the bus refused {subject}: {error.get('description', 'no reason given')}")
    return answer
