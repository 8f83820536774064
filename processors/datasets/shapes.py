"""Rows in the shapes that other trainers read. Each says from which words of which document it comes.

| shape | what it is | read by |
|---|---|---|
| jsonl | prompt and completion | TRL's SFT, most others |
| chat | the same as messages | TRL's SFT |
| openai | messages, the rest under `metadata` | OpenAI's fine-tuning format |
| alpaca | instruction, input, output, system, history | LLaMA-Factory, Axolotl (Stanford Alpaca, 2023) |
| sharegpt | conversations of from and value | LLaMA-Factory, Axolotl |
| trl | prompt as messages, answer, reward specification | TRL's GRPO, whose reward functions get the other columns |
| preference | prompt, chosen, rejected, each as messages | TRL's DPO; rows with a worse answer only |
| conversations | messages of more than one turn | TRL's SFT; rows of conversations only |

The prompt is the text that this studio trains and serves with: the passage, an empty line, the question. A
conversation has its passage before its first question.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from studio.rooms.chat import grounded

from processors.datasets.rows import quote_span

RowValues = Mapping[str, Any]
"""The columns of a stored row; files of form 1 have fewer."""
Turn = dict[str, str]
PLACE = ("document_id", "document_name", "section_id", "chunk_id")
ABOUT = ("sample_id", *PLACE, "kind", "leaf_sha256")
SPEAKER = {"system": "system", "user": "human", "assistant": "gpt"}


def source(row: RowValues) -> dict[str, Any]:
    """The quote and its span, in characters of the document's canonical text; of further quotes, too."""
    start, end = quote_span(
        row["quote"], row["prompt_passage"], row["passage_start"], row["answer_start"], row["answer_end"]
    )
    return {
        **{name: row[name] for name in PLACE},
        "quote": row["quote"],
        "start": start,
        "end": end,
        "answer_start": row["answer_start"],
        "answer_end": row["answer_end"],
        "passage_start": row["passage_start"],
        "passage_end": row["passage_end"],
        "spans": json.loads(row.get("spans") or "[]"),
    }


def turns(row: RowValues) -> list[Turn]:
    """The whole conversation, the answer last; its passage stands before the first question."""
    said = json.loads(row.get("messages") or "[]")
    if not said:
        return [
            {"role": "user", "content": grounded(row["prompt_passage"], row["question"])},
            {"role": "assistant", "content": row["answer"]},
        ]
    first = next((n for n, turn in enumerate(said) if turn["role"] == "user"), 0)
    return [
        {"role": turn["role"], "content": grounded(row["prompt_passage"], turn["content"])}
        if n == first
        else dict(turn)
        for n, turn in enumerate(said)
    ]


def _about(row: RowValues, split: str) -> dict[str, Any]:
    more = {name: row[name] for name in ("language", "reasoning", "edited") if row.get(name)}
    found = {"split": split, "reward": json.loads(row["reward"] or "{}"), **{name: row[name] for name in ABOUT}}
    return {**found, **more, "source": source(row)}


def _jsonl(row: RowValues, split: str) -> dict[str, Any]:
    prompt = grounded(row["prompt_passage"], row["question"])
    return {"prompt": prompt, "completion": row["answer"], **_about(row, split)}


def _chat(row: RowValues, split: str) -> dict[str, Any]:
    return {"messages": turns(row), **_about(row, split)}


def _openai(row: RowValues, split: str) -> dict[str, Any]:
    return {"messages": turns(row), "metadata": _about(row, split)}


def _alpaca(row: RowValues, split: str) -> dict[str, Any]:
    said = json.loads(row.get("messages") or "[]")
    asked = [turn["content"] for turn in said if turn["role"] == "user"]
    answered = [turn["content"] for turn in said if turn["role"] == "assistant"]
    return {
        "instruction": asked[-1] if asked else row["question"],
        "input": row["prompt_passage"],
        "output": row["answer"],
        "system": "\n\n".join(turn["content"] for turn in said if turn["role"] == "system"),
        "history": [list(pair) for pair in zip(asked[:-1], answered, strict=False)],
        **_about(row, split),
    }


def _sharegpt(row: RowValues, split: str) -> dict[str, Any]:
    said = [{"from": SPEAKER[turn["role"]], "value": turn["content"]} for turn in turns(row)]
    return {"conversations": said, **_about(row, split)}


def _trl(row: RowValues, split: str) -> dict[str, Any]:
    # The specification is text: a column of objects would have to have the same fields in every row.
    return {
        "prompt": turns(row)[:-1],
        "answer": row["answer"],
        "passage": row["prompt_passage"],
        "reward_spec": row["reward"],
        "sample_id": row["sample_id"],
        "split": split,
        "source": source(row),
    }


def _preference(row: RowValues, split: str) -> dict[str, Any] | None:
    if not row.get("rejected"):
        return None
    *prompt, chosen = turns(row)
    return {
        "prompt": prompt,
        "chosen": [chosen],
        "rejected": [{"role": "assistant", "content": row["rejected"]}],
        **_about(row, split),
    }


def _conversations(row: RowValues, split: str) -> dict[str, Any] | None:
    return _chat(row, split) if row.get("messages") else None


SHAPES: Mapping[str, Callable[[RowValues, str], dict[str, Any] | None]] = {
    "jsonl": _jsonl,
    "chat": _chat,
    "openai": _openai,
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
    "trl": _trl,
    "preference": _preference,
    "conversations": _conversations,
}
"""Split name -> object of one line; None where the row has no such thing."""
NEEDS = {"preference": "rejected", "conversations": "messages"}
"""The column without which a shape has no rows."""


def line(shape: str, row: RowValues, split: str) -> bytes:
    """One line of JSON; empty where the row is not of this shape."""
    made = SHAPES[shape](row, split)
    return b"" if made is None else (json.dumps(made, ensure_ascii=False) + "\n").encode()
