"""A Local Authority on the bus: an account of its own, one user, one durable on PACKS. Added, given a new user or
revoked at run time, with no reload.

Files first, then the bus: what a crash leaves undone, the next `add` or the next provisioning completes.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from nats.aio.client import Client

from shared import topology
from shared.provision import authority_files, bus, claims, identity, jwts
from shared.provision.authority_files import Authority, load

__all__ = ["Authority", "add", "agree", "load", "revoke", "rotate"]

CONNECTIONS: Final = 8
"""Connections at once of one LA: its receiving job, and a person trying something."""
SUBSCRIPTIONS: Final = 64
"""Of each of its connections: a client that receives has two or three inboxes."""
PAYLOAD: Final = 4096
"""Bytes of what an LA may send: a fetch is some forty bytes, an acknowledgement fewer. What it is sent is not limited by this."""


async def add(nats_url: str, folder: Path, code: str, public_key: str | None = None) -> Authority:
    """Adds an LA by its three-digit code; adding it again changes nothing. `public_key`: its own (raw, base64), where it made its pair
    itself. Raises ProvisioningError."""
    if code in authority_files.broken_off(folder):
        await revoke(nats_url, folder, code)
    authority_files.make(folder, code, public_key)
    async with claims.session(nats_url, folder) as (accounts, client):
        await _agree_one(accounts, client, folder, code, check=False)
    return load(folder, code)


async def rotate(nats_url: str, folder: Path, code: str) -> Authority:
    """Gives the LA a new user and closes the old one's connections. Its place among its packs and its pack key stay."""
    authority_files.renew_user(folder, code)
    return await add(nats_url, folder, code)


async def revoke(nats_url: str, folder: Path, code: str) -> None:
    """Closes the account for ever and with it the LA's connections, then deletes its durable and its files.

    An LA added again afterwards is a new account with a new pack key, and is sent what PACKS still holds for it.
    """
    authority_files.close(folder, authority_files.seed(folder, code).public)
    async with claims.session(nats_url, folder) as (accounts, client):
        await _agree_closed(accounts, client, folder, check=False)


async def agree(accounts: claims.Accounts, client: Client, folder: Path, *, check: bool) -> list[str]:
    """Every LA that the folder knows, also those that were revoked: after an interrupted `add` or `revoke`, or on servers that lost
    their accounts or were restored from a copy of before. Returns the differences.
    """
    lines = await _agree_closed(accounts, client, folder, check=check)
    for code in authority_files.codes(folder):
        lines += authority_files.missing(folder, code) if check else authority_files.make(folder, code)
        lines += await _agree_one(accounts, client, folder, code, check=check)
    return lines


async def _agree_closed(accounts: claims.Accounts, client: Client, folder: Path, *, check: bool) -> list[str]:
    """Every revocation, to its end: a file that says that an account is closed is the first thing that is written and stays."""
    lines: list[str] = []
    for account in sorted(authority_files.closed(folder)):
        lines += await accounts.agree(account, "of a revoked LA", jwts.closed_account_claims(), check=check)
    for code, account in authority_files.broken_off(folder).items():
        lines.append(f"- LA {code}, whose revocation was broken off")
        if not check:
            await bus.delete_durable(client, "PACKS", account)
            authority_files.remove(folder, code)
    return lines


async def _agree_one(accounts: claims.Accounts, client: Client, folder: Path, code: str, *, check: bool) -> list[str]:
    account = authority_files.seed(folder, code).public
    revoked = load(folder, code).revoked if authority_files.path(folder, code, "json").is_file() else {}
    wanted = account_claims(identity.load(folder).account.public, account, revoked)
    lines = await accounts.agree(account, f"LA {code}", wanted, check=check)
    return lines + await bus.agree_durable(client, topology.pack_durable(account, code), check=check)


def account_claims(exporter: str, account: str, revoked: Mapping[str, int]) -> jwts.Claims:
    """No storage, and two imports that name its own key: so no stream, durable or subject of ours but its own packs."""
    imports = (
        jwts.service_import("fetch packs", f"$JS.API.CONSUMER.MSG.NEXT.PACKS.{account}", exporter=exporter),
        jwts.service_import("acknowledge packs", f"$JS.ACK.PACKS.{account}.>", exporter=exporter),
    )
    return jwts.account_claims(imports=imports, connections=CONNECTIONS, subscriptions=SUBSCRIPTIONS, payload=PAYLOAD, revocations=revoked)
