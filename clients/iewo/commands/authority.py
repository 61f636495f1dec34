"""`iewo authority`: Local Authorities on the bus, with the operator's key."""

import base64
import binascii
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, Reach, at_sharing
from clients.iewo.bus_access import BusReach
from clients.iewo.commands.pack_verify import PUBLISHED
from clients.iewo.failure import Code, Failure, Missing
from clients.iewo.grouped import grouped

if TYPE_CHECKING:
    from clients.iewo.http import Service
    from shared.provision.authority import Authority

app = typer.Typer(help="Add Local Authorities (LAs), renew or revoke their access.", no_args_is_help=True)

Name = Annotated[str, typer.Option(help="The LA's name.")]
PublicKey = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        metavar="FILE",
        help="The LA's own X25519 public key (32 bytes as base64), if it made its pair itself; else a pair is made for it.",
    ),
]

_OTHERWISE = {
    "by hand": "It receives by hand: `iewo packs export` and `iewo packs handed-over`; there is nothing to give it for that.",
    "download": "It downloads its packs, signed in with an account of the identity provider: role la, and this LA's code.",
}
"""What is said of an LA that does not receive from the stream: it needs no account on the bus, and no key."""


@app.command(
    epilog='Example: iewo authority add 803 --name "South Gloucestershire". Adding it again changes the name alone; with --public-key its '
    "key too: what it has not fetched is closed to the new one, and a private key that was made here for it is deleted."
)
@at_sharing
def add(access: Reach, code: options.AuthorityCode, name: Name, reach: BusReach, public_key: PublicKey = None) -> None:
    """Add an LA: its place among the agencies and, where it receives from the stream, its account and consumer on the bus, its credentials
    and key.

    Run it where the operator's key is. What the LA needs is named at the end.
    """
    from clients.iewo import bus, show
    from shared.provision import authority

    own_key = _public_key(public_key) if public_key else None
    with access.open() as sharing:
        # who may not add an LA is told so here, before anything is changed on the bus
        told = sharing.put(f"/v1/authorities/{code}", {"name": name})
        if told["receives"] != "stream":
            show.line(f"LA {code} ({name}) is known. {_OTHERWISE[told['receives']]}")
            return
        made = bus.run(authority.add(reach.address, reach.folder, code, own_key))
        try:
            told = sharing.put(f"/v1/authorities/{code}", _body(sharing, made, name, own_key))
        except Failure as error:
            raise Failure(f"LA {code} is on the bus, but sharing was not told: {error}; then add it again", error.code) from None
    show.line(f"LA {code} ({name}) is known, with account {made.account}")
    ours = told["public_key"] == made.pack_key and not made.own
    secrets = [made.credentials, made.private_key] if ours else [made.credentials]
    show.line(f"give the LA, by a safe way: {' and '.join(str(path) for path in secrets)}")
    if (public := reach.folder / PUBLISHED).is_file():
        show.line(f"and, by another way, the key by which it checks our packs: {public}")


@app.command(epilog="Example: iewo authority rotate 803")
@grouped
def rotate(reach: BusReach, code: options.AuthorityCode) -> None:
    """Give an LA new credentials for the bus and close what the old ones opened. Its packs and its key stay.

    It gets another key by `iewo authority add CODE --name N --public-key FILE`.
    """
    from clients.iewo import bus, show
    from shared.provision import authority

    made = bus.run(authority.rotate(reach.address, reach.folder, code))
    show.line(f"LA {code} has new credentials; give it, by a safe way: {made.credentials}")


@app.command(epilog="Example: iewo authority revoke 803")
@at_sharing
def revoke(
    access: Reach,
    code: options.AuthorityCode,
    reach: BusReach,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take an LA off the bus: its connections are closed, its consumer and its keys are deleted. Its packs wait from then on.

    Added again with another key, it is sent anew what it was sent and had not fetched. It may be run again where it did not end well.
    """
    from clients.iewo import bus, show
    from shared.provision import authority, authority_files

    if not yes:
        _confirm(code)
    folder = reach.folder
    untold = _not_forgotten(access, code)
    if untold and untold.code == Code.NOT_ALLOWED:  # nothing is changed on the bus for who may not
        raise untold
    begun = (*authority_files.codes(folder), *authority_files.broken_off(folder))
    if code in begun or isinstance(untold, Missing):  # whether sharing answers or not
        bus.run(authority.revoke(reach.address, folder, code))
    if untold and not isinstance(untold, Missing):
        raise Failure(f"LA {code} is off the bus, but sharing was not told: {untold}; then revoke it again", untold.code)
    show.line(f"LA {code} is off the bus; added again, it is sent what is still kept for it")


@app.command("list")
@at_sharing
def list_(access: Access) -> None:
    """List the LAs that are known."""
    with access.open() as sharing:
        authorities = _known(sharing)
    rows = [(one["code"], one["name"], one["receives"], one.get("account"), bool(one.get("public_key"))) for one in authorities]
    access.table(authorities, "Local Authorities", ("code", "name", "receives by", "account", "has a key"), rows)


def _body(sharing: "Service", made: "Authority", name: str, own_key: str | None) -> dict[str, Any]:
    """What sharing is told. A key that the LA made itself is not replaced by ours when the LA is added again."""
    held = next((one for one in _known(sharing) if one["code"] == made.code), {})
    keep = own_key is None and held.get("account") == made.account and held.get("public_key")
    key = {} if keep else {"public_key": own_key or made.pack_key}
    return {"name": name, "account": made.account, **key}


def _not_forgotten(access: Reach, code: str) -> Failure | None:
    """Why sharing goes on closing packs to the LA's key, if it does; Missing where it has never heard of the LA."""
    try:
        access.delete("/v1/authorities/{}/key", code)
    except Failure as error:
        return error
    return None


def _confirm(code: str) -> None:
    """Failure where nobody can be asked."""
    if not sys.stdin.isatty():
        raise Failure(f"nothing is changed: taking LA {code} off the bus is asked about at a terminal; without one give --yes", Code.USAGE)
    says = (
        f"LA {code} is cut off now; its credentials and its key are deleted, and its packs wait. "
        "Added again it gets others, and what it has not fetched. Take it off the bus?"
    )
    typer.confirm(says, abort=True, err=True)


def _known(sharing: "Service") -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = sharing.get("/v1/authorities")
    return answer


def _public_key(file: Path) -> str:
    text = file.read_text(errors="replace").strip()
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise Failure(f"{file} is not an X25519 public key: 32 bytes as base64")
    return text
