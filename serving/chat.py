"""OpenAI's chat completion objects: request, response, stream chunk and error, as far as this server keeps to them.

Source: OpenAI API reference, "Chat Completions". What would change the answer and is not supported is refused by name;
parameters without effect here (`user` aside, which keeps a session on its arm) are ignored as the reference allows.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MAX_CHOICES = 16
MAX_STOPS = 4
FinishReason = Literal["stop", "length"]


class ChatError(Exception):
    """An answer other than 200. `retry_after` in seconds where trying again makes sense."""

    def __init__(
        self, status: int, code: str, message: str, param: str | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.param, self.retry_after = status, code, message, param, retry_after

    def body(self) -> dict[str, Any]:
        return error_body(self.status, self.code, self.message, self.param)

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)} if self.retry_after is not None else {}


def error_body(status: int, code: str, message: str, param: str | None = None) -> dict[str, Any]:
    """The error object that OpenAI clients turn into their typed exceptions."""
    kinds = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"error": {"message": message, "type": kind, "code": code, "param": param}}


class TextPart(BaseModel):
    type: Literal["text"]
    text: str


class Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]

    @property
    def text(self) -> str:
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    include_usage: bool = False


class ChatRequest(BaseModel):
    """What a client asks. `model`: a deployment, or `model@version` for exactly that version."""

    model_config = ConfigDict(extra="allow")

    model: str = Field(min_length=1, max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=200)
    temperature: float = Field(default=1.0, ge=0.0, le=2.0)
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    n: int = Field(default=1, ge=1, le=MAX_CHOICES)
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    stop: list[str] = Field(default_factory=list, max_length=MAX_STOPS)
    seed: int | None = Field(default=None, ge=-(2**63), lt=2**63)
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: str | None = Field(default=None, max_length=500)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        return {name: value for name, value in data.items() if value is not None} if isinstance(data, dict) else data

    @field_validator("stop", mode="before")
    @classmethod
    def _one_stop_is_a_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("stop")
    @classmethod
    def _stops_have_text(cls, value: list[str]) -> list[str]:
        if not all(value):
            raise ValueError("a stop sequence must have at least one character")
        return value

    @property
    def limit(self) -> int | None:
        """Most tokens to generate per choice; None leaves it to the model's context."""
        return self.max_completion_tokens if self.max_completion_tokens is not None else self.max_tokens

    def unsupported(self) -> str | None:
        """The first parameter that would change the answer and that this server cannot honour."""
        extra = self.model_extra or {}
        for name in ("tools", "functions", "audio", "logit_bias", "prediction", "web_search_options"):
            if extra.get(name):
                return name
        for name in ("logprobs", "frequency_penalty", "presence_penalty", "top_logprobs"):
            if extra.get(name):
                return name
        shape = extra.get("response_format")
        return "response_format" if isinstance(shape, dict) and shape.get("type") != "text" else None


class Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


def usage(prompt: int, completion: int) -> Usage:
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


def completion(
    call_id: str, created: int, model: str, texts: list[tuple[str, FinishReason]], spent: Usage
) -> dict[str, Any]:
    """A whole answer; `texts` holds one (text, finish reason) per choice."""
    choices = [
        {
            "index": index,
            "message": {"role": "assistant", "content": text, "refusal": None},
            "finish_reason": reason,
            "logprobs": None,
        }
        for index, (text, reason) in enumerate(texts)
    ]
    return {
        "id": call_id,
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": choices,
        "usage": spent.model_dump(),
    }


def chunk(
    call_id: str, created: int, model: str, index: int, delta: dict[str, str], reason: FinishReason | None = None
) -> dict[str, Any]:
    """A piece of a streamed answer."""
    choice = {"index": index, "delta": delta, "finish_reason": reason, "logprobs": None}
    return {"id": call_id, "object": "chat.completion.chunk", "created": created, "model": model, "choices": [choice]}


def usage_chunk(call_id: str, created: int, model: str, spent: Usage) -> dict[str, Any]:
    """The last piece of a stream whose client asked for `include_usage`: no choice, only the count."""
    found = chunk(call_id, created, model, 0, {})
    return {**found, "choices": [], "usage": spent.model_dump()}


def model_list(names: list[tuple[str, int, str]]) -> dict[str, Any]:
    """`/v1/models` of (id, created in Unix seconds, owner)."""
    return {
        "object": "list",
        "data": [{"id": name, "object": "model", "created": at, "owned_by": owner} for name, at, owner in names],
    }
