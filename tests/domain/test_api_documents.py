"""What the OpenAPI documents promise to a program written from them alone."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi import Path as InPath
from pydantic import BaseModel, Field

from deploy.documents import described
from services.attendance.domain.statistics import NOTHING
from shared.answers import EVERYWHERE, add_answers
from shared.patterns import AUTHORITY, URN
from shared.topology import SERVICES

PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


WITHOUT_A_TOKEN = {"post /v1/credentials"}
"""Where something else stands for one: a one-time code."""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    files = described(tmp_path_factory.mktemp("described"))
    return {name: json.loads(files[f"{name}.openapi.json"]) for name in SERVICES}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_asks_for_a_bearer_token_and_says_how_it_refuses(documents: dict[str, Any], service: str) -> None:
    document = documents[service]
    (scheme,) = document["components"]["securitySchemes"].items()
    assert (scheme[1]["type"], scheme[1]["scheme"]) == ("http", "bearer")
    for name, operation in operations(document):
        refusals = {status: answer["content"] for status, answer in operation["responses"].items() if int(status) >= 400}
        assert operation.get("security") == ([{scheme[0]: []}] if name not in WITHOUT_A_TOKEN else None), name
        assert {str(status) for status in EVERYWHERE} <= refusals.keys(), name
        assert all(content == PROBLEM for content in refusals.values()), name
    assert document["components"]["schemas"]["Problem"]["properties"].keys() == {"detail"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_in_json_has_a_shape(documents: dict[str, Any], service: str) -> None:
    for name, operation in operations(documents[service]):
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                schema = content["schema"]
                if media == "application/json" and not name.endswith("/pack.json"):
                    shape = schema.get("items", schema)
                    assert all("$ref" in one for one in shape.get("anyOf", [shape])), (name, status)


def test_statistics_name_every_column(documents: dict[str, Any]) -> None:
    schema = documents["attendance"]["components"]["schemas"]["SchoolStatistics"]
    assert set(schema["required"]) == {"school", "from", "to", "year_group", *NOTHING.columns()}
    assert schema["properties"]["overall_absence"]["type"] == "integer"
    assert [kind["type"] for kind in schema["properties"]["overall_absence_perc"]["anyOf"]] == ["number", "null"]


class Body(BaseModel):
    authority: str = Field(pattern=AUTHORITY)
    name: str = Field(max_length=3)


@pytest.mark.parametrize(
    ("urn", "authority", "name", "detail"),
    [
        ("12345", "991", "abc", "urn: a URN is six digits"),
        ("١٢٣٤٥٦", "991", "abc", "urn: a URN is six digits"),
        ("900001", "99", "abc", "authority: an LA's code is three digits"),
        ("900001", "991", "abcd", "name: should have at most 3 characters"),
    ],
)
async def test_a_missed_shape_is_said_in_words_and_without_the_value(urn: str, authority: str, name: str, detail: str) -> None:
    app = FastAPI()
    add_answers(app)

    @app.put("/{urn}")
    async def put(urn: Annotated[str, InPath(pattern=URN)], body: Body) -> None: ...

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here.test") as client:
        answer = await client.put(f"/{urn}", json={"authority": authority, "name": name})
    assert (answer.status_code, answer.json()) == (422, {"detail": detail})
