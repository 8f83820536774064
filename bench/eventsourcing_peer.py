# mypy: ignore-errors
"""The same steps through the package eventsourcing: run by the Python of its own environment, one JSON line out.

Arguments: what to do (`view` or `visible`), runs, events. Its Postgres is in POSTGRES_* of the environment.
"""

import json
import sys
import time

from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL


class Run(Aggregate):
    class StepRecorded(Aggregate.Event):
        phase: str
        step: int
        steps_total: int
        loss: float
        reward: float
        reward_parts: str
        groups_blob: str

        def apply(self, aggregate):
            pass

    def record(self, **values):
        self.trigger_event(self.StepRecorded, **values)


class Training(Application):
    name = "training"


class Runs(PostgresTrackingRecorder):
    """The two tables that a step changes in our view: the step itself, and where its run is."""

    def __init__(self, datastore, **more):
        super().__init__(datastore, **more)
        self.sql_create_statements.append(
            SQL(
                "create table if not exists run_step (run_id uuid, phase text, step bigint, steps_total bigint,"
                " loss float8, reward float8, reward_parts jsonb, groups_blob text, recorded_at timestamptz,"
                " primary key (run_id, phase, step))"
            )
        )
        self.sql_create_statements.append(
            SQL(
                "create table if not exists run (run_id uuid primary key, step bigint, loss float8, reward float8,"
                " steps bigint, updated_at timestamptz)"
            )
        )

    def take(self, event, tracking):
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "insert into run_step values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (event.originator_id, event.phase, event.step, event.steps_total, event.loss, event.reward)
                + (event.reward_parts, event.groups_blob, event.timestamp),
                prepare=True,
            )
            cursor.execute(
                "insert into run values (%s, %s, %s, %s, 1, %s) on conflict (run_id) do update set"
                " step = excluded.step, loss = excluded.loss, reward = excluded.reward, steps = run.steps + 1,"
                " updated_at = excluded.updated_at",
                (event.originator_id, event.step, event.loss, event.reward, event.timestamp),
                prepare=True,
            )


class RunsProjection(Projection):
    name = "runs"
    topics = ("__main__:Run.StepRecorded",)

    @singledispatchmethod
    def process_event(self, event, tracking):
        pass

    @process_event.register
    def _(self, event: Run.StepRecorded, tracking):
        self.view.take(event, tracking)


def step(number):
    return {
        "phase": "grpo", "step": number, "steps_total": 1000, "loss": 0.1, "reward": 0.5,
        "reward_parts": '{"exact": 0.5, "format": 1.0}', "groups_blob": "t/" + "a" * 64,
    }  # fmt: skip


def view(runs, events):
    """Store all events, then time a new projection from its start until its view is complete."""
    app = Training()
    known = [Run() for _ in range(runs)]
    last = 0
    for number in range(events // runs):
        for run in known:
            run.record(**step(number))
        if number % 50 == 49 or number == events // runs - 1:
            last = app.save(*known)[-1].notification.id
    app.close()
    begun, cpu = time.monotonic(), time.process_time()
    with runner() as running:
        running.wait(last, timeout=600)
        wall, cpu = time.monotonic() - begun, time.process_time() - cpu
    return {"seconds": wall, "cpu_seconds": cpu, "events": events // runs * runs}


def visible(runs, events):
    """Save one event at a time and wait until the view has it; milliseconds each."""
    took = []
    with runner() as running:
        run = Run()
        running.app.save(run)
        for number in range(events):
            begun = time.perf_counter()
            run.record(**step(number))
            (recorded,) = running.app.save(run)
            while (running.view.max_tracking_id(running.app.name) or 0) < recorded.notification.id:
                time.sleep(0.001)  # `wait` looks every 100 ms at first, which would be measured instead
            took.append((time.perf_counter() - begun) * 1000)
    return {"milliseconds": took}


def runner():
    return ProjectionRunner(application_class=Training, projection_class=RunsProjection, view_class=Runs)


if __name__ == "__main__":
    what, runs, events = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print(json.dumps({"view": view, "visible": visible}[what](runs, events)))
