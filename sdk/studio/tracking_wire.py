"""The platform's API as a tracked run uses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from studio.client import Studio
from studio.place import Place
from studio.tracking_sender import Claim

PATIENCE = 5.0  # seconds; trying for longer is the sender's matter, which can be interrupted


class Wire:
    """Opened anew with the same key the same run comes back, however often the answer is lost."""

    def __init__(self, place: Place, name: str, loop: str, run_id: str, about: Mapping[str, Any]) -> None:
        self._studio = Studio(place=place, patience=PATIENCE)
        self._name, self._loop, self._run_id, self._about = name, loop, run_id, about
        self._key = uuid4().hex

    def open(self) -> Claim:
        """Start the run, or go on with the one that was named."""
        outside = self._studio.outside
        if self._run_id:
            item = outside.claim(self._run_id, self._loop, definitions=self._about["definitions"], key=self._key)
        else:
            item = outside.start(self._name, self._loop, key=self._key, **self._about)
        blob = item.get("definitions_blob") or ""
        return Claim(item.id, item["epoch"], item["lease_seconds"], item.get("recorded") or {}, blob)

    def send(self, claim: Claim, facts: list[dict[str, Any]]) -> None:
        """Facts in order."""
        self._studio.outside.facts(claim.run_id, claim.epoch, facts)

    def end(self, claim: Claim, outcome: str, reason: str, step: int, metrics: Mapping[str, Any]) -> None:
        """Complete or fail the run."""
        self._studio.outside.end(claim.run_id, claim.epoch, outcome, step=step, metrics=metrics, reason=reason)

    def close(self) -> None:
        """Close connections."""
        self._studio.close()
