"""An LA reaches the bus through the operator's own TLS proxy, and goes on in clear with nobody."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clients.iewo.packs import PacksError
from clients.iewo.subscription import Subscription
from clients.iewo.taking import Received
from deploy.local.stack import Stack
from tests.support.agency import AGAIN, Agency, agency_of


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with Stack(tmp_path_factory.mktemp("bus")) as servers:
        yield servers


@pytest.fixture
async def agency(stack: Stack, tmp_path: Path) -> Agency:
    return await agency_of(stack, tmp_path / "packs")


async def test_packs_come_through_a_proxy_that_ends_tls(agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cert, key = certificate(tmp_path)
    ids = await agency.send(3)
    async with proxy(agency.stack.nats_url, cert, key) as url:
        with pytest.raises(PacksError, match="does not let LA"):  # nobody vouches for the certificate
            await received(agency, url)
        assert await agency.standing() == (3, 0)
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        assert [one.pack for one in await received(agency, url)] == ids
    assert agency.saved() == agency.sent


async def test_who_asks_for_tls_sends_nothing_in_clear(agency: Agency) -> None:
    await agency.send(1)
    with pytest.raises(PacksError, match="does not let LA"):
        await received(agency, agency.stack.nats_url.replace("nats://", "tls://"))
    assert await agency.standing() == (1, 0)


async def received(agency: Agency, url: str) -> list[Received]:
    one = agency.added
    told: list[Received] = []
    await Subscription(url, one.code, one.credentials, one.private_key, None).receiving(agency.to, told.append, redelivery_seconds=AGAIN)
    return told


@asynccontextmanager
async def proxy(nats_url: str, cert: Path, key: Path) -> AsyncIterator[str]:
    """What HAProxy or nginx do with a port: TLS outside, the bytes as they are inside."""
    inner = urlsplit(nats_url)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bus_reader, bus_writer = await asyncio.open_connection(inner.hostname, inner.port)
        await asyncio.gather(_pump(reader, bus_writer), _pump(bus_reader, writer))

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"tls://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


def certificate(folder: Path) -> tuple[Path, Path]:
    """For 127.0.0.1, signed by itself."""
    private, name, now = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bus")]),
        datetime.now(UTC),
    )
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=private.public_key(), serial_number=1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    cert, key = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return cert, key
