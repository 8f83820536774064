"""Requests, errors, ids and tokens of the serving room, without a server."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from serving.access import OPEN_TENANT, tenant_of
from serving.call_id import new_call, read, write
from serving.chat import ChatError, ChatRequest

ASK = {"model": "answers", "messages": [{"role": "user", "content": "hello"}]}
SECRET = "a secret of at least thirty-two bytes"


def ask(**more: Any) -> ChatRequest:
    return ChatRequest.model_validate({**ASK, **more})


def test_defaults_are_those_of_the_reference() -> None:
    asked = ask()
    assert (asked.temperature, asked.top_p, asked.n, asked.stream, asked.stop, asked.limit) == (
        1,
        1,
        1,
        False,
        [],
        None,
    )


def test_explicit_nulls_mean_defaults() -> None:
    assert ask(temperature=None, stop=None, n=None, stream=None) == ask()


def test_one_stop_and_many_stops() -> None:
    assert ask(stop="x").stop == ["x"] and ask(stop=["x", "y"]).stop == ["x", "y"]


def test_the_newer_name_of_the_limit_wins() -> None:
    assert ask(max_tokens=5).limit == 5 and ask(max_tokens=5, max_completion_tokens=7).limit == 7


def test_text_parts_are_joined() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert ask(messages=[{"role": "user", "content": parts}]).messages[0].text == "ab"


@pytest.mark.parametrize(
    "wrong",
    [
        {"messages": []},
        {"n": 17},
        {"temperature": 2.1},
        {"top_p": 0},
        {"max_tokens": 0},
        {"stop": ["a"] * 5},
        {"stop": ""},
        {"messages": [{"role": "robot", "content": "x"}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}]},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(**wrong)


@pytest.mark.parametrize(
    ("extra", "name"),
    [
        ({"tools": [{}]}, "tools"),
        ({"logprobs": True}, "logprobs"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"response_format": {"type": "text"}, "logprobs": False, "frequency_penalty": 0, "store": True}, None),
    ],
)
def test_what_would_change_the_answer_is_named(extra: dict[str, Any], name: str | None) -> None:
    assert ask(**extra).unsupported() == name


def test_an_error_has_the_reference_shape_and_its_retry() -> None:
    error = ChatError(429, "queue_full", "too many", retry_after=3)
    assert error.body() == {
        "error": {"message": "too many", "type": "rate_limit_error", "code": "queue_full", "param": None}
    }
    assert error.headers() == {"Retry-After": "3"}


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_call_id_reads_back(deployment: str, version: str) -> None:
    call = new_call("acme", deployment, "qa", version, "canary")
    assert read(write(call, SECRET), SECRET) == call


@pytest.mark.parametrize("text", ["", "call-", "chatcmpl-123", "call-%%%", "call-AAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_foreign_call_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no such call"):
        read(text, SECRET)


def test_a_call_id_of_another_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="no such call"):
        read(write(new_call("acme", "answers", "qa", "1.0.0", "canary"), SECRET + "x"), SECRET)


def test_outcome_ids_differ_by_source_only() -> None:
    call = new_call("acme", "answers", "qa", "1.0.0", "canary")
    assert call.outcome_id("a") == call.outcome_id("a") != call.outcome_id("b")


def token(**claims: Any) -> str:
    return "Bearer " + jwt.encode({"tenant": "acme", "exp": time.time() + 86_400, **claims}, SECRET, "HS256")


def test_the_tenant_comes_from_the_token() -> None:
    assert tenant_of(token(), SECRET) == "acme"
    assert tenant_of(None, "") == OPEN_TENANT


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "invalid_api_key"),
        ("Basic abc", "invalid_api_key"),
        ("Bearer abc", "invalid_api_key"),
        (token(exp=time.time() - 1), "token_expired"),
        (token(tenant=""), "invalid_api_key"),
        (token(tenant="a/b"), "invalid_api_key"),
        (token(use="refresh"), "invalid_api_key"),
        (
            "Bearer " + jwt.encode({"tenant": "acme", "exp": time.time() + 86_400}, SECRET + "x", "HS256"),
            "invalid_api_key",
        ),
        ("Bearer " + jwt.encode({"tenant": "acme", "exp": time.time() + 86_400}, None, "none"), "invalid_api_key"),
        ("Bearer " + jwt.encode({"tenant": "acme"}, SECRET, "HS256"), "invalid_api_key"),
    ],
)
def test_a_bad_token_is_refused(header: str | None, code: str) -> None:
    with pytest.raises(ChatError) as refused:
        tenant_of(header, SECRET)
    assert (refused.value.status, refused.value.code) == (401, code)
