"""What `retention` answers over HTTP, a file for each noun."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter

from services.retention.api import certificates, due, holds, sweeps
from services.retention.store import Store
from shared.keys import KeyMint
from shared.sealing import Sealer
from shared.settings import Settings


def router(store: Store, sealer: Sealer, mint: KeyMint, key: Ed25519PrivateKey, settings: Settings) -> APIRouter:
    routes = APIRouter()
    parts = (
        sweeps.router(store, mint, settings),
        due.router(store, mint),
        holds.router(store, sealer, mint),
        certificates.router(store, key),
    )
    for part in parts:
        routes.include_router(part)
    return routes
