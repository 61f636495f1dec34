"""What `retention` answers over HTTP, a file for each noun."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter

from services.retention.api import certificates, holds, sweeps
from services.retention.store import Store
from shared.keys import KeyMint
from shared.sealing import Sealer
from shared.settings import Settings


def router(store: Store, sealer: Sealer, mint: KeyMint, key: Ed25519PrivateKey, settings: Settings) -> APIRouter:
    routes = APIRouter()
    for part in (sweeps.router(store, mint, settings), holds.router(store, sealer, mint), certificates.router(store, key)):
        routes.include_router(part)
    return routes
