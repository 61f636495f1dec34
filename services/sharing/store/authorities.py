"""Local Authorities, `authority:<LA code>`: name and public keys in clear, since an LA is no person."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Cause
from shared.disposal import StillChanging
from shared.errors import Conflict
from shared.mongo import Document
from shared.store import Change, Documents
from shared.tries import tries


class Authority(BaseModel):
    """What is known of an LA. `public_key`: X25519, base64; packs are closed to it. `account`: names its consumer on the bus."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: str
    public_key: str | None = None
    account: str | None = None


class Authorities:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def get(self, code: str) -> Authority | None:
        found = await self._documents.get(f"authority:{code}")
        return _authority(found) if found else None

    async def all(self) -> list[Authority]:
        found = await self._documents.find("authority", {"_id": {"$gte": "authority:", "$lt": "authority;"}}, sort=[("_id", 1)])
        return [_authority(document) for document in found]

    async def put(self, code: str, told: Mapping[str, str], cause: Cause) -> tuple[Authority, bool]:
        """Create or change; what is not told stays as it was. With it, whether it was new."""
        async for _ in tries():
            found = await self._documents.get(f"authority:{code}")
            document = found or {"_id": f"authority:{code}", "kind": "authority", "code": code, "version": 0}
            try:
                written = await self._documents.write(Change({**document, **told}), cause)
                return _authority(written), found is None
            except Conflict:
                continue
        raise StillChanging(code)

    async def forget_key(self, code: str, cause: Cause) -> Authority | None:
        """The LA without its key and account, which are void; None where it is not known."""
        async for _ in tries():
            found = await self._documents.get(f"authority:{code}")
            if found is None or not {"public_key", "account"} & found.keys():
                return _authority(found) if found else None
            kept = {name: value for name, value in found.items() if name not in ("public_key", "account")}
            try:
                return _authority(await self._documents.write(Change(kept), cause))
            except Conflict:
                continue
        raise StillChanging(code)


def _authority(document: Document) -> Authority:
    return Authority(**{name: document.get(name) for name in Authority.model_fields})
