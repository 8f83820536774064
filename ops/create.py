"""What has to exist before anything runs: topics, database roles, schemas and tables, the bucket. Idempotent."""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupCoordinatorNotAvailableError as CoordinatorNotAvailable
from aiokafka.errors import TopicAlreadyExistsError, for_code
from minio import Minio
from minio.error import S3Error
from psycopg import sql

import projections.schema
from streams.catalogue import Topic
from streams.kafka import connection
from streams.settings import Settings

ROOT = Path(__file__).parents[1]
ROOMS_WITH_TABLES = ("processors", "projections", "serving", "api")
LOCK = 5_214_806  # any number: the advisory lock that makes concurrent creates wait for each other
log = structlog.get_logger()


class Drift(Exception):
    """What exists contradicts the catalogue; nothing is started on top of it."""


async def create(settings: Settings) -> None:
    """Create what is missing.

    Raises:
        Drift: a topic exists with another number of partitions, or the database cannot be ours.
    """
    await asyncio.gather(create_topics(settings), create_database(settings), asyncio.to_thread(create_bucket, settings))


async def topic_drift(admin: AIOKafkaAdminClient, topics: list[Topic], partitions: int) -> dict[str, str]:
    """Topics that are missing ("") or have another number of partitions than the catalogue says (what is wrong)."""
    found: dict[str, int] = {}
    for described in await admin.describe_topics([topic.name for topic in topics]):
        if not described["error_code"]:
            found[described["topic"]] = len(described["partitions"])
    drift = {}
    for topic in topics:
        if topic.name not in found:
            drift[topic.name] = ""
        elif found[topic.name] != partitions:
            drift[topic.name] = f"has {found[topic.name]} partitions, the catalogue says {partitions}"
    return drift


async def create_topics(settings: Settings) -> None:
    """Every topic of the catalogue. Partition counts are fixed: keys would move, so a difference is refused.

    Raises:
        Drift: a topic has another number of partitions.
    """
    topics = catalogue()
    admin = kafka_admin(settings)
    await admin.start()
    try:
        drift = await topic_drift(admin, topics, settings.partitions)
        wrong = [f"{name} {what}" for name, what in drift.items() if what]
        if wrong:
            raise Drift(
                f"{'; '.join(wrong)}. Partition counts never change: set STUDIO_PARTITIONS to what exists, or move the "
                "events to a new cluster."
            )
        missing = [
            NewTopic(topic.name, settings.partitions, settings.replication, topic_configs=topic.settings)
            for topic in topics
            if topic.name in drift
        ]
        if missing:
            answer = await admin.create_topics(missing)
            for name, code, message in (error[:3] for error in answer.topic_errors):
                if code and code != TopicAlreadyExistsError.errno:
                    raise Drift(f"Kafka refuses to create {name}: {message or for_code(code).__name__}")
            log.info("topics created", topics=[topic.name for topic in missing])
        await _wake_coordinator(admin)
    finally:
        await admin.close()


async def _wake_coordinator(admin: AIOKafkaAdminClient) -> None:
    # Kafka makes its own offsets topic when somebody first asks for a coordinator, and says no meanwhile. Asked here,
    # the consumers that start a second later find it.
    for _ in range(50):
        try:
            await admin.find_coordinator("studio")
            return
        except CoordinatorNotAvailable:
            await asyncio.sleep(0.1)


def kafka_admin(settings: Settings) -> AIOKafkaAdminClient:
    """An admin client for the configured cluster, not started."""
    return AIOKafkaAdminClient(**connection(settings), request_timeout_ms=15_000)


def catalogue() -> list[Topic]:
    """The catalogue's topics and those that rooms declare beside it (the changelogs of the metrics app)."""
    from processors.metrics.topics import CHANGELOGS
    from streams.catalogue import TOPICS

    return [*TOPICS, *CHANGELOGS]


async def create_database(settings: Settings) -> None:
    """Roles, database and tables. The engine's role owns the tables; the app's role sees rows of one tenant only.

    Raises:
        Drift: the admin may not create what is needed.
    """
    engine, app = urlsplit(settings.postgres_dsn), urlsplit(settings.postgres_app_dsn)
    if settings.postgres_admin_dsn:
        async with await psycopg.AsyncConnection.connect(settings.postgres_admin_dsn, autocommit=True) as admin:
            await admin.execute("select pg_advisory_lock(%s)", [LOCK])
            try:
                await _role(admin, engine.username or "", unquote(engine.password or ""), "bypassrls")
                await _role(admin, app.username or "", unquote(app.password or ""), "nobypassrls")
                await _database(admin, engine.path.lstrip("/"), engine.username or "")
            except psycopg.errors.InsufficientPrivilege as error:
                raise Drift(f"STUDIO_POSTGRES_ADMIN_DSN may not create roles and databases: {error}") from error
    async with await psycopg.AsyncConnection.connect(settings.postgres_dsn) as conn:
        await conn.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        for _, ddl in tables():
            await conn.execute(ddl.encode())
        await projections.schema.create(conn, app.username or "")


async def _role(admin: psycopg.AsyncConnection[tuple[object, ...]], name: str, password: str, rls: str) -> None:
    there = await (await admin.execute("select 1 from pg_roles where rolname = %s", [name])).fetchone()
    verb = "alter" if there else "create"
    statement = f"{verb} role {{}} with login {rls} password {{}}"
    await admin.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Literal(password)))


async def _database(admin: psycopg.AsyncConnection[tuple[object, ...]], name: str, owner: str) -> None:
    there = await (await admin.execute("select 1 from pg_database where datname = %s", [name])).fetchone()
    if not there:
        await admin.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(owner)))


def tables() -> Iterator[tuple[str, str]]:
    """(module, DDL) of the backbone, then of every module that has a `DDL` at its top level: a string or several."""
    from streams import ddl

    for statement in ddl.DDL:
        yield "streams.ddl", statement
    for room in ROOMS_WITH_TABLES:
        for file in sorted((ROOT / room).rglob("*.py")):
            # Read before import: only modules with tables are loaded, so that no engine (torch, Faust) comes with them.
            if re.search(r"^DDL\b.*=", file.read_text(), re.MULTILINE):
                module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                found = importlib.import_module(module).DDL
                for statement in (found,) if isinstance(found, str) else found:
                    yield module, statement


def s3_client(settings: Settings) -> Minio:
    """A client for the configured object store."""
    server = urlsplit(settings.s3_endpoint)
    return Minio(
        server.netloc,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        secure=server.scheme == "https",
    )


def create_bucket(settings: Settings) -> None:
    """The bucket that holds every blob."""
    client = s3_client(settings)
    if not client.bucket_exists(settings.s3_bucket):
        try:
            client.make_bucket(settings.s3_bucket)
        except S3Error as error:
            if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise
