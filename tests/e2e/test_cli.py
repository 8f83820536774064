"""Commands against the real platform: JSON on stdout, everything else on stderr, exit codes that stay."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from studio import Studio
from studio.cli import main as cli
from studio.place import find

from tests.e2e.conftest import DOCUMENTS, Journey

pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document; fails where there is more or anything else."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


class Shell:
    """Runs commands in this process, as `studio` would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *arguments: str, **environment: str) -> Said:
        self.capsys.readouterr()
        with self.monkeypatch.context() as changed:
            changed.setattr(sys, "argv", ["studio", *arguments])
            for name, value in environment.items():
                changed.setenv(name, value)
            try:
                cli.main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        found = self.capsys.readouterr()
        return Said(code, found.out, found.err)


@pytest.fixture
def anywhere(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    """Without a platform."""
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path))
    return Shell(monkeypatch, capsys)


@pytest.fixture
def studio(journey: Journey, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.setenv("STUDIO_HOME", str(journey.platform.home.path))
    return Shell(monkeypatch, capsys)


def commands() -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []

    def walk(name: str, command: Any) -> None:
        inner = getattr(command, "commands", None)
        if inner is None:
            found.append((name, command))
            return
        for key, value in inner.items():
            walk(f"{name} {key}".strip(), value)

    walk("", typer.main.get_command(cli.application([])))
    return found


def test_every_command_has_json_an_example_and_a_first_line() -> None:
    names = {name for name, _ in commands()}
    asked_for = {
        "up", "down", "status", "doctor", "demo", "docs add", "generate", "curate", "dataset freeze", "train", "deploy",
        "rollback", "chat", "events tail", "lineage show", "rebuild", "dead list", "dead release", "dead skip", "login",
    }  # fmt: skip
    assert asked_for <= names
    for name, command in commands():
        assert re.search(r"Example: .*studio ", command.help or ""), f"studio {name}: --help needs an example"
        options = {option for parameter in command.params for option in parameter.opts}
        assert "--json" in options or name in ("run", "env"), f"studio {name} needs --json"


def test_no_platform_is_exit_code_6_and_says_what_to_do(anywhere: Shell) -> None:
    said = anywhere("docs", "list", "--json")
    assert said.code == 6 and said.json["error"]["code"] == "NOT_CONFIGURED"
    assert "studio up" in said.err


def test_a_server_that_is_away_is_exit_code_6(anywhere: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.patience.FIRST_PAUSE", 60.0)
    said = anywhere("docs", "list", "--json", STUDIO_URL="http://127.0.0.1:9", STUDIO_TOKEN="t")
    assert (said.code, said.json["error"]["code"]) == (6, "UNREACHABLE")


@pytest.mark.parametrize(
    "arguments",
    [
        ["docs", "add", "/no/such/file"],
        ["generate", "--count", "0", "d"],
        ["generate"],
        ["curate", "b", "--rule", "import os"],
        ["train", "d", "--model", "m", "--set", "steps"],
        ["dataset", "freeze", "n", "--curation", "c", "--reward", "[]"],
        ["no-such-command"],
    ],
)
def test_wrong_usage_is_exit_code_2_and_asks_nobody(anywhere: Shell, arguments: list[str]) -> None:
    said = anywhere(*arguments)
    assert said.code == 2 and said.out == "" and said.err


def test_documents(studio: Shell, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Note\n\nThe harbour master is the person who keeps the key of the gate.\n")
    added = studio("docs", "add", str(note), "--json", "--collection", "cli")
    assert added.code == 0 and added.json["attributes"]["status"] == "extracted"
    id = added.json["id"]
    assert [item["id"] for item in studio("docs", "list", "--collection", "cli", "--json").lines] == [id]
    assert id in studio("docs", "list").out, "ids are never cut"
    assert studio("docs", "show", id).out.startswith("document")
    assert studio("docs", "withdraw", id, "--reason", "a test", "--json").json == {
        "id": id,
        "withdrawn": True,
        "rebuilt": [],
    }
    assert studio("docs", "show", id, "--json").json["attributes"]["status"] == "withdrawn"


def test_a_job_that_fails_is_exit_code_1_with_the_reason(studio: Shell, tmp_path: Path) -> None:
    file = tmp_path / "empty.pdf"
    file.write_bytes((DOCUMENTS / "handbook.pdf").read_bytes()[:3000])
    note = tmp_path / "note.txt"
    note.write_text("A whole file next to a broken one is taken all the same.")
    said = studio("docs", "add", str(file), str(note), "--json")
    assert said.code == 1
    error = said.lines[0]["error"]
    assert said.lines[1]["attributes"]["status"] == "extracted"
    assert error["code"] and error["details"]["reason"] and error["details"]["remedy"]


def test_what_is_not_there_is_exit_code_3(studio: Shell) -> None:
    for arguments in (
        ("docs", "show", "nothing"),
        ("dataset", "show", "nothing"),
        ("runs", "show", "nothing"),
        ("dead", "release", "00000000-0000-0000-0000-000000000000", "--reason", "x"),
        ("chat", "nobody", "hello"),
        ("lineage", "run", "nothing"),
    ):
        said = studio(*arguments, "--json")
        assert said.code == 3, (arguments, said)
        assert said.json["error"]["code"] in ("NOT_FOUND", "MODEL_NOT_FOUND")


def test_what_its_state_forbids_is_exit_code_4(studio: Shell, journey: Journey) -> None:
    assert studio("rollback", "answers", "--reason", "a test", "--json").code == 0
    again = studio("rollback", "answers", "--json")
    assert (again.code, again.json["error"]["code"]) == (4, "NOTHING_BEFORE")
    # Forward again, for the tests after this one.
    deployed = studio(
        "deploy", "answers", "--model", "answers", "--version", "0.1.1", "--strategy", "blue_green", "--json"
    )
    assert deployed.json["attributes"]["candidate_version"] == "0.1.1"
    with Studio(place=find({"STUDIO_HOME": str(journey.platform.home.path)})) as client:
        client.deployments.promote("answers")
        assert client.deployments.get("answers")["stable_version"] == "0.1.1"


def test_a_bad_token_is_exit_code_5(studio: Shell, journey: Journey) -> None:
    said = studio("docs", "list", "--json", STUDIO_URL=journey.platform.api_url, STUDIO_TOKEN="forged")
    assert said.code == 5 and "studio login" in said.err


def test_refused_input_is_exit_code_7_and_names_the_field(studio: Shell) -> None:
    said = studio("deploy", "answers-x", "--model", "answers", "--version", "9.9.9", "--json")
    assert said.code == 7 and said.json["error"]["details"]["field"] == "version"


def test_from_samples_to_a_dataset(studio: Shell, journey: Journey) -> None:
    document = journey.findings.origin.document_id  # type: ignore[union-attr]
    batch = studio("generate", document, "--count", "20", "--json")
    assert batch.code == 0 and batch.json["attributes"]["delivered"] == 20 and "samples" in batch.err
    curation = studio("curate", batch.json["id"], "--rule", "grounding >= 0.5", "--json").json
    assert curation["attributes"]["status"] == "finished"
    what_if = studio("curate", curation["id"], "--what-if", "grounding > 2", "--json").json["attributes"]
    assert (what_if["kept"], what_if["dropped"]) == (0, 20)
    refused = studio("dataset", "freeze", "nothing", "--curation", curation["id"], "--rule", "grounding > 2", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "DATASET_EMPTY")
    later = studio("dataset", "freeze", "cli", "--curation", curation["id"], "--no-follow", "--json").json
    assert later["attributes"]["status"] in ("requested", "frozen")


def test_events_lineage_and_chat(studio: Shell, journey: Journey) -> None:
    # One topic: between topics there is no order.
    of_run = ("events", "tail", "--subject", journey.findings.ids["run"], "--topic", "studio.training.steps", "--json")
    tail = studio(*of_run, "--after", "begin", "--count", "3")
    assert tail.code == 0 and len(tail.lines) == 3 and all(line["position"] for line in tail.lines)
    rest = studio(*of_run, "--after", tail.lines[0]["position"], "--count", "2")
    assert [line["id"] for line in rest.lines] == [line["id"] for line in tail.lines[1:]]
    graph = studio("lineage", "model_version", "answers@0.1.1", "--json").json
    assert {"run", "dataset", "document"} <= {node["type"] for node in graph["attributes"]["nodes"]}
    tree = studio("lineage", "model_version", "answers@0.1.1").out
    assert "policy.md" in tree and tree.startswith("model_version") and "run answers completed" in tree
    answer = studio("chat", "answers", "What is a buoy?", "--json").json
    assert answer["version"].startswith("answers@") and answer["call_id"].startswith("call-")
    assert studio("dead", "list", "--json").out == ""


def test_login_is_kept_and_used(journey: Journey, anywhere: Shell, tmp_path: Path) -> None:
    email, password = journey.platform.login
    url, router = journey.platform.api_url, journey.platform.router_url
    said = anywhere("login", url, "--email", email, "--router", router, "--json", STUDIO_PASSWORD=password)
    assert said.code == 0 and said.json["role"] == "admin" and password not in (tmp_path / "login.json").read_text()
    assert anywhere("docs", "list", "--json").code == 0
    assert anywhere("login", url, "--email", email, "--json", STUDIO_PASSWORD="wrong").code == 5


def test_the_installed_command_keeps_stdout_for_json(journey: Journey) -> None:
    environment = {**os.environ, "STUDIO_HOME": str(journey.platform.home.path)}
    found = subprocess.run(
        [sys.executable, "-m", "studio.cli.main", "docs", "list", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 0 and all(json.loads(line)["type"] == "document" for line in found.stdout.splitlines())
    assert found.stderr == ""
