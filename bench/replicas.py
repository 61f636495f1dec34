"""Two processes of the service against one, on the same servers and the same files."""

from pathlib import Path

from bench.figures import Figure, of_rounds
from bench.ingest import before, files_of
from bench.schools import CHILDREN, days_until, make_schools
from bench.world import World

SCHOOLS = 16
ROUNDS = 3
WEEKS_BEFORE = 2


async def rows(folder: Path) -> list[Figure]:
    async with World(folder, replicas=2) as world:
        schools = make_schools(SCHOOLS)
        days = days_until(world.today, 5 * WEEKS_BEFORE + 2 * ROUNDS)
        await before(world, schools, days[: 5 * WEEKS_BEFORE])
        two, one, told = list[float](), list[float](), ""
        for day in days[5 * WEEKS_BEFORE :]:
            files, cores = files_of(schools, [day]), world.cores()
            if len(one) < len(two):
                one.append(await world.push_first.rate(files, world.settled))
            else:
                two.append(await world.push_ours.rate(files, world.settled))
                told = cores.told(2 * CHILDREN * SCHOOLS)
        measured = f"a day of {SCHOOLS} schools x {CHILDREN} children, pushed to two processes by turns. Peer: to one. Two: {told}"
        return [of_rounds("two replicas", "marks/s", two, one, [], measured)]
