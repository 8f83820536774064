"""Rows of other people's datasets as questions with answers: the formats that TRL and its like train on.

A prompt is a text or a list of chat messages that ends with the user; an answer stands in a column of its own. Columns
are found by their usual names; a dotted name (`reward_model.ground_truth`) leads into an object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processors.datasets.cell import Fault, answer_in, ends_with_answer, text_in, turns_in, value_in

PROMPTS = ("prompt", "question", "messages")
ANSWERS = ("answer", "solution", "ground_truth", "reward_model.ground_truth", "reference", "target", "completion")
CONTEXTS = ("context", "passage")


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
        if not there and part == "answer" and ends_with_answer(value_in(first, found["prompt"])):
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
        except Fault as fault:
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


def _asked(number: int, row: Mapping[str, Any], columns: Columns) -> Asked:
    prompt = value_in(row, columns.prompt)
    if columns.answer == columns.prompt and ends_with_answer(prompt):
        prompt = prompt[:-1]
    lead, question = (
        ("", text_in(prompt, columns.prompt)) if isinstance(prompt, str) else turns_in(prompt, columns.prompt)
    )
    context = ""
    if columns.context and (given := value_in(row, columns.context, optional=True)) is not None:
        context = text_in(given, columns.context, empty=True)
    return Asked(number, context, lead, question, answer_in(value_in(row, columns.answer), columns.answer))


def _there(row: Mapping[str, Any], name: str) -> bool:
    try:
        value_in(row, name)
    except Fault:
        return False
    return True
