"""docs/examples/push.ps1 read against what Microsoft's reference lists. It is run (tests/contract/schools/test_examples.py) where there
is a PowerShell; here it is held that what it calls exists, and that what it asks of a receipt is in one.

Each list is of Windows PowerShell 5.1, all of which PowerShell 7 has too.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = (ROOT / "docs" / "examples" / "push.ps1").read_text(encoding="utf-8")
CODE = "\n".join(line for line in SCRIPT.splitlines() if not line.startswith("#"))
BARE = re.sub(r"'[^']*'", "''", CODE)
"""Without what stands between single quotes, which PowerShell takes as it is."""

UTILITY = "learn.microsoft.com/powershell/module/microsoft.powershell.utility"
MANAGEMENT = "learn.microsoft.com/powershell/module/microsoft.powershell.management"
REST = """Method UseBasicParsing Uri WebSession SessionVariable Credential UseDefaultCredentials CertificateThumbprint Certificate UserAgent
    DisableKeepAlive TimeoutSec Headers MaximumRedirection Proxy ProxyCredential ProxyUseDefaultCredentials Body ContentType
    TransferEncoding InFile OutFile PassThru"""
PATH = "Path LiteralPath Filter Include Exclude PathType IsValid Credential UseTransaction OlderThan NewerThan"
CMDLETS: Mapping[str, tuple[str, str]] = {
    "Invoke-RestMethod": (f"{UTILITY}/invoke-restmethod?view=powershell-5.1", REST),
    "ConvertTo-Json": (f"{UTILITY}/convertto-json?view=powershell-5.1", "InputObject Depth Compress"),
    "Test-Path": (f"{MANAGEMENT}/test-path?view=powershell-5.1", PATH),
}
"""Where its reference stands, and its parameters."""

OPERATORS = frozenset({"-not", "-and", "-or", "-gt", "-lt", "-eq", "-ne", "-contains"})  # about_Operators
METHODS = frozenset({"Post"})  # Microsoft.PowerShell.Commands.WebRequestMethod: Default Get Head Post Put Delete Trace Options Merge Patch
PATH_TYPES = frozenset({"Any", "Container", "Leaf"})  # Microsoft.PowerShell.Commands.TestPathType
VARIABLES = frozenset({"_", "true", "false", "null", "ErrorActionPreference"})  # about_Automatic_Variables, about_Preference_Variables


def calls() -> list[tuple[str, list[str]]]:
    """Each cmdlet that is called, with the parameters that it is given."""
    joined = re.sub(r"`\n\s*", "", BARE)
    found = []
    for name, rest in re.findall(r"\b([A-Z][A-Za-z]+-[A-Z]\w+)([^\n|;)]*)", joined):
        found.append((name, [one for one in re.findall(r"(?<=\s)-([A-Za-z]+)", rest) if f"-{one}" not in OPERATORS]))
    return found


def test_every_cmdlet_and_parameter_is_in_the_reference() -> None:
    made = calls()
    assert {name for name, _ in made} == CMDLETS.keys(), "the lists are of what the script calls, and of no more"
    for name, parameters in made:
        source, known = CMDLETS[name]
        assert set(parameters) <= set(known.split()), source
    assert dict(made)["Invoke-RestMethod"] == ["Method", "Uri", "InFile", "ContentType", "Headers", "TimeoutSec"]
    assert set(re.findall(r"-Method (\w+)", BARE)) <= METHODS
    assert set(re.findall(r"-PathType (\w+)", BARE)) <= PATH_TYPES


def test_every_operator_and_variable_is_known() -> None:
    used = set(re.findall(r"(?<=[\s(])-[a-z]+\b", BARE))
    assert used <= OPERATORS, used
    own = set(re.findall(r"\[string\]\$(\w+)", CODE)) | set(re.findall(r"^\s*\$(\w+) =", CODE, re.MULTILINE))
    assert set(re.findall(r"\$(?!env:|\()(\w+)", BARE)) <= own | VARIABLES
    assert set(re.findall(r"\$env:(\w+)", CODE)) == {"IEWO_URL", "IEWO_KEY"}


@pytest.mark.parametrize(("opens", "closes"), ["()", "{}", "[]"])
def test_what_is_opened_is_closed(opens: str, closes: str) -> None:
    assert BARE.count(opens) == BARE.count(closes) > 0


def test_a_line_goes_on_only_behind_a_backtick_that_ends_it() -> None:
    """about_Parsing: a backtick with a blank behind it escapes the blank. And a name in a string goes on with a letter, a digit or `?`."""
    assert not re.search(r"`[ \t]+$", SCRIPT, re.MULTILINE)
    assert SCRIPT.count("`") == SCRIPT.count("`\n")
    assert not re.search(r"\$\w+\?", CODE)


def test_what_it_asks_of_a_receipt_is_in_one() -> None:
    api = json.loads((ROOT / "docs" / "api" / "attendance.openapi.json").read_text())
    feeds = api["paths"]["/v1/schools/{urn}/feeds"]["post"]
    assert "/v1/schools/$Urn/feeds" in CODE
    asked = set(re.findall(r"\$receipt\.(\w+)", CODE))
    assert asked == {"refused_rows", "state"}
    (pushed,) = feeds["responses"]["202"]["content"]["application/json"]["schema"].values()
    assert asked <= api["components"]["schemas"][pushed.rpartition("/")[2]]["properties"].keys()
