"""What tokens cost: a table per provider and model, and the price that applies to one batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlsplit

import yaml

from processors.generation.recipe import Recipe


class PricesRefused(ValueError):
    """The price table cannot be read; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Price:
    """Per million tokens, in `currency`; which is also millionths of it per token."""

    input: float
    output: float
    currency: str

    def cost(self, tokens_in: int, tokens_out: int) -> int:
        """Millionths of the currency, rounded up."""
        return ceil(round(tokens_in * self.input + tokens_out * self.output, 6))

    def to_json(self) -> str:
        return json.dumps({"input": self.input, "output": self.output, "currency": self.currency})

    @staticmethod
    def from_json(text: str) -> Price | None:
        """None for an empty text: the price is not known."""
        return Price(**json.loads(text)) if text else None


def price_of(recipe: Recipe, table: str) -> Price | None:
    """The recipe's own price, else the most exact entry of the table: host/model, model, host.

    Args:
        table: YAML or JSON: `currency: EUR` and `models: {api.example.com/small: {input: 0.5, output: 1.5}}`.

    Raises:
        PricesRefused: the table is not of this form.
    """
    if recipe.method != "endpoint":
        return None
    if recipe.currency:
        return Price(recipe.input_price, recipe.output_price, recipe.currency)
    currency, models = _table(table)
    host = urlsplit(recipe.endpoint).netloc
    for name in (f"{host}/{recipe.model}", recipe.model, host):
        if name in models:
            return _price(name, models[name], currency)
    return None


def _table(text: str) -> tuple[str, Mapping[str, Any]]:
    try:
        data = yaml.safe_load(text) if text.strip() else {"currency": "EUR", "models": {}}
    except yaml.YAMLError as error:
        raise PricesRefused(f"STUDIO_PRICES is no YAML: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("models"), dict):
        raise PricesRefused("STUDIO_PRICES needs `currency` and `models`")
    currency = data.get("currency")
    if not isinstance(currency, str) or len(currency) != 3 or not currency.isupper():
        raise PricesRefused("STUDIO_PRICES: `currency` is a code of three capital letters, such as EUR")
    return currency, data["models"]


def _price(name: str, entry: Any, currency: str) -> Price:
    try:
        price = Price(float(entry["input"]), float(entry["output"]), currency)
    except (KeyError, TypeError, ValueError) as error:
        raise PricesRefused(f"STUDIO_PRICES: {name} needs the numbers `input` and `output`") from error
    if not (0 <= price.input < 1e9 and 0 <= price.output < 1e9):
        raise PricesRefused(f"STUDIO_PRICES: the price of {name} is out of range")
    return price
