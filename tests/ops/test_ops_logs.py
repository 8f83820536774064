"""Logs are JSON lines, and a crash does not tell the passwords that lay in variables."""

from __future__ import annotations

import json
import subprocess
import sys

CRASH = """
import logging, structlog
from streams.logs import configure
from streams.settings import Settings
configure("core", "INFO")
settings = Settings(postgres_dsn="postgresql://studio_engine:hunter2@db/studio", s3_secret_key="hunter2")
try:
    raise ValueError("the reason")
except ValueError:
    structlog.get_logger().exception("failed")
    logging.getLogger("library").exception("failed too")
"""


def test_a_crash_is_a_json_line_with_its_reason_and_without_secrets() -> None:
    done = subprocess.run([sys.executable, "-c", CRASH], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["failed", "failed too"]
    for line in lines:
        assert line["process"] == "core"
        assert "the reason" in json.dumps(line)
        assert "hunter2" not in json.dumps(line)
    assert not done.stdout
