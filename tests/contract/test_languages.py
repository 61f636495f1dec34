"""Which language a parent speaks, and who needs an interpreter, is said before anybody writes or goes there."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.enforcement import AskCaseEvidence, CaseEvidence
from tests.contract.test_families import FATHER, MOTHER, TODAY, WHY, a_case, brought, child, send
from tests.support.referrals import World, referrals_world


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with referrals_world(tmp_path_factory.mktemp("languages")) as made:
        yield made


async def test_a_language_and_an_interpreter_are_shown_with_a_preview_and_before_a_visit_and_told_for_a_pack(world: World) -> None:
    case = await a_case(world, "109100", child(world, "speaks", MOTHER, FATHER))
    mother, _ = await brought(world, "109100", "speaks")
    asked: dict[str, Any] = {"kind": "attendance concern", "asked": {"reply by": (TODAY + timedelta(14)).isoformat()}, "case": case}

    async def noted() -> list[str]:
        return [one["language"] for one in (await send(world, "POST", "/letters/preview-notes", asked))["letters"]]

    assert await noted() == ["not known", "not known"]
    for path in (f"/cases/{case}", f"/cases/{case}/interventions"):
        assert (await send(world, "GET", path))["languages"] == []
    record = f"/parents/{mother['parent']}"
    await send(world, "PATCH", record, {"language": "Polish", "interpreter": "Polish, by telephone", **WHY})
    told = {"parent": mother["parent"], "name": MOTHER["name"], "language": "Polish", "interpreter": "Polish, by telephone"}
    for path in (f"/cases/{case}", f"/cases/{case}/interventions"):
        assert (await send(world, "GET", path))["languages"] == [told]
    assert await noted() == [
        "Polish; interpreter: Polish, by telephone; there is no letter in Polish: this one is in English",
        "not known",
    ]
    question = AskCaseEvidence(case=case, parent="speaks.1")
    answer = await world.neighbours.bus.request(question.SUBJECT, question.model_dump_json().encode(), timeout=20)
    parent = CaseEvidence.model_validate_json(answer.data).parent
    assert parent is not None
    assert (parent.language, parent.interpreter) == ("Polish", True)
    await send(world, "PATCH", record, {"language": "English", "interpreter": None, **WHY})
    assert await noted() == ["English", "not known"]
