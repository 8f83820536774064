"""Kafka, Postgres and S3 as the doctor asks them: there, open to us, and as they were made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from ops.finding import Finding, ok, problem
from ops.local import state as states
from ops.local.environment import EXTERNAL, environment, external
from ops.local.home import Home
from streams.settings import Settings


async def servers(home: Home, given: Mapping[str, str]) -> list[Finding]:
    """Whether Kafka, Postgres and S3 answer with the configured credentials, and whether topics drifted."""
    theirs, state = external(home, given), states.running(home)
    running = {name for name, child in state.children.items() if child.pid} if state else set()
    values = {key.removeprefix("STUDIO_").lower(): value for key, value in environment(home, given).items()}
    settings = Settings(**values)  # type: ignore[arg-type]
    checks: dict[str, Callable[[Settings], Awaitable[Finding]]] = {"kafka": kafka, "postgres": postgres, "s3": s3}
    findings = []
    for name, check in checks.items():
        if name not in theirs and name not in running:
            findings.append(Finding(name, "skipped", "not running: studio up starts it"))
            continue
        remedy = f"check {EXTERNAL[name]}" if name in theirs else f"read {home.logs / name}.log"
        try:
            async with asyncio.timeout(15):
                findings.append(await check(settings))
        except Exception as error:  # every client fails in its own way; the person needs the words
            findings.append(problem(name, f"does not answer: {error or type(error).__name__}", remedy))
    return findings


async def kafka(settings: Settings) -> Finding:
    """Kafka answers and its topics are those of the catalogue."""
    from ops.create import catalogue, kafka_admin, topic_drift

    admin = kafka_admin(settings)
    await admin.start()
    try:
        drift = await topic_drift(admin, catalogue(), settings.partitions)
    finally:
        await admin.close()
    wrong = [f"{name} {what}" for name, what in drift.items() if what]
    missing = [name for name, what in drift.items() if not what]
    if wrong:
        return problem("kafka", "; ".join(wrong), "set STUDIO_PARTITIONS to what exists; partition counts never change")
    if missing:
        return problem("kafka", f"topics are missing: {', '.join(missing)}", "run studio create")
    return ok("kafka", f"{settings.kafka_bootstrap} has all {len(catalogue())} topics")


async def postgres(settings: Settings) -> Finding:
    """Both roles can log in, and the app's role is bound by row-level security."""
    import psycopg

    async with await psycopg.AsyncConnection.connect(settings.postgres_dsn) as conn:
        version = await (await conn.execute("select current_setting('server_version')")).fetchone()
    async with await psycopg.AsyncConnection.connect(settings.postgres_app_dsn) as conn:
        cursor = await conn.execute("select rolbypassrls or rolsuper from pg_roles where rolname = current_user")
        row = await cursor.fetchone()
    if row and row[0]:
        remedy = "give STUDIO_POSTGRES_APP_DSN a role that is neither superuser nor BYPASSRLS"
        return problem("postgres", "the app's role would see rows of every tenant", remedy)
    return ok("postgres", f"server {version[0] if version else '?'}, both roles log in")


async def s3(settings: Settings) -> Finding:
    """The bucket is there and the credentials open it."""
    from ops.create import s3_client

    if await asyncio.to_thread(s3_client(settings).bucket_exists, settings.s3_bucket):
        return ok("s3", f"bucket {settings.s3_bucket} at {settings.s3_endpoint}")
    return problem("s3", f"there is no bucket {settings.s3_bucket} at {settings.s3_endpoint}", "run studio create")
