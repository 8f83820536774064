"""Rows of other people's datasets as questions with answers: the formats that TRL and its like train on.

A prompt is a text or a list of chat messages that ends with the user; an answer stands in a column of its own. Columns
are found by their usual names; a dotted name (`reward_model.ground_truth`) leads into an object.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PROMPTS = ("prompt", "question", "messages")
ANSWERS = ("answer", "solution", "ground_truth", "reward_model.ground_truth", "reference", "target", "completion")
CONTEXTS = ("context", "passage")
LONGEST = 200_000  # characters of one field
ROLES = ("system", "developer", "user", "assistant", "tool")


class Unreadable(Exception):
    """What is wrong with the file. `field` names the place, e.g. ``rows[17].prompt`` (rows count from 1)."""

    def __init__(self, code: str, reason: str, field: str, remedy: str) -> None:
        super().__init__(reason)
        self.code, self.reason, self.field, self.remedy = code, reason, field, remedy


@dataclass(frozen=True, slots=True)
class Columns:
    """Where prompt, answer and context stand; context may be empty."""

    prompt: str
    answer: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A row. number: in the file, from 1. context: given with the row. lead: what was said before the question."""

    number: int
    context: str
    lead: str
    question: str
    answer: str


def columns_of(wanted: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Columns:
    """The columns to read: those that were named, the usual ones otherwise.

    Raises:
        Unreadable: COLUMN_MISSING with what the file has.
    """
    first = rows[0]
    found: dict[str, str] = {}
    for part, usual in (("prompt", PROMPTS), ("answer", ANSWERS), ("context", CONTEXTS)):
        named = wanted.get(part, "")
        names = (named,) if named else usual
        there = next((name for name in names if _there(first, name)), "")
        if not there and part == "answer" and _answered(_value(first, found["prompt"])):
            there = found["prompt"]  # chats that hold their answer
        if not there and (named or part != "context"):
            has = ", ".join(f"`{name}`" for name in list(first)[:20]) or "none"
            raise Unreadable(
                "COLUMN_MISSING",
                f"there is no column {' or '.join(f'`{name}`' for name in names)} for the {part}; the file has {has}",
                f"columns.{part}",
                f"name it: columns.{part}",
            )
        found[part] = there
    return Columns(**found)


def read(rows: Sequence[Mapping[str, Any]], columns: Columns) -> list[Asked]:
    """All rows.

    Raises:
        Unreadable: ROW_INVALID with the first row and column at fault, and how many there are.
    """
    asked: list[Asked] = []
    faults: list[tuple[int, str, str]] = []
    for number, row in enumerate(rows, start=1):
        try:
            asked.append(_asked(number, row, columns))
        except _Fault as fault:
            faults.append((number, fault.column, fault.reason))
    if faults:
        number, column, reason = faults[0]
        more = f" ({len(faults)} of {len(rows)} rows are at fault)" if len(faults) > 1 else ""
        raise Unreadable(
            "ROW_INVALID",
            f"row {number}, column `{column}`: {reason}{more}",
            f"rows[{number}].{column}",
            "mend or leave out these rows",
        )
    return asked


class _Fault(Exception):
    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason


def _asked(number: int, row: Mapping[str, Any], columns: Columns) -> Asked:
    prompt = _value(row, columns.prompt)
    if columns.answer == columns.prompt and _answered(prompt):
        prompt = prompt[:-1]
    lead, question = ("", _text(prompt, columns.prompt)) if isinstance(prompt, str) else _said(prompt, columns.prompt)
    context = ""
    if columns.context and (given := _value(row, columns.context, optional=True)) is not None:
        context = _text(given, columns.context, empty=True)
    return Asked(number, context, lead, question, _answer(_value(row, columns.answer), columns.answer))


def _answered(prompt: Any) -> bool:
    """Whether a chat ends with its answer."""
    match prompt:
        case [*_, {"role": "assistant"}]:
            return True
        case _:
            return False


def _answer(value: Any, column: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case [str() | int() | float() as only]:
            return _answer(only, column)
        case [*_, {"role": "assistant", "content": content}]:
            return _text(_content(content, column), column)
        case str():
            return _text(value, column)
        case _:
            raise _Fault(column, f"expected a text or a number, got {_kind(value)}")


def _said(value: Any, column: str) -> tuple[str, str]:
    """What came before, and the last word of the user."""
    if not isinstance(value, list) or not value:
        raise _Fault(column, f"expected a text or chat messages, got {_kind(value)}")
    turns: list[tuple[str, str]] = []
    for place, message in enumerate(value):
        match message:
            case {"role": str() as role, "content": content} if role in ROLES:
                turns.append((role, _content(content, f"{column}[{place}].content")))
            case {"role": role, "content": _}:
                raise _Fault(f"{column}[{place}].role", f"expected one of {', '.join(ROLES)}, got {role!r}"[:200])
            case _:
                raise _Fault(f"{column}[{place}]", f"expected an object with role and content, got {_kind(message)}")
    if turns[-1][0] != "user":
        raise _Fault(column, f"the last message is of {turns[-1][0]!r}; a prompt ends with the user")
    plain = all(role in ("system", "developer") for role, _ in turns[:-1])
    lead = "\n\n".join(text if plain else f"{role}: {text}" for role, text in turns[:-1])
    return lead, _text(turns[-1][1], f"{column}[{len(turns) - 1}].content")


def _content(value: Any, column: str) -> str:
    if isinstance(value, list):
        texts: list[str] = []
        for part in value:
            match part:
                case {"type": "text", "text": str() as text}:
                    texts.append(text)
                case _:
                    raise _Fault(column, "holds something other than text")
        return _text("".join(texts), column, empty=True)
    return _text(value, column, empty=True)


def _text(value: Any, column: str, empty: bool = False) -> str:
    if not isinstance(value, str):
        raise _Fault(column, f"expected a text, got {_kind(value)}")
    if not value.strip() and not empty:
        raise _Fault(column, "is empty")
    if len(value) > LONGEST:
        raise _Fault(column, f"has {len(value)} characters; {LONGEST} are allowed")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _Fault(column, "holds a character that is no text (NUL or half of a pair)")
    return value.strip()


def _there(row: Mapping[str, Any], name: str) -> bool:
    try:
        _value(row, name)
    except _Fault:
        return False
    return True


def _value(row: Mapping[str, Any], name: str, optional: bool = False) -> Any:
    found: Any = row
    if name in row:
        return row[name]
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            if optional:
                return None
            raise _Fault(name, "is missing")
        found = found[part]
    return found


def _kind(value: Any) -> str:
    kinds: Iterable[tuple[type, str]] = (
        (type(None), "nothing"), (bool, "a truth value"), (int, "a number"), (float, "a number"), (str, "a text"),
        (list, "a list"), (dict, "an object"),
    )  # fmt: skip
    return next((word for kind, word in kinds if isinstance(value, kind)), json.dumps(str(type(value).__name__)))
