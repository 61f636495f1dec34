"""`--all` of the commands for many packs: what nobody has named is not taken along unseen."""

import pytest
from typer.testing import CliRunner

from clients.iewo.access import Access
from clients.iewo.failure import Failure
from clients.iewo.main import app
from clients.iewo.measures import Measure, Reason
from clients.iewo.pack_choice import Choice

LEAVE = {"pack": "a", "state": "draft", "measure": "penalty notice", "ground": "leave in term time"}
IRREGULAR = {"pack": "b", "state": "draft", "measure": "penalty notice", "ground": "irregular attendance"}
COURT = {"pack": "c", "state": "draft", "measure": "prosecution", "ground": "irregular attendance"}
LISTED = (LEAVE, IRREGULAR, COURT)


def taken(choice: Choice) -> str:
    return "".join(one["pack"] for one in choice.unnamed(LISTED))


def test_no_prosecution_is_taken_unless_its_measure_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert taken(Choice(everything=True)) == "ab"
    assert "prosecutions not taken: 1" in capsys.readouterr().err
    assert taken(Choice(everything=True, reason=Reason.LEAVE)) == "a"
    assert capsys.readouterr().err == ""
    assert taken(Choice(everything=True, measure=Measure.PROSECUTION)) == "c"
    assert taken(Choice(everything=True, measure=Measure.NOTICE)) == "ab"


def test_they_narrow_all_alone() -> None:
    for name in ("check", "approve", "sign", "send"):
        help_ = CliRunner().invoke(app, ["packs", name, "--help"], env={"COLUMNS": "200"}).output
        assert "--measure" in help_, name
    with pytest.raises(Failure, match="go with --all"):
        Choice(packs=["a"], measure=Measure.NOTICE).of(Access.__new__(Access), ("draft",))
