"""What a Local Authority sees of the bus, as an AsyncAPI document: its packs, how it fetches and acknowledges them, and nothing else."""

from typing import Any, Final

from pydantic import BaseModel

from shared import topology
from shared.consignment import Contents, Label
from shared.pack.change import NoticeOfChange
from shared.pack.manifest import Manifest
from shared.parcel import MAGIC
from shared.provision import permissions
from shared.provision.identity import MAX_PAYLOAD

ACCOUNT: Final = "{account}"
AUTHORITY: Final = "{authority}"

_PACK: Final = f"""A consignment: one line of JSON in clear (`Label`), a line feed, and a parcel that the LA's private X25519 key opens.

Parcel: `{MAGIC.decode()}` | version 1 (1 byte) | sender's ephemeral X25519 public key (32 bytes) | AES-256-GCM ciphertext and tag. Key and
nonce: HKDF-SHA256 of the key agreement, 44 bytes, salt = ephemeral public key | the LA's public key, info = `iewo parcel 1`; the first 32
are the key, the last 12 the nonce. Associated data: the first 43 bytes of the parcel, then the pack's id and the LA's code, each after its
length as 4 bytes, big-endian.

Opened: one line of JSON (`Contents`), a line feed, and the bytes of the files in that order. `manifest.json` is a `Manifest`,
`manifest.sig` the Ed25519 signature of its bytes in hexadecimal; `pack.json` has the schema enforcement-pack.schema.json. What holds
`notice-of-change.json` (a `NoticeOfChange`) and `notice-of-change.sig` instead says that an earlier pack has changed or is taken back."""

_FETCH: Final = """The payload is `1`, or `{"batch":1,"expires":<nanoseconds>}`; the reply subject is in the LA's own inbox. The pack is
delivered there, with the subject on which it is acknowledged as its reply subject. Any JetStream client that binds to the durable does
this."""

_ACKNOWLEDGE: Final = """The reply subject of the delivered pack, with the payload `+ACK`. Only when the pack is safely saved: what is not
acknowledged within the durable's time is delivered again. `-NAK` gives a pack back at once."""


def document() -> dict[str, Any]:
    """AsyncAPI 3.0; the addresses are those that the LA's permissions name."""
    claims = permissions.of_authority(ACCOUNT, AUTHORITY)
    fetch, acknowledge = claims["pub"]["allow"]
    [inbox] = claims["sub"]["allow"]
    place = {ACCOUNT.strip("{}"): {"description": "The public key of the LA's account: `iss` of the token in its credentials file."}}
    code = {AUTHORITY.strip("{}"): {"description": "The LA's code, three digits."}}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "iewo: enforcement packs for a Local Authority",
            "version": "1",
            "description": "An LA is an account of its own on the bus. Thirty lines of Python do it all: docs/examples/receive_packs.py.",
        },
        "defaultContentType": "application/octet-stream",
        "channels": {
            "packs": _channel(inbox, code, "pack", "Where a pack is delivered that was asked for."),
            "fetch": _channel(fetch, place, "request", "Asks for the next pack."),
            "acknowledge": _channel(acknowledge.replace(">", "{delivery}"), place | _DELIVERY, "word", "Says that a pack is saved."),
        },
        "operations": {
            "receive a pack": {"action": "receive", "channel": {"$ref": "#/channels/packs"}},
            "fetch": {"action": "send", "channel": {"$ref": "#/channels/fetch"}},
            "acknowledge": {"action": "send", "channel": {"$ref": "#/channels/acknowledge"}},
        },
        "components": {"messages": _messages(), "schemas": _schemas(Label, Contents, Manifest, NoticeOfChange)},
        "x-jetstream": _durable(),
    }


_DELIVERY: Final = {"delivery": {"description": "As it stands in the reply subject of the delivered pack."}}


def _channel(address: str, parameters: dict[str, Any], message: str, description: str) -> dict[str, Any]:
    messages = {message: {"$ref": f"#/components/messages/{message}"}}
    return {"address": address, "description": description, "parameters": parameters, "messages": messages}


def _messages() -> dict[str, Any]:
    return {
        "pack": {"title": "A pack", "description": _PACK, "payload": {"type": "string", "format": "binary", "maxLength": MAX_PAYLOAD}},
        "request": {"title": "A request for the next pack", "description": _FETCH, "payload": {"type": "string"}},
        "word": {"title": "An acknowledgement", "description": _ACKNOWLEDGE, "payload": {"enum": ["+ACK", "-NAK"]}},
    }


def _durable() -> dict[str, Any]:
    one = topology.pack_durable(ACCOUNT, AUTHORITY)
    stream = next(stream for stream in topology.STREAMS if stream.name == one.stream)
    return {
        "stream": one.stream,
        "durable": one.name,
        "again_after_seconds": one.ack_wait,
        "most_in_hand": one.max_ack_pending,
        "kept_days": stream.max_age // topology.DAY,
    }


def _schemas(*models: type[BaseModel]) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for model in models:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
    return schemas
