"""What the services read beside their code goes into the image, which is found out here where no Docker engine is."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r'/ "deploy" / "(\w+)"')


def test_every_folder_of_settings_that_a_service_reads_is_let_into_the_image() -> None:
    read = {folder for file in (ROOT / "services").rglob("*.py") for folder in READ.findall(file.read_text())}
    let_in = {line.removeprefix("!deploy/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!deploy/")}
    assert read >= {"authorities", "casework"}
    assert read <= let_in
