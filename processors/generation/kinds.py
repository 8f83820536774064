"""The kinds of samples: which method makes them, and what an endpoint's item of each kind has to hold."""

from __future__ import annotations

from dataclasses import dataclass

EXTRACTIVE, ENDPOINT = "extractive", "endpoint"


@dataclass(frozen=True, slots=True)
class Kind:
    """methods: who can make it. fields: of an item in a reply, all strings but `choices`, `quotes` and `turns`.

    tokens: what one item takes, for estimates.
    """

    methods: tuple[str, ...]
    fields: tuple[str, ...] = ()
    tokens: int = 0


PLAIN = ("question", "answer", "quote")
KINDS: dict[str, Kind] = {
    "definition": Kind((EXTRACTIVE,)),
    "is_a": Kind((EXTRACTIVE,)),
    "normative": Kind((EXTRACTIVE,)),
    "number": Kind((EXTRACTIVE,)),
    "cloze": Kind((EXTRACTIVE,)),
    "hearst": Kind((EXTRACTIVE,)),
    "table_cell": Kind((EXTRACTIVE,)),
    "true_false": Kind((EXTRACTIVE, ENDPOINT), PLAIN, 80),
    "multiple_choice": Kind((EXTRACTIVE, ENDPOINT), ("question", "choices", "answer", "quote"), 140),
    "llm": Kind((ENDPOINT,), PLAIN, 90),
    "conversation": Kind((ENDPOINT,), ("turns", "quote"), 220),
    "reasoning": Kind((ENDPOINT,), ("question", "reasoning", "answer", "quote"), 220),
    "preference": Kind((ENDPOINT,), ("question", "answer", "rejected", "quote"), 180),
    "multi_hop": Kind((ENDPOINT,), ("question", "answer", "quotes"), 160),
}
USUAL = ("definition", "is_a", "normative", "number", "cloze")
"""What a batch without a recipe takes from a text."""


def made_by(method: str) -> list[str]:
    """Kinds that a method makes."""
    return [name for name, kind in KINDS.items() if method in kind.methods]


def schema(kind: str, count: int) -> dict[str, object]:
    """JSON Schema (draft 2020-12) of a reply with up to `count` items of a kind."""
    text: dict[str, object] = {"type": "string"}
    turn = {
        "type": "object",
        "properties": {"question": text, "answer": text},
        "required": ["question", "answer"],
        "additionalProperties": False,
    }
    special: dict[str, dict[str, object]] = {
        "choices": {"type": "array", "items": text, "minItems": 3, "maxItems": 6},
        "quotes": {"type": "array", "items": text, "minItems": 2, "maxItems": 2},
        "turns": {"type": "array", "items": turn, "minItems": 2, "maxItems": 8},
    }
    fields = KINDS[kind].fields
    item = {
        "type": "object",
        "properties": {name: special.get(name, text) for name in fields},
        "required": list(fields),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": item, "maxItems": count}},
        "required": ["items"],
        "additionalProperties": False,
    }
