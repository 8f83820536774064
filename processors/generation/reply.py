"""What an endpoint answered, made into candidates: every item is checked against the passage."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from processors.generation.passage import Candidate, Passage

KIND = "llm"
CUT = "reply_cut"
NOT_JSON = "reply_not_json"
EMPTY = "reply_empty"
INVALID = "item_invalid"
NO_QUOTE = "quote_not_in_passage"
NO_ANSWER = "answer_not_in_quote"
LONGEST_QUESTION, LONGEST_ANSWER = 600, 400
OBJECT = re.compile(r"\{")


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


def read(found: Content, passage: Passage) -> Read:
    """Items of a reply. A reply that was cut (by its length, or in the middle of its JSON) yields its finished items
    only: the last, open one is never guessed."""
    aside: Counter[str] = Counter()
    if not found.text.strip():
        return Read((), Counter({EMPTY: 1}), False)
    items, whole = _items(found.text)
    if found.finish == "length":
        whole = False
    if not whole:
        aside[CUT if "{" in found.text or "[" in found.text else NOT_JSON] += 1
    candidates: list[Candidate] = []
    for item in items:
        checked = check(item, passage)
        if isinstance(checked, Candidate):
            candidates.append(checked)
        else:
            aside[checked] += 1
    return Read(tuple(candidates), aside, whole)


def check(item: Any, passage: Passage) -> Candidate | str:
    """The candidate in an item, or the reason why it is none: {"question", "answer", "quote"} as strings, the quote
    in the passage (white space aside), the answer in the quote."""
    if not isinstance(item, dict):
        return INVALID
    question, answer, quote = (item.get(name) for name in ("question", "answer", "quote"))
    if not (isinstance(question, str) and isinstance(answer, str) and isinstance(quote, str)):
        return INVALID
    question = " ".join(question.split())
    if not 5 <= len(question) <= LONGEST_QUESTION or not answer.strip() or len(answer) > LONGEST_ANSWER:
        return INVALID
    at = _find(passage.text, quote, 0, len(passage.text))
    if at is None:
        return NO_QUOTE
    inside = _find(passage.text, answer.strip().rstrip("."), at[0], at[1])
    if inside is None:
        return NO_ANSWER
    plain = Candidate(KIND, passage, question, inside[0], inside[1], at[0], at[1])
    return Candidate(KIND, passage, question, *inside, *at, quality=_quality(plain))


def _find(text: str, wanted: str, start: int, end: int) -> tuple[int, int] | None:
    words = wanted.split()
    if not words:
        return None
    match = re.compile(r"\s+".join(map(re.escape, words))).search(text, start, end)
    return match.span() if match else None


def _quality(candidate: Candidate) -> float:
    """The same scale as the extractive generator's: a place that is unique, a short answer, a real question."""
    score = 0.6
    score += 0.2 if candidate.passage.text.lower().count(candidate.answer.lower()) == 1 else 0.0
    score += 0.1 if len(candidate.answer.split()) <= 14 else 0.0
    score += 0.1 if candidate.question.endswith("?") else 0.0
    if candidate.answer.lower() in candidate.question.lower():
        score -= 0.4
    return round(max(0.0, score), 4)


def _items(text: str) -> tuple[list[Any], bool]:
    """All finished items, and whether the JSON was whole. Text and code fences around it do not matter."""
    decoder = json.JSONDecoder()
    for mark in re.finditer(r"[\[{]", text):
        try:
            value, _ = decoder.raw_decode(text, mark.start())
        except ValueError:
            break
        found = value.get("items") if isinstance(value, dict) else value
        if isinstance(found, list):
            return found, True
        if isinstance(value, dict) and "question" in value:
            return [value], True
    return _finished(text, decoder), False


def _finished(text: str, decoder: json.JSONDecoder) -> list[Any]:
    """The objects of a cut reply that are complete."""
    items: list[Any] = []
    place = 0
    while mark := OBJECT.search(text, place):
        try:
            value, place = decoder.raw_decode(text, mark.start())
        except ValueError:
            place = mark.end()
            continue
        if isinstance(value, dict) and "question" in value:
            items.append(value)
    return items


def _count(usage: Any, name: str) -> int:
    value = usage.get(name, 0)
    return value if isinstance(value, int) and value >= 0 else 0
