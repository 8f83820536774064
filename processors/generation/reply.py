"""What an endpoint answered, made into candidates: every item is checked against the passage."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from processors.generation.checking import check
from processors.generation.json_items import items
from processors.generation.passage import Candidate, Passage

KIND = "llm"
CUT = "reply_cut"
NOT_JSON = "reply_not_json"
EMPTY = "reply_empty"


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a chat completion with what the server says about it."""

    text: str
    finish: str
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Read:
    """Candidates of a reply and how many items were put aside for which reason; `whole` unless the reply was cut."""

    candidates: tuple[Candidate, ...]
    aside: Counter[str]
    whole: bool


def content(raw: bytes) -> Content | None:
    """The first choice of a chat completion (OpenAI API); None where the body holds none."""
    try:
        body = json.loads(raw)
        choice = body["choices"][0]
        text = choice["message"]["content"]
    except (ValueError, LookupError, TypeError):
        return None
    if not isinstance(text, str):
        return None
    usage = body.get("usage") if isinstance(body.get("usage"), dict) else {}
    return Content(
        text, str(choice.get("finish_reason") or ""), _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    )


def read(found: Content, passages: Sequence[Passage], kind: str = KIND) -> Read:
    """Items of a reply. A reply that was cut (by its length, or in the middle of its JSON) never yields its last item:
    an open one is not guessed, and one that was closed at the very end may have been closed by the cut."""
    aside: Counter[str] = Counter()
    if not found.text.strip():
        return Read((), Counter({EMPTY: 1}), False)
    listed, whole, repaired = items(found.text)
    if found.finish == "length":
        listed = listed[:-1] if whole else listed
        whole = False
    if not whole:
        aside[CUT if "{" in found.text or "[" in found.text else NOT_JSON] += 1
    candidates: list[Candidate] = []
    for item in listed:
        checked = check(item, passages, kind)
        if isinstance(checked, Candidate):
            candidates.append(replace(checked, repaired=True) if repaired else checked)
        else:
            aside[checked] += 1
    return Read(tuple(candidates), aside, whole)


def refusal(raw: bytes) -> str:
    """What a server says in an error that it sends with status 200, as some do for a prompt that is too long; empty
    where the body is no error."""
    try:
        error = json.loads(raw)["error"]
    except (ValueError, LookupError, TypeError):
        return ""
    text = error.get("message") if isinstance(error, dict) else error
    return str(text)[:300] if text else ""


def _count(usage: Any, name: str) -> int:
    value = usage.get(name, 0)
    return value if isinstance(value, int) and value >= 0 else 0
