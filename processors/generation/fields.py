"""What each field of a recipe may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any

from processors.generation.limits import LARGEST_SEED, MOST_SAMPLES, address_fault

NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
CURRENCY = re.compile(r"[A-Z]{3}")


class Bad(Exception):
    """What is wrong with a value."""


Field = Callable[[Any], Any]


def whole(least: int, most: int) -> Field:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Bad(f"is {value!r}, not a whole number from {least} to {most}")
        return value

    return read


def number(least: float, most: float) -> Field:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise Bad(f"is {value!r}, not a number from {least} to {most}")
        if not least <= value <= most:
            raise Bad(f"is {value!r}, not a number from {least} to {most}")
        return float(value)

    return read


def text(longest: int) -> Field:
    def read(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest or "\0" in value:
            raise Bad(f"is no text of up to {longest} characters")
        return value

    return read


def one_of(*allowed: str) -> Field:
    def read(value: Any) -> str:
        if value not in allowed:
            raise Bad(f"is {value!r}, not {' or '.join(allowed)}")
        return str(value)

    return read


def matching(pattern: re.Pattern[str], example: str) -> Field:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Bad(f"is {value!r}, not like {example}")
        return value

    return read


def several(inner: Field, most: int) -> Field:
    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise Bad(f"is no list of 1 to {most}")
        return tuple(inner(part) for part in value)

    return read


def address(value: Any) -> str:
    if not isinstance(value, str) or address_fault(value):
        raise Bad("is no address of a server: for example http://host:8000/v1, no login in it; or transformers:")
    return value


FIELDS: dict[str, Field] = {
    "name": matching(NAME, "support-questions (small letters, digits, - and _)"),
    "method": one_of("extractive", "endpoint"),
    "endpoint": address,
    "model": text(200),
    "temperature": number(0, 2),
    "max_tokens": whole(0, 32_768),
    "structure": one_of("json_schema", "json_object", "none"),
    "context": whole(0, 10_000_000),
    "quality_threshold": number(0, 1),
    "seed": whole(0, LARGEST_SEED),
    "currency": matching(CURRENCY, "EUR"),
    "input_price": number(0, 1_000_000),
    "output_price": number(0, 1_000_000),
}
KIND_FIELDS: dict[str, Field] = {
    "count": whole(1, MOST_SAMPLES),
    "template": text(20_000),
    "personas": several(text(300), 50),
    "languages": several(matching(LANGUAGE, "en or pt-BR"), 30),
    "turns": whole(2, 8),
}
