"""`--all` of the commands for many packs: what nobody has named is not taken along unseen."""

from collections.abc import Sequence

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


def taken(choice: Choice, listed: Sequence[dict[str, str]] = LISTED) -> str:
    return "".join(one["pack"] for one in choice.unnamed(listed))


def test_no_prosecution_is_taken_unless_its_measure_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert taken(Choice(everything=True)) == "ab"
    assert "prosecutions not taken: 1" in capsys.readouterr().err
    assert taken(Choice(everything=True, reason=Reason.IRREGULAR), [IRREGULAR, COURT]) == "b"
    assert "prosecutions not taken: 1" in capsys.readouterr().err
    assert taken(Choice(everything=True, measure=Measure.PROSECUTION), [COURT]) == "c"
    assert capsys.readouterr().err == ""


def test_the_service_narrows_by_all_that_was_said() -> None:
    said = Choice(everything=True, school="900001", la="992", state="draft", measure=Measure.NOTICE, reason=Reason.LEAVE)
    in_words = {"measure": "penalty notice", "ground": "leave in term time"}
    assert said.query() == {"school": "900001", "authority": "992", "state": "draft", **in_words}
    with pytest.raises(Failure, match="--leave goes with --school"):
        Choice(leave=["a"]).query()


def test_they_narrow_all_alone() -> None:
    for name in ("check", "approve", "sign", "send"):
        help_ = CliRunner().invoke(app, ["packs", name, "--help"], env={"COLUMNS": "200"}).output
        assert "--measure" in help_, name
    listing = CliRunner().invoke(app, ["packs", "list", "--help"], env={"COLUMNS": "200"}).output
    assert all(f"--{one}" in listing for one in ("measure", "reason", "school", "la", "state", "leave", "file"))
    with pytest.raises(Failure, match="go with --all"):
        Choice(packs=["a"], measure=Measure.NOTICE).of(Access.__new__(Access), ("draft",))
