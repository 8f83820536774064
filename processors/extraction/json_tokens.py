"""The tokens of JSON (RFC 8259) with their places; strict, without recursion."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.extraction.unreadable import Unreadable

TOKEN = re.compile(
    r"[ \t\n\r]*(?:(?P<string>\"(?:[^\"\\\x00-\x1f]++|\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4}))*+\")"
    r"|(?P<number>-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][-+]?\d++)?)"
    r"|(?P<word>true|false|null)|(?P<mark>[\[\]{}:,]))"
)
DEEPEST = 200
Token = tuple[str, int, int]
"""string, number, word or the mark itself; start and end in the text."""
AFTER_VALUE = {"[": ",]", "{": ",}", "": ""}


def tokens(text: str, position: int = 0, end: int | None = None) -> Iterator[Token]:
    """All tokens of one value. A string is a "key" where it names a member.

    Raises Unreadable DAMAGED_JSON with line and column.
    """
    end = len(text) if end is None else end
    stack: list[str] = []
    expected = "value"
    while True:
        found = TOKEN.match(text, position, end)
        if found is None:
            rest = text[position:end]
            if not rest.strip() and expected == "end":
                return
            raise _error(text, position + len(rest) - len(rest.lstrip()), "something else than JSON")
        kind = found.lastgroup or ""
        start, position = found.span(kind)
        if kind == "mark":
            kind = text[start]
        yield _allowed(text, kind, expected, stack, start), start, position
        expected = _next(text, kind, expected, stack, start)


def _allowed(text: str, kind: str, expected: str, stack: list[str], start: int) -> str:
    value = kind in ("string", "number", "word", "[", "{")
    fits = (
        (expected in ("value", "first value") and value)
        or (expected == "first value" and kind == "]")
        or (expected in ("key", "first key") and kind == "string")
        or (expected == "first key" and kind == "}")
        or (expected == "colon" and kind == ":")
        or (expected == "more" and kind in AFTER_VALUE[stack[-1] if stack else ""])
    )
    if not fits:
        raise _error(text, start, text[start : start + 20])
    return "key" if kind == "string" and "key" in expected else kind


def _next(text: str, kind: str, expected: str, stack: list[str], start: int) -> str:
    if kind in "[{":
        stack.append(kind)
        if len(stack) > DEEPEST:
            raise _error(text, start, f"more than {DEEPEST} levels")
        return "first value" if kind == "[" else "first key"
    if kind in ("]", "}"):
        stack.pop()
    elif kind == ":":
        return "value"
    elif kind == ",":
        return "value" if stack[-1] == "[" else "key"
    elif "key" in expected:
        return "colon"
    return "more" if stack else "end"


def _error(text: str, place: int, found: str) -> Unreadable:
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    return Unreadable("DAMAGED_JSON", f"Line {line}, column {column}: found {found[:60]!r}, which is not JSON there.")
