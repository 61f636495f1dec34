"""Certificates of disposal over HTTP, their key, and what shows that a child is among those they stand for."""

from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Path as InPath
from pydantic import BaseModel

from services.retention.chores.certify import hashes
from services.retention.store import Store
from shared import merkle
from shared.answers import also, problems
from shared.auth import Caller, allow, caller
from shared.certificates import Certificate, canonical, fingerprint
from shared.patterns import ID

Anyone = Annotated[Caller, Depends(caller)]
Child = Annotated[str, InPath(pattern=ID, description="The child's id.")]
Holding = Annotated[Caller, Depends(allow("data protection officer", "head of service"))]
Number = Annotated[int, InPath(ge=1, description="The certificate's number.")]


class PublicKey(BaseModel):
    """Ed25519. Compare the fingerprint, the SHA-256 of the raw key, by another way before relying on it."""

    public_key: str
    fingerprint: str


class Proof(BaseModel):
    """What shows that a child's disposal is among those that a certificate stands for (see shared/merkle.py)."""

    child: str
    outcome: str
    salt: str
    steps: list[tuple[Literal["left", "right"], str]]
    merkle_root: str


def router(store: Store, key: Ed25519PrivateKey) -> APIRouter:
    routes = APIRouter(prefix="/v1")
    public = key.public_key().public_bytes_raw().hex()

    @routes.get("/certificates", summary="Every certificate of disposal, the first first")
    async def certificates(_: Anyone) -> list[Certificate]:
        """Free of personal data and of ids: whoever has a token may read them."""
        return await store.ledger.certificates()

    @routes.get("/certificates/key", summary="The public key that certificates are signed with")
    async def public_key(_: Anyone) -> PublicKey:
        return PublicKey(public_key=public, fingerprint=fingerprint(public))

    @routes.get(
        "/certificates/{number}",
        response_class=Response,
        responses={**also(200, Certificate, "Its canonical bytes, as they were signed"), **problems(404)},
        summary="A certificate of disposal, in its canonical form",
    )
    async def certificate(number: Number, _: Anyone) -> Response:
        """The very bytes that the next certificate names; `iewo certificate verify` checks them offline."""
        found = await store.ledger.certificate(number)
        if found is None:
            raise HTTPException(404, "there is no such certificate")
        return Response(canonical(found), media_type="application/json")

    @routes.get(
        "/certificates/{number}/proofs/{child}", responses=problems(404), summary="That a certificate stands for a child's disposal"
    )
    async def proof(number: Number, child: Child, _: Holding) -> Proof:
        found = await store.ledger.certificate(number)
        leaves = await store.ledger.leaves(found.purge) if found else []
        place = next((place for place, leaf in enumerate(leaves) if leaf.child == child), None)
        if found is None or place is None:
            raise HTTPException(404, "there is no such certificate, or the child is not among those disposed of")
        leaf, steps = leaves[place], merkle.prove(hashes(leaves), place)
        return Proof(
            child=child,
            outcome=leaf.outcome,
            salt=leaf.salt.hex(),
            steps=[(step.side, step.hash) for step in steps],
            merkle_root=found.merkle_root,
        )

    return routes
