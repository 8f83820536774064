"""What an endpoint is asked: a Jinja template, rendered in a sandbox, and the request made of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from processors.generation.passage import Passage

DEFAULT_TEMPLATE = """\
Write {{ count }} question{{ "s" if count != 1 }} that can be answered from the passage alone.
For each one give the answer, copied word for word from the passage, and as quote the whole sentence of the passage
that holds the answer. Make the questions different from each other and understandable without the passage at hand.
{% if title %}The passage stands under the heading: {{ title }}
{% endif %}
Passage:
{{ passage }}

Reply with JSON only: {"items": [{"question": "...", "answer": "...", "quote": "..."}]}
"""
SYSTEM = "You write exact reading questions. You reply with one JSON object and nothing else."
LONGEST_PROMPT = 64_000
DEFAULT_MAX_TOKENS = 1024


class PromptRefused(Exception):
    """The template cannot be rendered; the message says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request to an endpoint: `body` is the JSON that is sent, `sha256` of it and of the address names it."""

    body: dict[str, Any]
    sha256: str
    template_sha256: str


def render(template: str, passage: Passage, count: int) -> str:
    """The prompt for `count` items about `passage`. Variables: passage, title, count.

    No attribute of a Python object and no unbounded range can be reached. Raises PromptRefused.
    """
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()  # `range` would make long loops easy
    parts: list[str] = []
    length = 0
    try:
        for part in environment.from_string(template or DEFAULT_TEMPLATE).generate(
            passage=passage.text, title=passage.section_title, count=count
        ):
            parts.append(part)
            length += len(part)
            if length > LONGEST_PROMPT:
                raise PromptRefused(f"the template yields more than {LONGEST_PROMPT} characters")
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise PromptRefused(f"the template cannot be rendered: {error}") from error
    return "".join(parts)


def ask(
    endpoint: str,
    model: str,
    template: str,
    passage: Passage,
    count: int,
    temperature: float,
    max_tokens: int,
    seed: int,
) -> Question:
    """The request for `count` items about `passage`; `seed` differs between repeats of a question."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": render(template, passage, count)},
        ],
        "temperature": temperature,
        "max_tokens": max_tokens or DEFAULT_MAX_TOKENS,
        "seed": seed,
        "response_format": {"type": "json_object"},
        "stream": False,
    }
    named = json.dumps([endpoint, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    template_hash = hashlib.sha256((template or DEFAULT_TEMPLATE).encode()).hexdigest()
    return Question(body, hashlib.sha256(named.encode()).hexdigest(), template_hash)
