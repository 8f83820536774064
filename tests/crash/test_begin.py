"""The platform as it stands after its start, before any test has used it; these tests come first."""

from __future__ import annotations

from ops import status
from ops.local.session import Session

LIMIT = 2 * 2**30  # bytes, resident, without the trainer


def test_without_the_trainer_it_stays_under_two_gibibytes(platform: Session) -> None:
    platform.wait_healthy()
    document = status.report(platform.home)
    used = {process["name"]: process["memory_bytes"] for process in document["processes"]}
    used.pop("trainer")
    assert sum(used.values()) + document["supervisor"]["memory_bytes"] < LIMIT, used
