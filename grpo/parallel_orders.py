"""What a run is told while several processes work on it: all take it before the same step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from grpo import parallel
from grpo.orders import Change, Orders


def agreed(orders: Callable[[], Orders]) -> Callable[[], Orders]:
    """``orders`` as the leading process hears them."""
    if parallel.size() == 1:
        return orders

    def heard() -> Orders:
        told = parallel.told(asdict(orders()) if parallel.leads() else {})
        return Orders(told["pause"], tuple(Change(**one) for one in told["changes"]))

    return heard
