"""The items in the text of a reply: whole JSON, JSON whose form had to be mended, or what a cut left whole."""

from __future__ import annotations

import ast
import json
import re
from typing import Any, NamedTuple

STRICT = json.JSONDecoder()
LENIENT = json.JSONDecoder(strict=False)
"""Takes line ends inside strings, which models forget to escape."""
START = re.compile(r"[\[{]")
TRAILING_COMMA = re.compile(r",(\s*[\]}])")
MARKS = ("question", "turns")
LONGEST_MENDED, MOST_FAILURES = 200_000, 2_000


class Items(NamedTuple):
    """Finished items; `whole` unless the JSON ends before its end; `repaired` where its form was not JSON."""

    found: list[Any]
    whole: bool
    repaired: bool


def items(text: str) -> Items:
    """All finished items. Text and code fences around the JSON do not matter; an open item is never guessed."""
    for mark in START.finditer(text):
        try:
            value, _ = STRICT.raw_decode(text, mark.start())
        except (ValueError, RecursionError):
            break
        listed = _listed(value)
        if listed is not None:
            return Items(listed, True, False)
    mended = _mended(text)
    if mended is not None:
        return Items(mended, True, True)
    return Items(_finished(text), False, False)


def _listed(value: Any) -> list[Any] | None:
    found = value.get("items") if isinstance(value, dict) else value
    if isinstance(found, list):
        return found
    return [value] if isinstance(value, dict) and any(name in value for name in MARKS) else None


def _mended(text: str) -> list[Any] | None:
    """Items of JSON with line ends in strings, commas before a bracket, or Python's quotes; None where it stays
    unreadable, and always where it does not come to its end."""
    start, end = START.search(text), max(text.rfind("]"), text.rfind("}"))
    if start is None or end < start.start() or len(text) > LONGEST_MENDED:
        return None
    inner = text[start.start() : end + 1]
    for attempt in (inner, TRAILING_COMMA.sub(r"\1", inner)):
        try:
            return _listed(LENIENT.decode(attempt))
        except (ValueError, RecursionError):
            continue
    try:
        return _listed(ast.literal_eval(inner))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _finished(text: str) -> list[Any]:
    """The objects of a cut reply that are complete."""
    found: list[Any] = []
    place = failures = 0
    while failures < MOST_FAILURES and (start := text.find("{", place)) >= 0:
        try:
            value, place = STRICT.raw_decode(text, start)
        except (ValueError, RecursionError):
            place, failures = start + 1, failures + 1
            continue
        if isinstance(value, dict) and any(name in value for name in MARKS):
            found.append(value)
    return found
