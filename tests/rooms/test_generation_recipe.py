"""Recipes as people write them: what is read, and that what is wrong is told with its field and line."""

from __future__ import annotations

import pytest

from processors.generation.prices import Price, price_of
from processors.generation.recipe import Recipe
from processors.generation.recipe_file import RecipeRefused, read_recipe

GOOD = """\
name: support
method: endpoint
endpoint: http://localhost:8000/v1
model: small
languages: [en, de]
kinds:
  llm: 6
  conversation:
    count: 3
    turns: 2
    personas: [a new nurse]
"""


def test_a_recipe_is_read_and_keeps_its_text() -> None:
    recipe = read_recipe(GOOD)
    assert [(part.kind, part.count, part.turns) for part in recipe.parts] == [("llm", 6, 3), ("conversation", 3, 2)]
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert recipe.parts[1].voice(1) == ("a new nurse", "de")
    assert [part.count for part in recipe.scaled(3).parts] == [2, 1]


@pytest.mark.parametrize(
    ("text", "field", "line"),
    [
        ("name: x\nkinds: [", "recipe", 2),
        ("name: x\nkind: {}\n", "kind", 2),
        ("name: x\nkinds:\n  dreams: 3\n", "kinds.dreams", 3),
        ("name: x\nkinds:\n  llm: 3\n", "kinds.llm", 3),
        ("name: x\nkinds:\n  cloze: many\n", "kinds.cloze.count", 3),
        (GOOD + "    template: '{% if %}'\n", "kinds.conversation.template", 12),
        (GOOD.replace("a new nurse", "7, 8"), "kinds.conversation.personas", 11),
        (GOOD + "input_price: 2\n", "input_price", 12),
        ("name: x\nname: y\n", "name", 2),
    ],
)
def test_what_is_wrong_is_told_with_field_and_line(text: str, field: str, line: int) -> None:
    with pytest.raises(RecipeRefused) as refused:
        read_recipe(text)
    assert (refused.value.field, refused.value.line) == (field, line)


def test_the_most_exact_price_applies() -> None:
    table = "currency: EUR\nmodels: {small: {input: 1, output: 2}, 'localhost:8000/small': {input: 0.5, output: 1.5}}"
    assert price_of(read_recipe(GOOD), table) == Price(0.5, 1.5, "EUR")
    assert Price(0.5, 1.5, "EUR").cost(1000, 3) == 505  # millionths: 500 and 4.5, rounded up
