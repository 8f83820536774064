"""The whole platform: every process well, and back after it was killed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ops.local.processes import ROLES
from ops.local.session import Session

LONG_RUNNING = [role.name for role in ROLES if not role.once]


def test_status_says_that_everything_is_well(platform: Session) -> None:
    platform.wait_healthy()
    done = subprocess.run(
        [sys.executable, "-m", "ops", "status", "--json"], env=platform.environment, capture_output=True, check=True
    )
    document = json.loads(done.stdout)
    assert document["healthy"]
    assert {process["name"] for process in document["processes"]} == {
        "kafka",
        "postgres",
        "s3",
        "create",
        *LONG_RUNNING,
    }
    assert all(process["pid"] for process in document["processes"] if process["name"] != "create")


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_killed_role_comes_back(platform: Session, name: str) -> None:
    platform.wait_healthy()
    pid = platform.kill(name)
    platform.wait_healthy(name, other_than=pid)
    assert platform.pids[name] != pid
