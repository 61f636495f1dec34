"""How an operator's command reaches the bus: --credentials, --nats and --endpoints."""

from dataclasses import dataclass
from pathlib import Path

from clients.iewo import endpoints, options


@dataclass(frozen=True)
class BusReach:
    """What a command was given of the bus; None where nothing was said of it."""

    credentials: options.Credentials = None
    nats: options.Nats = None
    where: options.EndpointsFile = None

    @property
    def folder(self) -> Path:
        """The operator's keys and credentials. Failure where it is not known."""
        known = endpoints.find(self.where)
        return self.credentials or known.credentials

    @property
    def address(self) -> str:
        """Failure where it is not known."""
        known = endpoints.find(self.where)
        return self.nats or known.address("nats", "--nats")
