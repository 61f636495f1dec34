"""Enforcement packs, made of a two years' register by the service and received by LAs with the code of `iewo packs receive`."""

import asyncio
import math
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles

from bench.cores import Cores
from bench.figures import Figure
from clients.iewo.packs import PacksError, receive
from clients.iewo.taking import Received
from services.sharing.domain.paper.printing import volume_a, volume_b
from shared import consignment
from shared.consignment import Consignment
from shared.identity import new_id
from shared.pack.document import Pack, check_value
from shared.pack.manifest import DOCUMENT, VOLUME_A, VOLUME_B
from shared.pack.verify import findings
from shared.provision.authority_files import Authority
from tests.bus.connections import as_user
from tests.support.pack_walk import PackWalk
from tests.support.sharing import World, world
from tests.support.signed_pack import signed_pack

AUTHORITIES = 10
AT_ONCE = 10
ONE_BY_ONE = 20
WAITING = 1000
PAUSE = 0.2
"""Seconds from one signature to the next, where the way of a single pack is measured."""


class Agency:
    """An LA that receives all the while, and when it had acknowledged which pack."""

    def __init__(self, made: World, added: Authority, to: Path) -> None:
        self._made, self._added, self.to = made, added, to
        self.acknowledged: dict[str, float] = {}
        self.came = asyncio.Event()

    async def follow(self) -> None:
        """As an LA's job does: begins again where the bus did not answer in time, and says so, since the figures have it in them."""
        while True:
            try:
                await self.receive(follow=True)
            except PacksError as error:
                print(f"LA {self._added.code} begins again: {error}", file=sys.stderr)

    async def receive(self, *, follow: bool) -> int:
        one = self._added
        files = (one.credentials, one.private_key, one.account, one.code, self.to)
        return await receive(self._made.stack.nats_url, *files, on_pack=self._keep, follow=follow)

    def _keep(self, pack: Received) -> None:
        assert pack.new, "a pack came twice"
        self.acknowledged[pack.pack] = time.perf_counter()
        self.came.set()

    async def until(self, packs: Sequence[str]) -> None:
        async with asyncio.timeout(300):
            while not self.acknowledged.keys() >= set(packs):
                self.came.clear()
                await self.came.wait()


async def rows(folder: Path) -> list[Figure]:
    async with world(folder) as made:
        async with agencies(made, folder) as all_of_them:
            built = await _built(made, all_of_them)
            way = await _way(made, all_of_them)
        files = _some_pack(all_of_them[0])
        return [built, way, await _waiting(made, folder, files)]


@asynccontextmanager
async def agencies(made: World, folder: Path) -> AsyncIterator[list[Agency]]:
    """Ten LAs, each with a school, connected."""
    made_of = []
    for number in range(AUTHORITIES):
        code, school = str(700 + number), str(900700 + number)
        made.authority_of[school] = code
        made_of.append(Agency(made, await made.register(code), folder / "received" / code))
    jobs = [asyncio.create_task(one.follow()) for one in made_of]
    try:
        yield made_of
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


async def _ready(made: World, number: int) -> tuple[PackWalk, str]:
    """A pack that lacks the head teacher's signature alone, and what is to be signed."""
    request = await made.ask(school=str(900700 + number % AUTHORITIES))
    walk = await made.drafted(request)
    await walk.approve()
    return walk, (await walk.certificate())["check"]


async def _built(made: World, to: Sequence[Agency]) -> Figure:
    """All signed at once; peer: typst alone, which lays out the same volumes."""
    ready = await asyncio.gather(*(_ready(made, number) for number in range(AT_ONCE)))
    cores = Cores({"sharing": made.sharing.pid or 0, "nats-server": made.stack.nats.pid or 0, "mongod": made.stack.mongo.pid or 0})
    begun = time.perf_counter()
    await asyncio.gather(*(walk.sign_certificate(check) for walk, check in ready))
    for number, agency in enumerate(to):
        await agency.until([walk.pack for walk, _ in ready[number :: len(to)]])
    seconds = time.perf_counter() - begun
    spent = ", ".join(f"{name} {used / AT_ONCE:.2f}" for name, used in cores.spent().items())
    files = _some_pack(to[0])
    size = sum(map(len, files.values()))
    measured = (
        f"{AT_ONCE} packs of {size / 1e3:,.0f} kB, this year's and last year's register in each, from the signatures, all at once, until "
        f"ten LAs have verified, saved and acknowledged them. {spent} s of processor a pack. Peer: typst compiling the same volumes alone"
    )
    return Figure("packs built and delivered", AT_ONCE / seconds, "a second", 1 / _typst_alone(files), measured=measured)


def _typst_alone(files: Mapping[str, bytes]) -> float:
    """Seconds for both volumes, of five tries the best."""
    pack, check = Pack.model_validate_json(files[DOCUMENT]), check_value(files[DOCUMENT])
    best = math.inf
    for _ in range(5):
        begun = time.perf_counter()
        assert volume_a(pack, check) == files[VOLUME_A]
        assert volume_b(pack, check) == files[VOLUME_B]
        best = min(best, time.perf_counter() - begun)
    return best


async def _way(made: World, to: Sequence[Agency]) -> Figure:
    """One pack after the other, from the request that signs until the LA's acknowledgement."""
    ready = await asyncio.gather(*(_ready(made, number) for number in range(ONE_BY_ONE)))
    taken = []
    for number, (walk, check) in enumerate(ready):
        begun, agency = time.perf_counter(), to[number % len(to)]
        await walk.sign_certificate(check)
        await agency.until([walk.pack])
        taken.append(agency.acknowledged[walk.pack] - begun)
        await asyncio.sleep(PAUSE)
    measured = (
        f"from the head teacher's signature to the LA's acknowledgement of the saved pack, {ONE_BY_ONE} packs, ten LAs connected; "
        f"median {quantiles(taken, n=2)[0]:.2f} s. Limit: what it must be under"
    )
    return Figure("pack to its LA, p99", quantiles(taken, n=100, method="inclusive")[98], "s", None, 2.0, measured)


async def _waiting(made: World, folder: Path, files: Mapping[str, bytes]) -> Figure:
    """What an LA finds that was away: packs as they are sent, of the real size, each with a document, volumes and a signature of its own.
    Reading the cover of volumes that typst made takes longer; it is told apart."""
    added = await made.register("799")
    agency = Agency(made, added, folder / "received" / "799")
    size = (len(files[VOLUME_A]) + len(files[VOLUME_B])) // 2
    sent: dict[str, int] = {}
    async with as_user(made.stack, "sharing") as sharing:
        for _ in range(WAITING):
            own = signed_pack(pack := new_id(), added.code, size)
            sent[pack] = sum(map(len, own.values()))
            message = consignment.close(Consignment(pack, added.code, own), added.pack_key)
            await sharing.client.jetstream().publish(f"packs.{added.code}", message, stream="PACKS")
    begun = time.perf_counter()
    assert await agency.receive(follow=False) == WAITING
    seconds = time.perf_counter() - begun
    assert agency.acknowledged.keys() == sent.keys()
    assert {path.name for path in agency.to.iterdir()} == sent.keys()
    begun = time.perf_counter()
    assert findings(files) == []
    verifying = time.perf_counter() - begun
    measured = (
        f"{WAITING:,} packs of the size of real ones waited; all {len(agency.acknowledged):,} came, none twice, "
        f"each verified, saved, synchronised to the disk and acknowledged, in {seconds:.0f} s ({WAITING / seconds:.0f} a second). "
        f"Their volumes are one page and filling; verifying a pack of typst's: {1000 * verifying:.0f} ms"
    )
    return Figure("packs after a week away", sum(sent.values()) / 1e6 / seconds, "MB/s", measured=measured)


def _some_pack(agency: Agency) -> dict[str, bytes]:
    folder = next(path for path in agency.to.iterdir() if not path.name.startswith("."))
    return {file.name: file.read_bytes() for file in folder.iterdir()}
