"""Chat from the browser: the same origin and the same login, passed on to the router and streamed back.

The answers are OpenAI's, so that a page and any OpenAI client read the same thing; only errors come in this API's form.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import aiohttp
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api import backend
from api.access import Someone, requires
from api.body import Body
from api.envelope import Attributes, Item, item
from api.errors import Problem, documented
from serving.chat import ChatRequest, Usage

router = APIRouter(prefix="/chat", tags=["chat"])
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=2, sock_read=130)
ASKED = documented(400, 401, 403, 404, 422, 429, 503)
PASSED = ("Studio-Version", "Studio-Role")  # who answered: model@version, and as what


class AnswerMessage(BaseModel):
    """What the model says."""

    role: Literal["assistant"]
    content: str
    refusal: str | None = None


class Choice(BaseModel):
    """One answer of `n`."""

    index: int
    message: AnswerMessage
    finish_reason: str


class ChatCompletion(BaseModel):
    """OpenAI's object. id: what an outcome is reported about."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage


class NewOutcome(Body):
    """A judgement on an answer: its `id`, and a score from 0 to 1. One counts per source: by default, per person."""

    call_id: Annotated[str, Field(min_length=1, max_length=2000)]
    score: Annotated[float, Field(ge=0, le=1)]
    source: Annotated[str, Field(max_length=100)] = ""


class OutcomeAttributes(Attributes):
    """What counts for this answer and source; repeated: it was told before, and the first one stays."""

    score: float
    source: str
    repeated: bool = False


@router.post(
    "/completions",
    dependencies=requires("models:call"),
    response_model=ChatCompletion,
    responses={
        200: {
            "description": "The answer; with `stream` its pieces as Server-Sent Events, ended by `[DONE]`.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **ASKED,
    },
)
async def completions(
    request: Request,
    who: Someone,
    body: ChatRequest,
    studio_session: Annotated[str, Header(max_length=500, description="Keeps a session on its version.")] = "",
) -> Response:
    """Ask a deployment, or exactly one version as `model@version`. Calls are recorded, as every client's are."""
    headers = {"Content-Type": "application/json", **({"Studio-Session": studio_session} if studio_session else {})}
    answer = await _ask(request, "/v1/chat/completions", await request.body(), headers)
    told = {name: answer.headers[name] for name in PASSED if name in answer.headers}
    if answer.content_type == "text/event-stream":
        told |= {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_pieces(answer), 200, told, "text/event-stream")
    return Response(await _whole(answer), 200, told, "application/json")


@router.post("/outcomes", dependencies=requires("models:call"), responses=ASKED)
async def outcomes(request: Request, who: Someone, body: NewOutcome) -> Item[OutcomeAttributes]:
    """Judge an answer; a deployment on trial is promoted or rolled back by such judgements."""
    asked = {"call_id": body.call_id, "score": body.score, "source": body.source or f"person/{who.user_id}"}
    headers = {"Content-Type": "application/json"}
    answer = await _ask(request, "/v1/outcomes", json.dumps(asked).encode(), headers)
    return item(body.call_id, "outcome", OutcomeAttributes.model_validate_json(await _whole(answer)))


async def _ask(request: Request, path: str, body: bytes, headers: dict[str, str]) -> aiohttp.ClientResponse:
    """The router's answer with status 200, its body unread.

    Raises:
        Problem: what the router says no to; 503 where it does not answer.
    """
    found = backend.of(request)
    headers["Authorization"] = request.headers["authorization"]
    headers["traceparent"] = request.scope.get("studio.traceparent", "")
    try:
        answer = await found.client.post(found.router_url + path, data=body, headers=headers, timeout=TIMEOUT)
        if answer.status == 200:
            return answer
        async with answer:
            raise _refused(answer, await answer.read())
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _away(error) from error


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    try:
        async with answer:
            return await answer.read()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _away(error) from error


async def _pieces(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The stream as it comes; one that breaks off ends with an error that its reader can tell from an end."""
    try:
        async with answer:
            async for piece in answer.content.iter_any():
                yield piece
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        problem = {"error": {"code": "ROUTER_AWAY", "message": f"the answer broke off: {error}", "details": {}}}
        yield b"\n\ndata: " + json.dumps(problem).encode() + b"\n\n"


def _refused(answer: aiohttp.ClientResponse, body: bytes) -> Problem:
    """The router's error (OpenAI's form) in ours, with its status, code and parameter."""
    try:
        error: dict[str, Any] = json.loads(body)["error"]
        code, message = str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        return Problem(503, "ROUTER_AWAY", f"the router answered with status {answer.status}", remedy="try again")
    again = answer.headers.get("Retry-After", "")
    field, headers = str(error.get("param") or ""), {"Retry-After": again} if again else {}
    remedy = {404: "list what can be asked at /api/v1/deployments and /api/v1/models", 503: "start a serving worker"}
    return Problem(
        answer.status, code.upper(), message, field=field, reason=message, remedy=remedy.get(answer.status, ""),
        headers=headers,
    )  # fmt: skip


def _away(error: Exception) -> Problem:
    reason = f"{type(error).__name__}: {error}"[:300]
    return Problem(
        503, "ROUTER_AWAY", "the router does not answer", reason=reason, remedy="start it with `studio run router`",
        headers={"Retry-After": "2"},
    )  # fmt: skip
