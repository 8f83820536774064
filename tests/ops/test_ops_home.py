"""A home: ports that stay, secrets that are generated once and closed."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import psutil

from ops.local import state as states
from ops.local.environment import environment, external
from ops.local.home import Home


def home_in(path: Path) -> Home:
    home = Home(path)
    home.create()
    return home


def test_ports_are_chosen_once_and_are_all_different(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    first = home.ports()
    assert len(set(first.values())) == len(first)
    with socket.socket() as taken:  # a port taken later does not move: clients know it
        taken.bind(("127.0.0.1", first["kafka"]))
        assert Home(tmp_path).ports() == first


def test_two_homes_have_no_port_in_common_once_the_first_listens(tmp_path: Path) -> None:
    first = home_in(tmp_path / "one").ports()
    sockets = [socket.create_server(("127.0.0.1", port)) for port in first.values()]
    try:
        assert not set(first.values()) & set(home_in(tmp_path / "two").ports().values())
    finally:
        for one in sockets:
            one.close()


def test_secrets_are_generated_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    secrets = home.secrets()
    assert Home(tmp_path).secrets() == secrets
    assert len(set(secrets.values())) == len(secrets)
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_what_the_person_sets_wins_and_means_that_the_server_is_not_ours(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    given = {"STUDIO_KAFKA_BOOTSTRAP": "broker.example:9092", "HOME": "/root", "STUDIO_S3_ENDPOINT": ""}
    assert environment(home, given)["STUDIO_KAFKA_BOOTSTRAP"] == "broker.example:9092"
    assert external(home, given) == {"kafka": "broker.example:9092"}
    assert external(home, environment(home, {})) == {}, "exporting a home's own settings changes nothing"


def test_roles_follow_the_admin_to_a_server_of_the_persons_own(tmp_path: Path) -> None:
    admin = "postgresql://root:pw@db.example:6432/postgres?sslmode=require"
    full = environment(home_in(tmp_path), {"STUDIO_POSTGRES_ADMIN_DSN": admin})
    assert full["STUDIO_POSTGRES_DSN"].startswith("postgresql://studio_engine:")
    assert full["STUDIO_POSTGRES_DSN"].endswith("@db.example:6432/studio?sslmode=require")


def test_a_pid_that_was_given_to_another_process_is_foreign() -> None:
    me = psutil.Process(os.getpid())
    assert states.alive(me.pid, me.create_time()) is not None
    assert states.alive(me.pid, me.create_time() - 100) is None
    assert states.alive(0, 0) is None
