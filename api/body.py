"""Request bodies: unknown fields are refused, and so is text that no database can hold."""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

DEEPEST = 32
LARGEST = 2**53  # beyond it JSON readers disagree about integers


def storable(value: Any, depth: int = 0) -> Any:
    """`value` if it is JSON that Postgres and Avro can hold.

    Raises:
        ValueError: NUL or a lone surrogate in a text, a number that is too large, nesting over 32 levels.
    """
    if depth > DEEPEST:
        raise ValueError(f"nested more than {DEEPEST} levels deep")
    match value:
        case str():
            if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
                raise ValueError("contains a character that is no text (NUL or half of a pair)")
        case bool() | None:
            pass
        case int():
            if abs(value) > LARGEST:
                raise ValueError("an integer beyond 2^53")
        case float():
            if not isfinite(value):
                raise ValueError("not a finite number")
        case list():
            for part in value:
                storable(part, depth + 1)
        case dict():
            for name, part in value.items():
                storable(name, depth + 1)
                storable(part, depth + 1)
    return value


class Body(BaseModel):
    """A JSON body."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, str_max_length=100_000)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, values: Any) -> Any:
        return storable(values)


def _not_number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a truth value is no number")
    return value


Whole = Annotated[int, BeforeValidator(_not_number)]
JsonObject = Annotated[dict[str, Any], AfterValidator(storable)]
