"""`iewo packs`: a Local Authority's side of the enforcement packs; the company's is in pack_life.py and pack_statement.py."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clients.iewo import endpoints, options, public_keys
from clients.iewo.commands.pack_verify import PUBLISHED, SenderKey
from clients.iewo.failure import Code, Failure

if TYPE_CHECKING:
    from clients.iewo.subscription import Subscription
    from clients.iewo.taking import Received

_NEW = {"pack": ("pack", "packs"), "notice": ("notice of a change", "notices of changes")}
"""One and many of what is received."""

app = typer.Typer(help="Prepare enforcement packs; receive them, as a Local Authority (LA).", no_args_is_help=True)

La = Annotated[str, typer.Option("--la", parser=options.authority_code, metavar="CODE", help="The LA's code, three digits.")]
To = Annotated[
    Path, typer.Option("--to", file_okay=False, metavar="DIR", help="Where packs are kept, each in a folder of its own: DIR/<pack>/.")
]
Follow = Annotated[bool, typer.Option("--follow", help="Go on receiving until stopped, instead of only what waits now.")]
Creds = Annotated[Path | None, typer.Option(dir_okay=False, metavar="FILE", help="The LA's credentials file (.creds) for the bus.")]
Key = Annotated[Path | None, typer.Option(dir_okay=False, metavar="FILE", help="The LA's private key (.key), which opens its packs.")]


@app.command(
    epilog="Example: iewo packs receive --la 803 --to packs --creds 803.creds --key 803.key --nats tls://bus.example.org:4222. "
    "Without --creds and --key: those of `iewo authority add`, in the credentials folder."
)
def receive(
    la: La,
    to: To,
    follow: Follow = False,
    creds: Creds = None,
    key: Key = None,
    sender_key: SenderKey = None,
    bus: options.Nats = None,
    where: options.EndpointsFile = None,
) -> None:
    """Fetch, open, verify and save the packs that wait for an LA, and acknowledge each once it is safely saved.

    Run again after a crash it loses and repeats nothing. What does not open, or is not as it was signed, is left on the bus, and told.
    """
    import asyncio

    import nats.errors

    from clients.iewo import show
    from clients.iewo.subscription import NotTheirs, PacksError, Subscription

    known = endpoints.find(where)
    creds, key = creds or _own(known, la, "creds"), key or _own(known, la, "key")
    trusted, _ = public_keys.trusted(sender_key, PUBLISHED, where)
    try:
        told = asyncio.run(_receive(Subscription(bus or known.address("nats", "--nats"), la, creds, key, trusted), to, follow))
    except NotTheirs as error:
        raise Failure(str(error), Code.NOT_ALLOWED) from None
    except PacksError as error:
        away = isinstance(error.__cause__, (nats.errors.Error, ConnectionError))
        raise Failure(str(error), Code.NOT_REACHED if away else Code.FAILED) from error
    except asyncio.CancelledError:
        show.line("stopped; what is saved is kept")
    else:
        show.line(_sum(told, to))


async def _receive(subscription: "Subscription", to: Path, follow: bool) -> Counter[str]:
    """How many packs and notices of changes were new, and of how many packs an earlier parcel was let go."""
    import asyncio
    import signal

    told: Counter[str] = Counter()

    def tell(one: "Received") -> None:
        told["earlier" if one.again else "notice" if one.notice else "pack"] += one.new or one.again
        _told(one)

    if follow and (task := asyncio.current_task()):
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await subscription.receiving(to, tell, follow=follow, on_wait=_waiting)
    return told


def _told(one: "Received") -> None:
    if not one.again:
        what = "notice of a change" if one.notice else "pack"
        typer.echo(f"{what} {one.pack}: {'saved in' if one.new else 'was saved before in'} {one.folder}{_of_another(one)}")


def _of_another(one: "Received") -> str:
    """Of which pack something is said, and what: that its place is taken, that it changed, stands or is withdrawn."""
    from shared.pack import change, manifest

    if one.notice:
        notice = change.read({change.NOTICE: (one.folder / change.NOTICE).read_bytes()})
        return f"; of pack {notice.pack}: {notice.says}"
    found = manifest.read((one.folder / manifest.MANIFEST).read_bytes())
    return f"; edition {found.edition}, in the place of pack {found.supersedes}, which is superseded" if found.supersedes else ""


def _sum(told: Counter[str], to: Path) -> str:
    """In a line. Parcels of packs that are saved, closed to an earlier key, come again to an LA that was given a new one."""
    new = [f"{told[what]} {one if told[what] == 1 else many}" for what, (one, many) in _NEW.items() if told[what]]
    earlier = (
        f"; {told['earlier']} more: older copies of what is saved here, closed to an earlier key; nothing is missing"
        if told["earlier"]
        else ""
    )
    return (f"{' and '.join(new)} saved in {to}" if new else "no pack waits") + earlier


def _waiting(seconds: float) -> None:
    typer.echo(f"an earlier run was cut off: for {seconds:.0f} s the bus may hold back what it had in hand", err=True)


def _own(known: endpoints.Endpoints, la: str, ending: str) -> Path:
    """The LA's own file in the credentials folder of a stack."""
    folder = known.known_credentials
    if folder is None:
        raise Failure(f"give the LA's own files with --creds and --key (made by `iewo authority add {la}`)", Code.USAGE)
    return folder / "authorities" / f"{la}.{ending}"
