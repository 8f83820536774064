"""What an endpoint is asked: a Jinja template, rendered in a sandbox, and the request made of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from processors.generation.kinds import schema
from processors.generation.passage import Passage
from processors.generation.recipe import Part, Recipe
from processors.generation.templates import TEMPLATES

SYSTEM = "You write exact training samples from documents. You reply with one JSON object and nothing else."
LONGEST_PROMPT = 64_000
DEFAULT_MAX_TOKENS = 1024
MARKS = 96
"""Tokens that a chat template adds to two messages; the longest in use (with a date and tool rules) add about 60."""


class PromptRefused(Exception):
    """The template cannot be rendered; the message says why."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question to the endpoint is about: its passages (two for multi-hop), the part, and who asks how."""

    passages: tuple[Passage, ...]
    part: Part
    persona: str = ""
    language: str = ""

    @property
    def kind(self) -> str:
        return self.part.kind or "llm"

    @property
    def places(self) -> str:
        """JSON of the passages, as (document, chunk id)."""
        return json.dumps([[passage.document_id, passage.chunk_id] for passage in self.passages])


@dataclass(frozen=True, slots=True)
class Question:
    """One request to an endpoint: `body` is the JSON that is sent, `sha256` of it and of the address names it."""

    body: dict[str, Any]
    sha256: str
    template_sha256: str

    def sent(self) -> bytes:
        """The body as JSON, for the store."""
        return json.dumps(self.body, ensure_ascii=False).encode()


def render(topic: Topic, count: int) -> str:
    """The prompt for `count` items. Variables: passage, other, title, count, kind, persona, language, turns.

    No attribute of a Python object and no unbounded range can be reached. Raises PromptRefused.
    """
    passages = topic.passages
    parts: list[str] = []
    length = 0
    try:
        for part in _template(topic.part.template or TEMPLATES[topic.kind]).generate(
            passage=passages[0].text,
            other=passages[1].text if len(passages) > 1 else "",
            title=passages[0].section_title,
            count=count,
            kind=topic.kind,
            persona=topic.persona,
            language=topic.language,
            turns=topic.part.turns,
        ):
            parts.append(part)
            length += len(part)
            if length > LONGEST_PROMPT:
                raise PromptRefused(f"the template yields more than {LONGEST_PROMPT} characters")
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise PromptRefused(f"the template cannot be rendered: {error}") from error
    return "".join(parts)


@lru_cache(maxsize=64)
def _template(source: str) -> Template:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    environment.globals.clear()  # `range` would make long loops easy
    return environment.from_string(source)


def ask(recipe: Recipe, topic: Topic, count: int, seed: int) -> Question:
    """The request for `count` items; `seed` differs between repeats of a question."""
    body: dict[str, Any] = {
        "model": recipe.model,
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": render(topic, count)},
        ],
        "temperature": recipe.temperature,
        "max_tokens": recipe.max_tokens or DEFAULT_MAX_TOKENS,
        "seed": seed,
        "stream": False,
    }
    if recipe.structure == "json_schema":
        shape = {"name": "items", "strict": True, "schema": schema(topic.kind, count)}
        body["response_format"] = {"type": "json_schema", "json_schema": shape}
    elif recipe.structure == "json_object":
        body["response_format"] = {"type": "json_object"}
    named = json.dumps([recipe.endpoint, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    template_hash = hashlib.sha256((topic.part.template or TEMPLATES[topic.kind]).encode()).hexdigest()
    return Question(body, hashlib.sha256(named.encode()).hexdigest(), template_hash)


def most_tokens(body: dict[str, Any]) -> tuple[int, int]:
    """(in, out): no tokenizer makes more tokens of a request than it has bytes, MARKS for the chat template aside, and
    no server that keeps to `max_tokens` answers with more."""
    size = sum(len(message["content"].encode()) for message in body["messages"])
    return size + MARKS, body["max_tokens"]
