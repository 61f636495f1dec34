"""The Docker engine of this machine, by its own command."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, env: Mapping[str, str] | None = None, seconds: float = 300) -> subprocess.CompletedProcess[str]:
    """What it said and how it ended; it is not raised."""
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=seconds, check=False)


def done(*command: str, env: Mapping[str, str] | None = None) -> str:
    """The standard output; AssertionError with everything that was said when it failed."""
    ended = run(*command, env=env)
    assert ended.returncode == 0, f"{' '.join(command)}: {ended.stdout[-2000:]}{ended.stderr[-4000:]}"
    return ended.stdout


def answers() -> bool:
    return shutil.which("docker") is not None and run("docker", "version", seconds=20).returncode == 0


def has_image(name: str) -> bool:
    """Here, or pulled now."""
    return any(run("docker", *words, name).returncode == 0 for words in (("image", "inspect"), ("pull", "--quiet")))


def inspect(kind: str, *names: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(done("docker", kind, "inspect", *names)) if names else []
    return told


def of_project(kind: str, project: str) -> list[str]:
    """Ids of a project's containers (stopped ones too), volumes or networks."""
    every = ("--all",) if kind == "container" else ()
    return done("docker", kind, "ls", "--quiet", *every, "--filter", f"label=com.docker.compose.project={project}").split()
