"""What every service answers over HTTP when it does not do what was asked: one sentence, under the status that says why."""

import json
import re
from types import UnionType
from typing import Any, Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from shared.errors import Conflict, NotFound, NotKnownThere, NotNow, Permanent, Transient, WorldAway
from shared.mongo import AWAY
from shared.patterns import IN_WORDS


class Problem(BaseModel):
    """Why it was not done and, where something can be, what to do. It never repeats what was sent."""

    detail: str


MEANINGS: Final = {
    400: "The upload broke off; nothing of it is stored",
    401: "No bearer token, or one that is not valid here",
    403: "The token's role may not do this; the detail names the roles that may",
    404: "There is no such thing, or none of a school that the caller covers",
    409: "Its state does not allow this now, or somebody else changed it meanwhile",
    413: "Larger than 32 MB: push it in parts",
    422: "Refused: the detail names the field or the reason",
    408: "The upload stood still or came too slowly: nothing of it is stored; send it again",
    429: "Too many wrong tries: wait for the seconds of Retry-After",
    503: "A part of the system does not answer: send it again after the seconds of Retry-After",
}
PLAIN: Final = {"missing": "is missing", "extra_forbidden": "is not known here"}
"""What is said of a field, instead of what the validation calls it."""
EVERYWHERE: Final = (401, 403, 422, 503)
"""What any operation may answer."""

SERVED_BY_OTHERS: Final = (WorldAway, Transient, *AWAY)
"""What is raised where a database or another service does not answer."""
AWAY_SAID: Final = "a part of the system does not answer; send it again"
AWAY_FOR: Final = {"Retry-After": "5"}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation that may answer with these statuses."""
    return {status: {"model": Problem, "description": MEANINGS[status]} for status in statuses}


def also(status: int, model: type[BaseModel] | UnionType, description: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation that has a second way to succeed."""
    return {status: {"model": model, "description": description}}


def add_answers(app: FastAPI) -> None:
    """Turns what is raised anywhere in the application into a Problem."""
    app.add_exception_handler(RequestValidationError, _unfit)
    for kind in SERVED_BY_OTHERS:
        app.add_exception_handler(kind, _away)
    app.add_exception_handler(Permanent, _permanent)
    app.add_exception_handler(NotFound, _not_found)
    app.add_exception_handler(NotNow, _not_now)
    app.add_exception_handler(NotKnownThere, _not_found)
    app.add_exception_handler(Conflict, _conflict)


async def whole_characters(request: Request) -> None:
    """A dependency of every operation: 422 for a JSON body with half of a character, a surrogate that stands alone. JSON can say it
    (RFC 8259 8.2), and UTF-8 cannot, so that it could not be stored, sealed or answered. A body that is a file is not looked at."""
    if getattr(request.scope["route"], "body_field", None) is None:
        return
    try:
        json.dumps(await request.json(), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise HTTPException(422, "the body: half of a character (a surrogate that stands alone) is in it") from None
    except (ValueError, RecursionError):
        return  # it is no JSON, or no shape is so deep: that is said where its shape is looked at


async def _away(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse({"detail": AWAY_SAID}, 503, AWAY_FOR)


async def _permanent(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 422)


async def _not_found(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 404)


async def _not_now(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 409)


async def _conflict(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse({"detail": "somebody else changed it meanwhile; read it again"}, 409)


async def _unfit(_: Request, error: Exception) -> JSONResponse:
    """Which field, and what it should be; never the value."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    return JSONResponse({"detail": "; ".join(f"{_named(fault['loc'])} {_in_words(fault)}" for fault in faults)}, 422)


def _named(place: tuple[str | int, ...]) -> str:
    """The field, or the item of a list, as whoever wrote the request knows it."""
    inner = [str(part + 1) if isinstance(part, int) else part for part in place[1:]]
    return f"{' '.join(inner)}:" if inner else f"the {place[0]}:"


def _in_words(fault: dict[str, Any]) -> str:
    plain = PLAIN.get(fault["type"]) or re.sub(r"^(Value error, |\w+ (?=should ))", "", fault["msg"])
    return IN_WORDS.get(fault.get("ctx", {}).get("pattern", ""), plain)
