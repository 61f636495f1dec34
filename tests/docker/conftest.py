"""Everything here needs a Docker engine; where none answers it is skipped, and says so."""

import os

import pytest

from tests.docker import engine

# every fixture removes its own containers, so the reaper, an image more to be had, has nothing to do
os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")

NATS, MONGO, PYTHON = "nats:2.12", "mongo:8.0", "python:3.13-slim"
TAG = "iewo:test"


@pytest.fixture(scope="session", autouse=True)
def docker_engine() -> None:
    if not engine.answers():
        pytest.skip("no Docker engine answers here")
    for name in (NATS, MONGO, PYTHON):
        if not engine.has_image(name):
            pytest.skip(f"the image {name} is neither here nor to be pulled")


@pytest.fixture(scope="session")
def image(docker_engine: None) -> str:
    """The project's image, built as a person would; the layers of the last build are used again."""
    engine.done("docker", "build", "--network", "host", "--tag", TAG, "--file", "deploy/Dockerfile", ".")
    return TAG


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if any("tests/docker" in report.nodeid for report in terminalreporter.stats.get("passed", [])):
        nats = engine.run("docker", "run", "--rm", NATS, "--version").stdout.strip()
        mongo = engine.run("docker", "run", "--rm", MONGO, "mongod", "--version").stdout.partition("\n")[0]
        terminalreporter.write_line(f"in containers: {nats}; mongod {mongo}")
