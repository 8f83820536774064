"""The kinds that the page for recipes offers are those that the generation room makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from processors.generation.kinds import made_by

PAGE = Path(__file__).resolve().parents[2] / "web" / "src" / "features" / "recipes" / "recipe.ts"


@pytest.mark.parametrize("method", ["extractive", "endpoint"])
def test_the_page_offers_what_each_method_makes(method: str) -> None:
    table = PAGE.read_text().partition("export const KINDS = {")[2].partition("} as const")[0]
    offered = re.search(rf"{method}: \[(.*?)\]", table, re.S)
    assert offered and set(re.findall(r'"(\w+)"', offered[1])) == set(made_by(method))
