"""What stands in one cell of a row that was brought along: text, number, or chat messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

LONGEST = 200_000  # characters
ROLES = ("system", "developer", "user", "assistant", "tool")


class Fault(Exception):
    """What is wrong with a cell; `column` may lead inside: `prompt[2].role`."""

    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason


def ends_with_answer(prompt: Any) -> bool:
    """Whether a chat ends with its answer."""
    match prompt:
        case [*_, {"role": "assistant"}]:
            return True
        case _:
            return False


def answer_in(value: Any, column: str) -> str:
    """The answer: a text, a number, a list of one, or the last message of a chat.

    Raises:
        Fault.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case [str() | int() | float() as only]:
            return answer_in(only, column)
        case [*_, {"role": "assistant", "content": content}]:
            return text_in(_content(content, column), column)
        case str():
            return text_in(value, column)
        case _:
            raise Fault(column, f"expected a text or a number, got {_kind(value)}")


def turns_in(value: Any, column: str) -> tuple[str, str]:
    """What was said before, and the last word of the user.

    Raises:
        Fault.
    """
    if not isinstance(value, list) or not value:
        raise Fault(column, f"expected a text or chat messages, got {_kind(value)}")
    turns: list[tuple[str, str]] = []
    for place, message in enumerate(value):
        match message:
            case {"role": str() as role, "content": content} if role in ROLES:
                turns.append((role, _content(content, f"{column}[{place}].content")))
            case {"role": role, "content": _}:
                raise Fault(f"{column}[{place}].role", f"expected one of {', '.join(ROLES)}, got {role!r}"[:200])
            case _:
                raise Fault(f"{column}[{place}]", f"expected an object with role and content, got {_kind(message)}")
    if turns[-1][0] != "user":
        raise Fault(column, f"the last message is of {turns[-1][0]!r}; a prompt ends with the user")
    plain = all(role in ("system", "developer") for role, _ in turns[:-1])
    lead = "\n\n".join(text if plain else f"{role}: {text}" for role, text in turns[:-1])
    return lead, text_in(turns[-1][1], f"{column}[{len(turns) - 1}].content")


def _content(value: Any, column: str) -> str:
    if isinstance(value, list):
        texts: list[str] = []
        for part in value:
            match part:
                case {"type": "text", "text": str() as text}:
                    texts.append(text)
                case _:
                    raise Fault(column, "holds something other than text")
        return text_in("".join(texts), column, empty=True)
    return text_in(value, column, empty=True)


def text_in(value: Any, column: str, empty: bool = False) -> str:
    """A text without blanks around it.

    Raises:
        Fault: none, empty, too long, or not storable.
    """
    if not isinstance(value, str):
        raise Fault(column, f"expected a text, got {_kind(value)}")
    if not value.strip() and not empty:
        raise Fault(column, "is empty")
    if len(value) > LONGEST:
        raise Fault(column, f"has {len(value)} characters; {LONGEST} are allowed")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Fault(column, "holds a character that is no text (NUL or half of a pair)")
    return value.strip()


def value_in(row: Mapping[str, Any], name: str, optional: bool = False) -> Any:
    """What stands in the column; dots in its name lead into an object.

    Raises:
        Fault: there is nothing.
    """
    found: Any = row
    if name in row:
        return row[name]
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            if optional:
                return None
            raise Fault(name, "is missing")
        found = found[part]
    return found


def _kind(value: Any) -> str:
    kinds: Iterable[tuple[type, str]] = (
        (type(None), "nothing"), (bool, "a truth value"), (int, "a number"), (float, "a number"), (str, "a text"),
        (list, "a list"), (dict, "an object"),
    )  # fmt: skip
    return next((word for kind, word in kinds if isinstance(value, kind)), json.dumps(str(type(value).__name__)))
