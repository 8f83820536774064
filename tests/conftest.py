"""The real servers, started once per test session and only when a test asks for them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from ops.local.session import Session, session

# Tests never touch servers that the developer's shell points to.
KEPT = {"STUDIO_BROWSER_TESTS", "STUDIO_CHROMIUM"}
for _name in [name for name in os.environ if name.startswith("STUDIO_") and name not in KEPT]:
    del os.environ[_name]


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Kafka, Postgres and S3 with topics, tables and bucket; nothing consumes. For tests of streams and engines."""
    home = tmp_path_factory.mktemp("backbone")
    with session(home, "create") as running:
        yield running
    shutil.rmtree(home / "data")


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The whole platform as `studio up` starts it. Tests may kill processes; they wait until all is healthy again."""
    home = tmp_path_factory.mktemp("platform")
    with session(home) as running:
        yield running
    shutil.rmtree(home / "data")
