"""Exports what each service says of itself: OpenAPI of its HTTP edge, AsyncAPI of its messages, who may do what in `referrals`
and `sharing`; the schema of enforcement packs; `--check` fails on a difference.

python -m deploy.documents            writes docs/api/*.json, docs/roles.md and docs/roles-sharing.md
python -m deploy.documents --check    exits 1 when what is committed is not what the code says
"""

import argparse
import importlib
import json
import pkgutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from faststream.specification.asyncapi import AsyncAPI

from deploy import authority_asyncapi
from deploy.local.services import prepare_secrets
from deploy.roles import markdown
from shared import contracts
from shared.contracts.envelope import Message
from shared.contracts.retention import PurgeAnswered
from shared.pack.document import schema
from shared.settings import Settings
from shared.topology import SERVICES

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "api"
TABLES = {"referrals": "../roles.md", "sharing": "../roles-sharing.md"}
"""Services of which it is told who may do what, with the file."""


def built(folder: Path) -> Iterator[tuple[str, FastAPI]]:
    """Every service's application by name; nothing is connected to."""
    (folder / "mongo.url").write_text("mongodb://127.0.0.1/")
    prepare_secrets(folder)
    settings = Settings(
        nats_credentials=folder / "none.creds",
        mongo_url_file=folder / "mongo.url",
        key_folder=folder,
        jwks=str(folder / "jwks.json"),
        signing_key=folder / "certificate-signing.pem",
    )
    for name in SERVICES:
        yield name, importlib.import_module(f"services.{name}.app").build(settings)


def described(folder: Path) -> dict[str, str]:
    """File name to content, of every service, and of what travels to Local Authorities."""
    files: dict[str, str] = {
        "enforcement-pack.schema.json": _text(schema()),
        "authority.asyncapi.json": _text(authority_asyncapi.document()),
    }
    for name, app in built(folder):
        files[f"{name}.openapi.json"] = _text(app.openapi())
        if name in TABLES:
            files[TABLES[name]] = markdown(app, name)
        messages = AsyncAPI(app.state.bus.broker, title=f"iewo {name}", version="1").to_specification()
        document: dict[str, Any] = json.loads(messages.to_json())
        document.pop("servers", None)
        files[f"{name}.asyncapi.json"] = _text(_with_published(document, name))
    return files


def _with_published(document: dict[str, Any], service: str) -> dict[str, Any]:
    """What the service publishes, from its contracts: FastStream describes what is heard only."""
    modules = [one.name for one in pkgutil.iter_modules(contracts.__path__) if one.name in (service, f"{service}_events")]
    imported = [importlib.import_module(f"{contracts.__name__}.{name}") for name in modules]
    models = [model for module in imported for model in vars(module).values() if _is_published(model)]
    for model in sorted({*models, PurgeAnswered}, key=lambda model: model.__name__):
        subject = model.SUBJECT.format(service=service)
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"].setdefault("schemas", {}).update(schema.pop("$defs", {}))
        document["components"]["schemas"][model.__name__] = schema
        message = {"title": model.__name__, "payload": {"$ref": f"#/components/schemas/{model.__name__}"}}
        document["channels"][subject] = {"address": subject, "messages": {model.__name__: message}}
        document["operations"][f"publish {model.__name__}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{subject}"},
            "summary": (model.__doc__ or model.__name__).splitlines()[0],
        }
    return document


def _is_published(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, Message) and hasattr(model, "SUBJECT")


def _text(document: Any) -> str:
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.documents", description="Export OpenAPI and AsyncAPI documents.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 on a difference")
    check: bool = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        files = described(Path(folder))
    stale = [name for name, text in files.items() if not (FOLDER / name).is_file() or (FOLDER / name).read_text() != text]
    if check:
        for name in stale:
            print(f"docs/api/{name} is out of date: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(files[name])
        print(f"wrote docs/api/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
