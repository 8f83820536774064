"""The compose file: valid by the specification's schema, and its commands start with its environment."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import jsonschema
import psutil
import pytest
import yaml

from ops.local.session import Session, session
from streams.settings import Settings
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.kafka.yml"
ROLES = ("core", "metrics", "api", "feed", "router", "serving", "trainer")
SECRETS = {name: "0123456789abcdef" * 3 for name in re.findall(r"\$\{(STUDIO_\w+):\?", FILE.read_text())}


def interpolated(node: Any, values: dict[str, str]) -> Any:
    """Compose's ${NAME}, ${NAME:-default} and ${NAME:?message}, in every string of a parsed document."""
    if isinstance(node, dict):
        return {key: interpolated(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [interpolated(value, values) for value in node]
    if not isinstance(node, str):
        return node

    def value(match: re.Match[str]) -> str:
        name, operator, rest = match["name"], match["op"] or "", match["rest"] or ""
        if values.get(name):
            return values[name]
        if operator == ":?":
            raise KeyError(f"{name}: {rest}")
        return rest

    return re.sub(r"\$\{(?P<name>\w+)(?:(?P<op>:[-?])(?P<rest>[^}]*))?\}", value, node)


def composition(**values: str) -> dict[str, Any]:
    return dict(interpolated(yaml.safe_load(FILE.read_text()), {**SECRETS, **values}))


def env_file(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def environment_of(service: dict[str, Any]) -> dict[str, str]:
    files = env_file(service["env_file"]) if "env_file" in service else {}
    return {**files, **service.get("environment", {})}


def ours() -> dict[str, dict[str, Any]]:
    services = composition()["services"]
    return {name: one for name, one in services.items() if one["image"] == "synthetic-data-studio"}


def test_it_is_valid_by_the_schema_of_the_specification() -> None:
    schema = json.loads(Path(__file__).with_name("compose_spec.json").read_text())
    document = composition()
    jsonschema.Draft201909Validator(schema).validate(document)
    document["services"]["api"]["comand"] = ["x"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft201909Validator(schema).validate(document)


def test_without_secrets_it_says_how_to_make_them() -> None:
    with pytest.raises(KeyError, match=r"run make \.env first"):
        interpolated(yaml.safe_load(FILE.read_text()), {})


def test_generated_secrets_are_all_that_is_asked_for(tmp_path: Path) -> None:
    script = [sys.executable, str(ROOT / "ops/compose/make_env.py"), str(tmp_path / ".env")]
    subprocess.run(script, check=True)
    lines = dict(line.split("=", 1) for line in (tmp_path / ".env").read_text().splitlines())
    assert set(lines) == set(SECRETS)
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert subprocess.run(script, capture_output=True).returncode != 0, "it never overwrites"


def test_what_a_service_waits_for_exists_and_can_become_so() -> None:
    services = composition()["services"]
    for name, service in services.items():
        for other, need in service.get("depends_on", {}).items():
            assert other in services, name
            if need["condition"] == "service_healthy":
                assert "healthcheck" in services[other], other
        if service.get("restart") != "no" and not service.get("profiles"):
            assert "healthcheck" in service, name


def test_published_ports_are_local_and_mounts_exist() -> None:
    document = composition()
    for service in document["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in document["volumes"]


def test_every_setting_is_one_that_we_read() -> None:
    from api.settings import ApiSettings

    fields = {f"STUDIO_{name.upper()}" for name in {**Settings.model_fields, **ApiSettings.model_fields}}
    for name, service in ours().items():
        assert set(environment_of(service)) <= fields | {"STUDIO_PROBE_HOST", "STUDIO_PROBE_PORT"}, name


def test_the_file_starts_what_the_laptop_starts() -> None:
    from ops.local.processes import ROLES as LAPTOP

    commands = {name: service["command"] for name, service in ours().items()}
    for role in LAPTOP:
        assert commands[role.name] == ["studio", *role.command]


def test_three_nodes_vote_and_replicate() -> None:
    services = composition(**env_file("ops/compose/kafka3.env"))["services"]
    nodes = {name: one["environment"] for name, one in services.items() if name.startswith("kafka")}
    voters = dict(v.split("@") for v in nodes["kafka"]["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(","))
    assert voters == {node["KAFKA_NODE_ID"]: f"{name}:9093" for name, node in nodes.items()}
    assert {node["KAFKA_DEFAULT_REPLICATION_FACTOR"] for node in nodes.values()} == {"3"}
    assert environment_of(services["create"])["STUDIO_REPLICATION"] == "3"


def test_prometheus_scrapes_services_that_listen_there() -> None:
    services = composition()["services"]
    config = yaml.safe_load((ROOT / "ops/prometheus/prometheus.yml").read_text())
    statics = [static for job in config["scrape_configs"] for static in job["static_configs"]]
    for target in (target for static in statics for target in static["targets"]):
        name, _, port = target.partition(":")
        assert name in services
        if name != "otel":
            own = environment_of(services[name])
            assert port in (own.get("STUDIO_PROBE_PORT"), "8080" if name == "api" else own["STUDIO_FEED_PORT"])
    collector = yaml.safe_load((ROOT / "ops/otel/collector.yml").read_text())
    assert collector["exporters"]["prometheus"]["endpoint"].endswith(":8889")
    for pipeline in collector["service"]["pipelines"].values():
        for kind in ("receivers", "processors", "exporters"):
            assert set(pipeline[kind]) <= set(collector[kind])
    board = json.loads((ROOT / "ops/grafana/dashboards/studio.json").read_text())
    sources = yaml.safe_load((ROOT / "ops/grafana/provisioning/datasources/prometheus.yml").read_text())
    assert {p["datasource"]["uid"] for p in board["panels"]} == {s["uid"] for s in sources["datasources"]}


def test_the_image_copies_what_its_commands_need() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    for path in re.findall(r"requirements/\w+\.txt", dockerfile):
        assert (ROOT / path).exists()
    assert "USER studio" in dockerfile
    assert not re.search(r"^COPY .*\.env", dockerfile, re.MULTILINE)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with session(tmp_path_factory.mktemp("compose"), "kafka", "postgres") as running:
        yield running


class Composed:
    """What docker would do with our services: their commands, environments and health checks on this machine."""

    def __init__(self, servers: Session, folder: Path) -> None:
        self.folder, self.services = folder, ours()
        postgres = f"127.0.0.1:{servers.home.ports()['postgres']}"
        self.hosts = {"kafka:9092": servers.settings.kafka_bootstrap, "postgres:5432": postgres, "0.0.0.0": "127.0.0.1"}
        self.admin = servers.settings.postgres_admin_dsn
        self.ports: dict[tuple[str, str], str] = {}
        for name in ("api", "feed", "router", "serving", "s3"):
            port = {"api": "8080", "feed": "8092", "router": "8090", "serving": "8091", "s3": "9000"}[name]
            self.hosts[f"{name}:{port}"] = f"127.0.0.1:{self.port(name, port)}"

    def port(self, service: str, inside: str) -> str:
        return self.ports.setdefault((service, inside), str(free_port()))

    def translated(self, service: str, text: str) -> str:
        """A value of the compose file as it would read on one machine: hosts and ports of the services."""
        for host, here in self.hosts.items():
            text = text.replace(host, here)
        inside = "8080|8090|8091|8092|9000|9100"
        return re.sub(rf"(?<!\d)({inside})(?!\d)", lambda match: self.port(service, match[0]), text)

    def argv(self, service: str, command: list[str]) -> list[str]:
        words = [self.translated(service, word) for word in command]
        if words[0] == "studio":
            return [str(Path(sys.executable).with_name("studio")), *words[1:]]
        assert words[0] == "python"
        return [sys.executable, *words[1:]]

    def environment(self, service: str) -> dict[str, str]:
        values = {k: self.translated(service, v) for k, v in environment_of(self.services[service]).items()}
        if "STUDIO_POSTGRES_ADMIN_DSN" in values:
            values["STUDIO_POSTGRES_ADMIN_DSN"] = self.admin
        base = {name: os.environ[name] for name in ("PATH", "HOME", "M2_REPO") if name in os.environ}
        return {**base, **values, "STUDIO_HOME": str(self.folder / service)}

    def start(self, service: str) -> subprocess.Popen[bytes]:
        command = [word.replace("/data", str(self.folder / "data")) for word in self.services[service]["command"]]
        (self.folder / service).mkdir(exist_ok=True)
        log = (self.folder / f"{service}.log").open("wb")
        return subprocess.Popen(
            self.argv(service, command), env=self.environment(service), cwd=self.folder, stdout=log, stderr=log
        )

    def healthy(self, service: str) -> bool:
        test = self.services[service]["healthcheck"]["test"]
        assert test[0] == "CMD"
        done = subprocess.run(self.argv(service, test[1:]), env=self.environment(service), cwd=ROOT, timeout=20)
        return done.returncode == 0

    def log(self, service: str) -> str:
        return (self.folder / f"{service}.log").read_text(errors="replace")[-3000:]


@pytest.mark.timeout(300)
def test_every_service_starts_becomes_healthy_and_stops_when_asked(servers: Session, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    composed = Composed(servers, tmp_path)
    with ExitStack() as stack:
        running: dict[str, subprocess.Popen[bytes]] = {}

        def start(name: str) -> None:
            running[name] = composed.start(name)
            stack.callback(lambda: psutil.pid_exists(running[name].pid) and running[name].kill())

        def wait(names: list[str], seconds: float) -> None:
            deadline, late = time.monotonic() + seconds, list(names)
            while late := [name for name in late if not composed.healthy(name)]:
                for name in late:
                    assert running[name].poll() is None, f"{name} ended:\n{composed.log(name)}"
                assert time.monotonic() < deadline, "\n".join(f"{name} is late:\n{composed.log(name)}" for name in late)
                time.sleep(0.3)

        start("s3")
        wait(["s3"], 30)
        created = composed.start("create")
        assert created.wait(60) == 0, composed.log("create")
        for name in ROLES:
            start(name)
        wait(list(ROLES), 150)
        for name in reversed(list(running)):
            running[name].send_signal(signal.SIGTERM)
        codes = {name: process.wait(30) for name, process in running.items()}
        assert codes.pop("s3") in (0, 143), "a JVM says that it was terminated"
        assert codes == dict.fromkeys(ROLES, 0), {name: composed.log(name) for name, code in codes.items() if code}
