"""Each item of a reply, checked against its passages: what it holds, and that its quotes stand there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from processors.generation.kinds import KINDS
from processors.generation.passage import Candidate, Passage

INVALID = "item_invalid"
NO_QUOTE = "quote_not_in_passage"
NO_ANSWER = "answer_not_in_quote"
LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_REASONING = 600, 400, 4000
TRUTH = {"true": "True", "false": "False"}
Place = tuple[Passage, int, int]


class Wrong(Exception):
    """Why an item is not taken."""


def check(item: Any, passages: Sequence[Passage], kind: str = "llm") -> Candidate | str:
    """The candidate in an item, or the reason why it is none."""
    try:
        return _checked(item, passages, kind)
    except Wrong as wrong:
        return str(wrong)


def _checked(item: Any, passages: Sequence[Passage], kind: str) -> Candidate:
    if not isinstance(item, dict):
        raise Wrong(INVALID)
    allowed = KINDS[kind].fields
    if any(name not in item for name in allowed):
        raise Wrong(INVALID)
    places = _places(item, passages)
    if kind == "multi_hop" and len({place[0].chunk_id for place in places}) < 2:
        raise Wrong("quotes_of_one_passage_only")
    passage, start, end = places[0]
    if kind == "conversation":
        found = _conversation(item, passage, start, end)
    else:
        question = " ".join(_text(item, "question", LONGEST_QUESTION, 5).split())
        answer = _text(item, "answer", LONGEST_ANSWER)
        if kind == "llm":
            inside = find(passage.text, answer.rstrip("."), start, end)
            if inside is None:
                raise Wrong(NO_ANSWER)
            found = Candidate(kind, passage, question, *inside, start, end)
        else:
            found = Candidate(kind, passage, question, start, end, start, end, told=answer)
    found = replace(_special(found, item, kind), further=tuple(places[1:]))
    return replace(found, quality=_quality(found))


def _special(found: Candidate, item: dict[str, Any], kind: str) -> Candidate:
    """What a kind has beside question and answer."""
    if kind == "true_false":
        truth = TRUTH.get(found.told.strip().rstrip(".").lower())
        if truth is None:
            raise Wrong("answer_neither_true_nor_false")
        return replace(found, told=truth)
    if kind == "multiple_choice":
        given = item["choices"]
        if not isinstance(given, list) or not all(isinstance(choice, str) and choice.strip() for choice in given):
            raise Wrong(INVALID)
        choices = tuple(" ".join(choice.split()) for choice in given)
        if not 3 <= len(choices) <= 6 or len({choice.lower() for choice in choices}) < len(choices):
            raise Wrong("choices_not_distinct")
        right = [choice for choice in choices if choice.lower() == " ".join(found.told.split()).lower()]
        if not right:
            raise Wrong("answer_not_among_choices")
        return replace(found, told=right[0], choices=choices)
    if kind == "reasoning":
        return replace(found, reasoning=_text(item, "reasoning", LONGEST_REASONING))
    if kind == "preference":
        rejected = _text(item, "rejected", LONGEST_ANSWER)
        if rejected.lower() == found.told.lower():
            raise Wrong("rejected_is_the_answer")
        return replace(found, rejected=rejected)
    return found


def _conversation(item: dict[str, Any], passage: Passage, start: int, end: int) -> Candidate:
    turns = item["turns"]
    if not isinstance(turns, list) or not 2 <= len(turns) <= 8 or not all(isinstance(turn, dict) for turn in turns):
        raise Wrong(INVALID)
    messages: list[tuple[str, str]] = []
    for turn in turns:
        messages.append(("user", _text(turn, "question", LONGEST_QUESTION, 2)))
        messages.append(("assistant", _text(turn, "answer", LONGEST_REASONING)))
    question, answer = messages[-2][1], messages[-1][1]
    return Candidate("conversation", passage, question, start, end, start, end, told=answer, messages=tuple(messages))


def _places(item: dict[str, Any], passages: Sequence[Passage]) -> list[Place]:
    quotes = item["quotes"] if "quotes" in item else [item.get("quote")]
    if not isinstance(quotes, list) or not quotes or not all(isinstance(quote, str) for quote in quotes):
        raise Wrong(INVALID)
    places: list[Place] = []
    for quote in quotes[:6]:
        found = None
        for passage in passages:
            at = find(passage.text, quote, 0, len(passage.text))
            if at is not None:
                found = (passage, *at)
                break
        if found is None:
            raise Wrong(NO_QUOTE)
        places.append(found)
    return places


def _text(item: dict[str, Any], name: str, longest: int, shortest: int = 1) -> str:
    value = item.get(name)
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Wrong(INVALID)
    value = value.strip()
    if not shortest <= len(value) <= longest:
        raise Wrong(INVALID)
    return value


def find(text: str, wanted: str, start: int, end: int) -> tuple[int, int] | None:
    """The first place of some words in `text[start:end]`, whatever white space is between them."""
    plain = text.find(wanted, start, end)  # the usual case, without a pattern for each quote
    if plain >= 0 and wanted.strip() == wanted and wanted:
        return plain, plain + len(wanted)
    words = wanted.split()
    if not words:
        return None
    match = re.compile(r"\s+".join(map(re.escape, words))).search(text, start, end)
    return match.span() if match else None


def _quality(candidate: Candidate) -> float:
    """The same scale as the extractive generator's: a place that is unique, a short answer, a real question."""
    score = 0.6
    score += 0.2 if candidate.told or candidate.passage.text.lower().count(candidate.answer.lower()) == 1 else 0.0
    score += 0.1 if len(candidate.answer.split()) <= 14 else 0.0
    score += 0.1 if candidate.question.endswith("?") or candidate.kind == "true_false" else 0.0
    if candidate.kind in ("llm", "multi_hop") and candidate.answer.lower() in candidate.question.lower():
        score -= 0.4
    return round(max(0.0, score), 4)
