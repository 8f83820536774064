import { expect, test } from "vitest";
import type { Entry } from "./frames";
import { INITIAL, LONGEST_PAUSE, lost, SWITCH_AFTER, take, type Status } from "./status";

const entry = (position: string): Entry => ({
  kind: "entry",
  position,
  id: position,
  type: "StepRecorded",
  topic: "studio.training.steps",
  subject: "run",
  time: "2026-01-01T00:00:00Z",
  version: 0,
  epoch: 1,
  seq: 1,
  source: "",
  correlation_id: null,
  causation_id: null,
  traceparent: "",
  data: {},
});
const at = (position: string): Status => ({ ...INITIAL, position });

test("history, then live: each entry moves the position", () => {
  const hello = take(INITIAL, { kind: "hello", position: "aa.4", head: "aa.6", heartbeat: 30 }, 1);
  expect(hello.status).toMatchObject({ stage: "catching up", position: "aa.4", heard: 1, failures: 0 });
  const five = take(hello.status, entry("aa.5"), 2);
  expect(five.entry?.position).toBe("aa.5");
  const live = take(five.status, { kind: "live", position: "aa.6" }, 3);
  expect(live.status).toMatchObject({ stage: "live", position: "aa.6" });
});

test("an entry that was seen before changes nothing", () => {
  for (const old of ["aa.7", "aa.6", "aa.1"]) {
    const step = take(at("aa.7"), entry(old), 1);
    expect(step.entry).toBeUndefined();
    expect(step.status.position).toBe("aa.7");
  }
});

test("numbers of another log say nothing about this one's", () => {
  const step = take(at("aa.700"), entry("bb.3"), 1);
  expect(step.entry?.position).toBe("bb.3");
  expect(step.status.position).toBe("bb.3");
});

test("the answer to a ping moves the position where nothing matched, and never back", () => {
  expect(take(at("aa.7"), { kind: "pong", position: "aa.90" }, 1).status.position).toBe("aa.90");
  expect(take(at("aa.7"), { kind: "pong", position: "aa.3" }, 1).status.position).toBe("aa.7");
});

test.each(["too_old", "other_log"] as const)("%s: everything on the screen is read again", (reason) => {
  const step = take(at("aa.7"), { kind: "snapshot", position: "bb.50", reason, subjects: [], more: false }, 1);
  expect(step).toMatchObject({ reset: reason, status: { position: "bb.50" } });
});

test("a lost connection is tried again later and later, by the other transport in turn", () => {
  let status = at("aa.7");
  const pauses: number[] = [];
  const transports: string[] = [];
  for (let turn = 0; turn < 12; turn += 1) {
    const next = lost(status, 0.999);
    pauses.push(next.pause);
    transports.push(next.status.transport);
    status = next.status;
  }
  expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
  expect(pauses.at(-1)).toBeLessThanOrEqual(LONGEST_PAUSE);
  expect(transports[SWITCH_AFTER - 2]).toBe("websocket");
  expect(transports[SWITCH_AFTER - 1]).toBe("server-sent events");
  expect(transports[2 * SWITCH_AFTER - 1]).toBe("websocket");
  expect(status.position).toBe("aa.7");
  expect(take(status, { kind: "pong", position: "aa.8" }, 1).status.failures).toBe(0);
});
