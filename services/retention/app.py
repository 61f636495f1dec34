"""The composition root of retention."""

from fastapi import FastAPI

from services.retention import api, handlers
from services.retention.chores import keys as minting
from services.retention.chores import sweep as sweeping
from services.retention.chores.certify import Certifier
from services.retention.store import KINDS, WITH_COHORT, store
from shared.disposal import Disposal
from shared.keys import KeyMint
from shared.sealing import Sealer
from shared.service import application, parts, sweeper
from shared.settings import Settings
from shared.signing_key import read_signing_key
from shared.topology import SERVICES


def build(settings: Settings, sealer: Sealer | None = None) -> FastAPI:
    """The runnable service. SigningKeyMissing when it could not sign what it would dispose of."""
    key = read_signing_key(settings.signing_key)
    made = parts("retention", settings, sealer)
    kept = store(made.documents, made.client)
    disposal = Disposal(made.documents, made.sealer, WITH_COHORT)
    mint = KeyMint(settings.key_folder, SERVICES)
    keys = minting.Keys(mint, settings.today)
    certifier = Certifier(kept, key, settings.company, settings.now)
    sweeps = sweeping.Sweeper(kept, made.bus, mint, keys, certifier, settings)
    handlers.register(made.bus, kept, disposal, settings.today)
    made.before_start.append(keys.ready)
    made.chores += [
        (max(1.0, settings.sweep_after_seconds / 3), sweeper(made, KINDS)),
        (minting.EVERY_SECONDS, keys.ready),
        (sweeping.EVERY_SECONDS, sweeps.resume),
    ]
    app = application(made, "Retention")
    app.include_router(api.router(kept, made.sealer, mint, key, settings))
    return app
