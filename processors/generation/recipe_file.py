"""Recipes as people write them: YAML in, a recipe out; what is wrong is told with its field and line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from jinja2 import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from processors.generation.fields import FIELDS, KIND_FIELDS, Bad, Field
from processors.generation.kinds import KINDS, made_by
from processors.generation.recipe import Part, Recipe

LONGEST = 100_000
DEEPEST = 8
MOST_PARTS = 50
MOST_VALUES = 5_000


class RecipeRefused(Exception):
    """`field` in dotted notation and the 1-based `line` of the YAML, 0 where there is none."""

    def __init__(self, field: str, line: int, message: str) -> None:
        super().__init__(f"line {line}: {field}: {message}" if line else f"{field}: {message}")
        self.field, self.line, self.message = field, line, message


def read_recipe(text: str) -> Recipe:
    """The recipe in a YAML text (JSON is YAML, too).

    Raises:
        RecipeRefused: not YAML, an unknown or missing field, a value out of its range, a template with a fault.
    """
    if len(text) > LONGEST:
        raise RecipeRefused("recipe", 0, f"is longer than {LONGEST} characters")
    lines: dict[str, int] = {}
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        data = _plain(node, "", lines, 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RecipeRefused("recipe", mark.line + 1 if mark else 0, f"is no YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise RecipeRefused("recipe", 0, f"is no YAML: {error}") from error
    if not isinstance(data, dict):
        raise RecipeRefused("recipe", 1, "is a mapping with `name` and `kinds`")
    return _Reader(lines).recipe(data)


class _Reader:
    def __init__(self, lines: Mapping[str, int]) -> None:
        self._lines = lines

    def recipe(self, data: dict[str, Any]) -> Recipe:
        values = self._values(data, FIELDS, "", also=("kinds", "personas", "languages"))
        if not values.get("name"):
            self._refuse("name", "is missing: a recipe has a name")
        voices = [name for name in ("personas", "languages") if name in data]
        shared: dict[str, Any] = {name: self._one(name, data[name], KIND_FIELDS[name]) for name in voices}
        method = values.get("method", "extractive")
        kinds: Any = data.get("kinds")
        if not isinstance(kinds, dict) or not kinds:
            self._refuse("kinds", f"is missing: a mapping of kind to count; {method} makes {_listed(method)}")
        if len(kinds) > MOST_PARTS:
            self._refuse("kinds", f"are more than {MOST_PARTS}")
        parts = tuple(self._part(str(name), value, method, shared) for name, value in kinds.items())
        if method == "endpoint" and not (values.get("endpoint") and values.get("model")):
            missing = "model" if values.get("endpoint") else "endpoint"
            self._refuse(missing, "is missing: the method endpoint needs an address and a model")
        priced = [name for name in ("input_price", "output_price", "currency") if name in values]
        if priced and len(priced) < 3:
            self._refuse(priced[0], "goes with input_price, output_price and currency, all three")
        return Recipe(parts=parts, **values)

    def _part(self, name: str, value: Any, method: str, shared: Mapping[str, Any]) -> Part:
        field = f"kinds.{name}"
        told = value if isinstance(value, dict) else {"count": value}
        kind = str(told.get("kind", name)) if isinstance(value, dict) else name
        if kind not in KINDS:
            self._refuse(field, f"is no kind; {method} makes {_listed(method)}")
        if method not in KINDS[kind].methods:
            self._refuse(field, f"cannot be made by {method}, which makes {_listed(method)}")
        values = self._values(told, KIND_FIELDS, f"{field}.", also=("kind",))
        if "count" not in values:
            self._refuse(field, "needs a count")
        values = {**shared, **values}
        if method == "extractive":
            for unused in ("template", "turns", "personas", "languages"):
                if values.pop(unused, None) is not None and unused not in shared:
                    self._refuse(f"{field}.{unused}", "is for a model: set method: endpoint")
        template = values.get("template", "")
        try:
            ImmutableSandboxedEnvironment().parse(template)
        except TemplateSyntaxError as error:
            place = f"{field}.template"
            line = self._lines.get(place, 0)
            block = "\n" in template  # a block begins on the line after its mark
            raise RecipeRefused(place, line + error.lineno - (0 if block else 1), str(error.message)) from error
        return Part(kind=kind, **values)

    def _values(
        self, data: dict[str, Any], fields: Mapping[str, Field], prefix: str, also: tuple[str, ...]
    ) -> dict[str, Any]:
        for name in data:
            if name not in fields and name not in also:
                known = ", ".join(sorted({*fields, *also}))
                self._refuse(f"{prefix}{name}", f"is no field here; there are {known}")
        return {
            name: self._one(f"{prefix}{name}", value, fields[name]) for name, value in data.items() if name in fields
        }

    def _one(self, place: str, value: Any, field: Field) -> Any:
        try:
            return field(value)
        except Bad as bad:
            self._refuse(place, str(bad))

    def _refuse(self, field: str, message: str) -> Any:
        place = field
        while place not in self._lines and "." in place:
            place = place.rsplit(".", 1)[0]
        raise RecipeRefused(field, self._lines.get(place, 1), message)


def _listed(method: str) -> str:
    return ", ".join(made_by(method))


def _plain(node: yaml.Node | None, place: str, lines: dict[str, int], depth: int) -> Any:
    """Plain values of a YAML tree, the line of each field noted. The bound on values is for aliases."""
    if node is None:
        return None
    if depth > DEEPEST or place in lines or len(lines) > MOST_VALUES:
        raise RecipeRefused(place or "recipe", node.start_mark.line + 1, "is named twice, too large or nested too deep")
    lines[place] = node.start_mark.line + 1
    prefix = f"{place}." if place else ""
    if isinstance(node, yaml.MappingNode):
        found = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                raise RecipeRefused(f"{prefix}{name}", key.start_mark.line + 1, "is named twice")
            found[name] = _plain(value, f"{prefix}{name}", lines, depth + 1)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value, f"{prefix}{number}", lines, depth + 1) for number, value in enumerate(node.value)]
    try:
        return yaml.SafeLoader("").construct_object(node)
    except yaml.YAMLError as error:
        raise RecipeRefused(place, node.start_mark.line + 1, f"is no plain value ({node.tag})") from error
