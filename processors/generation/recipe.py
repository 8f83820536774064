"""Recipes: which kinds of samples, how many of each, who asks in which language, and what a model is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from processors.generation.plan import shares


@dataclass(frozen=True, slots=True)
class Part:
    """`count` samples of one kind. An empty kind is a batch without a recipe: the usual mix, or a model's questions.

    template: Jinja; empty for the built-in one of the kind. turns: of a conversation, questions with answers.
    """

    kind: str
    count: int
    template: str = ""
    personas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    turns: int = 3

    def voice(self, number: int) -> tuple[str, str]:
        """(persona, language) of the `number`-th question: every pair has its turn before one comes again."""
        personas, languages = self.personas or ("",), self.languages or ("",)
        return personas[number // len(languages) % len(personas)], languages[number % len(languages)]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A resolved recipe. structure: what a server is asked for: json_schema, json_object or none.

    context: tokens that the model can read and write, 0 where unknown. input_price, output_price: per million tokens,
    in `currency`; negative where the recipe names none.
    """

    name: str
    parts: tuple[Part, ...]
    method: str = "extractive"
    endpoint: str = ""
    model: str = ""
    temperature: float = 0.0
    max_tokens: int = 0
    structure: str = "json_schema"
    context: int = 0
    quality_threshold: float = 0.0
    seed: int = 0
    currency: str = ""
    input_price: float = -1.0
    output_price: float = -1.0

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)

    def scaled(self, count: int) -> Recipe:
        """The same mix for another number of samples; parts that get none are left out."""
        split = shares(count, [part.count for part in self.parts])
        parts = tuple(replace(part, count=share) for part, share in zip(self.parts, split, strict=True) if share)
        return replace(self, parts=parts)

    def to_json(self) -> str:
        """The one text of a resolved recipe: equal recipes have equal texts."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @staticmethod
    def from_json(text: str) -> Recipe:
        """The recipe in a text that `to_json` made."""
        return Recipe.from_dict(json.loads(text))

    @staticmethod
    def from_dict(given: Mapping[str, Any]) -> Recipe:
        """The recipe in such a text once it is parsed."""
        values = dict(given)
        parts = tuple(
            Part(**{**part, "personas": tuple(part["personas"]), "languages": tuple(part["languages"])})
            for part in values.pop("parts")
        )
        return Recipe(parts=parts, **values)


def recipe_of(request: Mapping[str, Any]) -> Recipe:
    """The recipe of a batch as work items carry it; a batch without one has a single part of its own."""
    if request.get("recipe"):
        return Recipe.from_json(request["recipe"])
    part = Part("", request["count"], request.get("template", ""))
    given = ("method", "endpoint", "model", "temperature", "max_tokens", "quality_threshold", "seed")
    values = {name: request[name] for name in given if name in request}
    return Recipe("", (part,), structure="json_object", **values)
