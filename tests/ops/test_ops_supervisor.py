"""The supervisor on the real servers: what is killed comes back, what is stopped is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from ops.create import s3_client
from ops.local import control
from ops.local import state as states
from ops.local.home import Home
from ops.local.session import Session, session
from tests.processes import gone

SERVERS = ("kafka", "postgres", "s3")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with session(tmp_path_factory.mktemp("servers"), "create") as running:
        yield running


async def test_kafka_comes_back_with_its_records(servers: Session) -> None:
    bootstrap = servers.settings.kafka_bootstrap
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        sent = await producer.send_and_wait("studio.dead", b"before the crash", partition=0)
    pid = servers.kill("kafka")
    servers.wait_healthy("kafka", other_than=pid)
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False) as consumer:
        place = TopicPartition("studio.dead", 0)
        consumer.assign([place])
        consumer.seek(place, sent.offset)
        assert (await consumer.getone()).value == b"before the crash"


def test_postgres_comes_back_with_its_rows(servers: Session) -> None:
    dsn = servers.settings.postgres_dsn
    with psycopg.connect(dsn) as conn:
        conn.execute("create table if not exists survivor (n int)")
        conn.execute("insert into survivor values (1)")
    pid = servers.kill("postgres")
    servers.wait_healthy("postgres", other_than=pid)
    with psycopg.connect(dsn) as conn:
        assert conn.execute("select count(*) from survivor").fetchone() == (1,)
        conn.execute("drop table survivor")


def test_postgres_starts_over_a_pid_file_that_names_a_foreign_process(servers: Session) -> None:
    file = servers.home.data / "postgres" / "postmaster.pid"
    os.kill(servers.processes["postgres"].pid, signal.SIGSTOP)  # it cannot tidy up
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    pid = servers.kill("postgres")
    servers.wait_healthy("postgres", other_than=pid)


def test_s3_comes_back_with_its_objects(servers: Session) -> None:
    import io

    client, bucket = s3_client(servers.settings), servers.settings.s3_bucket
    client.put_object(bucket, "survivor", io.BytesIO(b"bytes"), 5)
    pid = servers.kill("s3")
    servers.wait_healthy("s3", other_than=pid)
    assert client.get_object(bucket, "survivor").read() == b"bytes"


def test_restarts_are_counted(servers: Session) -> None:
    before = servers.processes["s3"].restarts
    servers.wait_healthy("s3", other_than=servers.kill("s3"))
    assert servers.processes["s3"].restarts == before + 1


def test_everything_listens_on_this_machine_only(servers: Session) -> None:
    for name in SERVERS:
        process = psutil.Process(servers.pids[name])
        listening = [c.laddr.ip for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
        assert listening
        assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}, name


def test_a_second_home_runs_beside_it_and_leaves_nothing(servers: Session, tmp_path: Path) -> None:
    with session(tmp_path, "postgres") as second:
        pids = [*second.pids.values(), states.running(second.home).pid]  # type: ignore[union-attr]
        assert set(second.pids) == {"postgres"}
        servers.wait_healthy(*SERVERS)
        family = [child for pid in pids for child in psutil.Process(pid).children(recursive=True)]
    assert all(gone(pid) for pid in pids)
    assert all(gone(child.pid) for child in family)
    assert states.running(second.home) is None
    servers.wait_healthy(*SERVERS)


def test_what_a_killed_supervisor_leaves_is_cleared_by_the_next_start(tmp_path: Path) -> None:
    with session(tmp_path, "postgres") as running:
        before = running.pids["postgres"]
        supervisor = states.running(running.home)
        assert supervisor is not None
        os.kill(supervisor.pid, signal.SIGKILL)
        running.start("postgres")
        assert running.pids["postgres"] != before
        assert gone(before)


def test_a_start_outlives_the_supervisor_that_it_asked(tmp_path: Path) -> None:
    with session(tmp_path, "postgres") as running:
        supervisor = states.running(running.home)
        assert supervisor is not None
        os.kill(supervisor.pid, signal.SIGSTOP)  # alive, and answers nothing
        with ThreadPoolExecutor() as pool:
            start = pool.submit(running.start, "postgres")
            time.sleep(1)
            os.kill(supervisor.pid, signal.SIGKILL)
            start.result(60)
        other = states.running(running.home)
        assert other is not None
        assert other.pid != supervisor.pid


def test_a_process_that_was_given_the_pid_of_a_child_is_not_killed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as bystander:
        gone = states.PlatformState(999_999, 1.0, {"kafka": states.ChildState("kafka", "healthy", bystander.pid, 1.0)})
        states.write(home, gone)
        assert control.down(home) is False
        assert bystander.poll() is None
        bystander.kill()


def test_ctrl_c_in_the_foreground_stops_everything(tmp_path: Path) -> None:
    environment = {**os.environ, "STUDIO_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "ops", "up", "--only", "postgres", "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert '"healthy": true' in process.stdout.readline()
        state = states.running(Home(tmp_path))
        assert state is not None
        pid = state.children["postgres"].pid
        process.send_signal(signal.SIGINT)
        assert process.wait(90) == 0
    assert gone(pid)


def test_two_starts_at_once_share_one_supervisor(tmp_path: Path) -> None:
    environment = {**os.environ, "STUDIO_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "ops", "up", "--detach", "--only", "postgres", "--json"]
    try:
        both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
        answers = [process.communicate(timeout=90)[0] for process in both]
        assert [process.returncode for process in both] == [0, 0]
        assert len({json.loads(answer)["supervisor"]["pid"] for answer in answers}) == 1
    finally:
        control.down(Home(tmp_path))


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(control.PlatformError, match="no such process: kafak; there are kafka"):
        control.up(Home(tmp_path), ["kafak"])


def test_a_server_that_is_configured_elsewhere_is_not_started(tmp_path: Path, servers: Session) -> None:
    environment = {**os.environ, "STUDIO_HOME": str(tmp_path)}
    for key in (
        "STUDIO_KAFKA_BOOTSTRAP",
        "STUDIO_POSTGRES_ADMIN_DSN",
        "STUDIO_POSTGRES_DSN",
        "STUDIO_POSTGRES_APP_DSN",
    ):
        environment[key] = servers.environment[key]
    command = [sys.executable, "-m", "ops", "up", "--detach", "--only", "create"]
    try:
        subprocess.run(command, env=environment, check=True, timeout=90)
        state = states.running(Home(tmp_path))
        assert state is not None
        assert set(state.children) == {"s3", "create"}
        assert set(state.external) == {"kafka", "postgres"}
    finally:
        control.down(Home(tmp_path))
