"""`iewo provision`: the bus and the database, brought into agreement with the tables."""

from pathlib import Path
from typing import Annotated

import typer

from clients.iewo.bus_access import BusReach
from clients.iewo.failure import Code, Failure
from clients.iewo.grouped import grouped

Check = Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 when something differs.")]
Prepare = Annotated[bool, typer.Option("--prepare", help="Only the keys and files that must be there before nats-server starts.")]
Mongo = Annotated[
    str | None,
    typer.Option(
        envvar="IEWO_MONGO_ADMIN_URL",
        metavar="URL",
        show_envvar=True,
        show_default=False,
        help="The administrator's URL; by default mongo/admin.url of the credentials folder.",
    ),
]
Replicas = Annotated[int, typer.Option(min=1, max=5, help="Copies of each stream: 1 for one nats-server, 3 for a cluster.")]
Config = Annotated[
    Path | None,
    typer.Option("--nats-config", metavar="FILE", help="Also write the configuration of a nats-server that trusts this operator."),
]
Listen = Annotated[str, typer.Option("--nats-listen", metavar="HOST:PORT", help="With --nats-config: where it listens.")]
Store = Annotated[Path, typer.Option("--nats-store", metavar="FOLDER", help="With --nats-config: where it keeps its data.")]
Monitor = Annotated[
    str | None, typer.Option("--nats-monitor", metavar="HOST:PORT", help="With --nats-config: where it answers health checks.")
]
Member = Annotated[
    str | None,
    typer.Option(
        "--replica-set",
        metavar="HOST:PORT",
        help="First make a fresh mongod a replica set of one, under this name, as the services reach it.",
    ),
]
Mongod = Annotated[str, typer.Option(metavar="HOST:PORT", help="With --replica-set: that mongod on this machine's own loopback.")]
Renew = Annotated[
    list[str] | None,
    typer.Option(
        metavar="USER",
        help="First void the credentials of one of our users (a service, operator, provision) and make new ones; again for each.",
    ),
]


@grouped
def provision(
    reach: BusReach,
    check: Check = False,
    prepare: Prepare = False,
    mongo: Mongo = None,
    replicas: Replicas = 1,
    nats_config: Config = None,
    nats_listen: Listen = "127.0.0.1:4222",
    nats_store: Store = Path("/data"),
    nats_monitor: Monitor = None,
    replica_set: Member = None,
    mongod: Mongod = "127.0.0.1:27017",
    renew: Renew = None,
) -> None:
    """Make or update everything on the bus and in the database: operator, accounts, users, streams, durables, collections.

    Prints each difference and changes nothing twice. Run it again after every upgrade, before the services start: a user's permissions are
    in its file, so hand the new ones out and restart. In compose the job `provision` does both; so do `--renew` there.
    """
    from clients.iewo import bus
    from shared.provision import Settings, server_config
    from shared.provision import prepare as make_files
    from shared.provision import provision as agree
    from shared.provision.files import write_secret
    from shared.provision.renewal import renew as void
    from shared.provision.replica_set import initiate

    folder = reach.folder
    if renew and check:
        raise Failure("--check changes nothing: give --renew without it", Code.USAGE)

    async def work() -> list[str]:
        lines = [line for user in renew or () for line in void(folder, user)]
        lines += make_files(folder, check=check)
        if nats_config is not None and not check:
            monitor = nats_monitor
            write_secret(nats_config, server_config(folder, listen=nats_listen, store=nats_store, monitor=monitor))
        if prepare:
            return lines
        if replica_set is not None and not check:
            lines += await initiate(mongod, replica_set, folder)
        return lines + await agree(Settings(reach.address, folder, mongo, replicas=replicas), check=check)

    lines = bus.run(work())
    for line in dict.fromkeys(lines):
        typer.echo(line)
    if check and lines:
        raise Failure(f"differs in {len(lines)}: run `iewo provision`", Code.FAILED)
    if not lines:
        typer.echo("nothing to do: everything is as it should be")
