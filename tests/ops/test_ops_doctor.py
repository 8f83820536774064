"""The doctor names each problem and the way out; what is well it says too."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops import doctor, server_checks
from ops.cli import app
from ops.create import Drift, create
from ops.finding import Finding
from ops.local import jars
from ops.local.home import Home
from ops.local.session import Session


def home_in(path: Path) -> Home:
    home = Home(path)
    home.create()
    return home


def problems(findings: object) -> list[Finding]:
    return [finding for finding in findings if finding.verdict == "problem"]  # type: ignore[attr-defined]


def test_a_fresh_machine_has_no_problem(tmp_path: Path) -> None:
    findings = doctor.examine(home_in(tmp_path), {})
    assert not problems(findings)
    assert {f.check for f in findings if f.verdict == "skipped"} == {"processes", "kafka", "postgres", "s3"}


def test_every_problem_has_a_remedy(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    with socket.create_server(("127.0.0.1", home.ports()["postgres"])):
        found = problems(doctor.ports(home))
    assert [f.check for f in found] == ["ports"]
    assert f"{home.ports()['postgres']} (postgres) is taken" in found[0].message
    assert "ports.json" in found[0].remedy


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"STUDIO_KAFKA_BOOTSTARP": "x:1"}, "STUDIO_KAFKA_BOOTSTARP"),
        ({"STUDIO_PARTITIONS": "four"}, "STUDIO_PARTITIONS"),
        ({"STUDIO_KAFKA_BOOTSTRAP": "broker.example"}, "'broker.example' has no port"),
        ({"STUDIO_POSTGRES_DSN": "postgresql://me@db/studio"}, "STUDIO_POSTGRES_ADMIN_DSN is not"),
        ({"STUDIO_S3_ENDPOINT": "https://s3.example", "STUDIO_S3_ACCESS_KEY": "k"}, "without STUDIO_S3_SECRET_KEY"),
    ],
)
def test_configuration_that_cannot_work(tmp_path: Path, given: dict[str, str], named: str) -> None:
    found = problems(doctor.configuration(home_in(tmp_path), given))
    assert len(found) == 1
    assert named in found[0].message
    assert found[0].remedy


def test_a_jar_with_other_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("M2_REPO", str(tmp_path))
    jar = jars.locked()[0]
    jar.path.parent.mkdir(parents=True)
    jar.path.write_bytes(b"not the published bytes")
    with pytest.raises(jars.JarError, match=r"sha256 .* but ops/local/jars.lock asks for"):
        jars.fetch([jar])
    found = problems(doctor.jars())
    assert str(jar.path) in found[0].message


def test_an_open_secrets_file_is_a_problem(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    home.secrets()
    (tmp_path / "secrets.json").chmod(0o644)
    assert any(f.check == "secrets" and "chmod 600" in f.remedy for f in problems(doctor.machine(home)))


def test_a_running_platform_is_well(backbone: Session) -> None:
    findings = doctor.examine(backbone.home, {})
    assert not problems(findings)
    assert {"kafka", "postgres", "s3", "processes"} <= {f.check for f in findings if f.verdict == "ok"}


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    given = {"STUDIO_KAFKA_BOOTSTRAP": "127.0.0.1:1"}
    found = problems(asyncio.run(server_checks.servers(home_in(tmp_path), given)))
    assert [f.check for f in found] == ["kafka"]
    assert found[0].remedy == "check STUDIO_KAFKA_BOOTSTRAP"


async def test_drifted_partitions_are_refused_by_create_and_named_by_the_doctor(backbone: Session) -> None:
    settings = backbone.settings.model_copy(update={"partitions": 7})
    with pytest.raises(Drift, match="studio.documents has 4 partitions, the catalogue says 7"):
        await create(settings)
    assert (await server_checks.kafka(settings)).verdict == "problem"


def test_create_ends_with_78_on_drift_so_that_nothing_starts_on_top(backbone: Session) -> None:
    environment = {**os.environ, **backbone.environment, "STUDIO_PARTITIONS": "7"}
    done = subprocess.run([sys.executable, "-m", "ops", "create"], env=environment, capture_output=True, text=True)
    assert done.returncode == 78
    assert "STUDIO_PARTITIONS" in done.stderr
    assert not done.stdout


async def test_create_twice_changes_nothing(backbone: Session) -> None:
    await create(backbone.settings)


def test_json_is_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path))
    answer = CliRunner().invoke(app, ["doctor", "--json"])
    assert json.loads(answer.stdout)["healthy"] is True
    answer = CliRunner().invoke(app, ["status", "--json"])
    assert answer.exit_code == 3
    assert json.loads(answer.stdout)["running"] is False
    answer = CliRunner().invoke(app, ["down", "--json"])
    assert json.loads(answer.stdout)["stopped"] is False


@pytest.mark.parametrize("command", ["up", "down", "status", "doctor", "create", "run", "rebuild", "env"])
def test_help_has_an_example(command: str) -> None:
    assert f"studio {command}" in CliRunner().invoke(app, [command, "--help"]).stdout


def test_an_unknown_role_is_refused_with_the_known_ones() -> None:
    answer = CliRunner().invoke(app, ["run", "processor", "astrology"])
    assert answer.exit_code == 2
    assert "processor extraction" in answer.stderr


def test_a_home_that_cannot_be_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "file"))
    answer = CliRunner().invoke(app, ["status"])
    assert answer.exit_code == 1
    assert "cannot be used" in answer.stderr
