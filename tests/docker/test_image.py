"""The image alone: what is in it, and what it does before there is any server."""

import pytest

from tests.docker import engine

pytestmark = pytest.mark.docker
AS_DEPLOYED = ("--rm", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "none")


def test_it_runs_as_nobody_in_particular_on_a_file_system_that_it_cannot_write(image: str) -> None:
    look = "import os; print(os.getuid(), os.access('/app', os.W_OK), os.access('/opt/iewo', os.W_OK), os.access('/tmp', os.W_OK))"
    said = engine.done("docker", "run", *AS_DEPLOYED, "--entrypoint", "python", image, "-c", look)
    assert said.split() == ["10001", "False", "False", "True"]
    assert engine.inspect("image", image)[0]["Config"]["User"] == "10001:10001"


def test_it_holds_the_services_and_the_command_and_nothing_of_the_workshop(image: str) -> None:
    said = engine.done(
        "docker", "run", *AS_DEPLOYED, "--entrypoint", "find", image, "/app", "-maxdepth", "2", "-not", "-name", "__pycache__"
    )
    held = set(said.split())
    assert {"/app/services/attendance", "/app/shared/provision", "/app/clients/iewo", "/app/deploy/container"} <= held
    tops = {path.removeprefix("/app/").partition("/")[0] for path in held - {"/app"}}
    assert tops == {"services", "shared", "clients", "deploy"}
    assert not held & {"/app/deploy/local", "/app/deploy/demo"}


def test_nothing_secret_is_in_its_environment_or_history(image: str) -> None:
    names = {pair.partition("=")[0] for pair in engine.inspect("image", image)[0]["Config"]["Env"]}
    assert not {name for name in names if any(word in name for word in ("PASSWORD", "SECRET", "TOKEN", "INDEX_URL", "TRUSTED_HOST"))}
    assert "PIP_INDEX_URL" not in engine.done("docker", "image", "history", "--no-trunc", image)


def test_without_a_command_it_says_what_it_can_be(image: str) -> None:
    ended = engine.run("docker", "run", *AS_DEPLOYED, image)
    assert ended.returncode == 2
    assert all(word in ended.stderr for word in ("attendance", "retention", "provision", "iewo"))


def test_preparing_without_anybody_to_trust_is_one_line(image: str) -> None:
    ended = engine.run("docker", "run", *AS_DEPLOYED, "--env", "IEWO_JWKS=/jwks/jwks.json", image, "prepare")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert "/jwks/jwks.json" in ended.stderr


def test_a_service_that_does_not_answer_is_not_healthy(image: str) -> None:
    assert engine.run("docker", "run", *AS_DEPLOYED, image, "healthy").returncode == 1
