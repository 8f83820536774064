"""The shape of a figure, and what it was measured on."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from typing import Any


def figure(name: str, ours: Sequence[float], unit: str, peer: Sequence[float] = (), **more: Any) -> dict[str, Any]:
    """Medians of `ours` and `peer` over their runs and the ratio ours / peer; None where there is no peer.

    Everything measured is in `runs`, so that the spread can be seen.
    """
    mine = statistics.median(ours)
    theirs = statistics.median(peer) if peer else None
    return {
        "figure": name,
        "ours": round(mine, 4),
        "peer": round(theirs, 4) if theirs is not None else None,
        "ratio": round(mine / theirs, 3) if theirs else None,
        "unit": unit,
        "runs": {"ours": [round(v, 4) for v in ours], "peer": [round(v, 4) for v in peer]},
        **more,
    }


def machine() -> dict[str, Any]:
    """Cores, load and versions: figures of a busy machine say so."""
    return {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": [round(value, 2) for value in os.getloadavg()],
    }
