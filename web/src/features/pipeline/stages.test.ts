import { describe, expect, test } from "vitest";
import type { PipelineAttributes } from "@/shared/api";
import { doneOf, leftOf, pathOf } from "./jobs";
import { slotsOf, SLOTS, windowOf, withWindow, type Windows } from "./rates";
import { boxesOf, boxOf, isFresh, pace, told } from "./stages";
import { sorted, tally } from "./consumers";
import { job } from "./testing";

const stage = (name: string, more: object = {}) => ({ stage: name, topic: `studio.${name}`, counts: {}, ...more });
const pipeline = (more: Partial<PipelineAttributes> = {}): PipelineAttributes => ({
  stages: [],
  consumers: [],
  counts: {},
  dead_letters: {},
  outbox: 0,
  alerts: [],
  ...more,
});

describe("boxes", () => {
  test("a box adds up the rates of its topics and takes the worst lag", () => {
    const boxes = boxesOf(
      pipeline({
        stages: [
          stage("generation", { rate: 0.5, lag_messages: 2, lag_seconds: 0.1, dead_letters: 1 }),
          stage("generation.samples", { rate: 65, lag_messages: 40, lag_seconds: 3, dead_letters: 2 }),
        ],
        counts: { samples: { total: 1400 }, batches: { finished: 2, running: 1 } },
      }),
    );
    const samples = boxes.find((box) => box.key === "samples");
    expect(samples).toMatchObject({ count: 1400, rate: 65.5, lagMessages: 40, lagSeconds: 3, deadLetters: 3 });
    expect(samples?.detail).toBe("3 batches: 1 running");
  });

  test("lag is unknown, not zero, where the brokers do not answer", () => {
    const [documents] = boxesOf(pipeline({ stages: [stage("documents", { lag_messages: null })] }));
    expect(documents?.lagMessages).toBeNull();
  });

  test("states that need somebody come first, empty ones not at all", () => {
    expect(told({ extracted: 12, failed: 1, withdrawn: 0 })).toBe("1 failed, 12 extracted");
  });

  test("a studio is fresh until anything was put in", () => {
    expect(isFresh(pipeline({ counts: { documents: {}, samples: { total: 0 } } }))).toBe(true);
    expect(isFresh(pipeline({ counts: { documents: { registered: 1 } } }))).toBe(false);
  });

  test("rates are short", () => {
    expect([pace(0), pace(0.5), pace(2.46), pace(1750.4)]).toEqual(["", "0.5 /s", "2.5 /s", "1,750 /s"]);
  });

  test("topics lead to their box", () => {
    expect([boxOf("training.steps"), boxOf("curation"), boxOf("dead")]).toEqual(["runs", "curation", null]);
  });
});

describe("rates", () => {
  const now = 1_000_000_000;
  test("a window that is told again counts once", () => {
    let windows: Windows = new Map();
    windows = withWindow(windows, "documents", { box: "documents", start: now - 1000, events: 4 }, now);
    windows = withWindow(windows, "documents", { box: "documents", start: now - 1000, events: 8 }, now);
    const slots = slotsOf(windows, "documents", now);
    expect(slots).toHaveLength(SLOTS);
    expect(slots.reduce((all, one) => all + one, 0)).toBe(2);
  });
  test("a window begins at a number of seconds or a time in words", () => {
    expect(windowOf({ start: 1000, events: 3 }, "runs")).toEqual({ box: "runs", start: 1_000_000, events: 3 });
    expect(windowOf({ start: "1970-01-01T00:00:01Z" }, "runs")).toEqual({ box: "runs", start: 1000, events: 0 });
    expect(windowOf({ start: "?" }, "runs")).toBeNull();
    expect(windowOf({ start: 1 }, null)).toBeNull();
  });
  test("old windows leave", () => {
    let windows: Windows = new Map();
    windows = withWindow(windows, "documents", { box: "documents", start: now - 500_000, events: 4 }, now - 500_000);
    windows = withWindow(windows, "models", { box: "models", start: now, events: 1 }, now);
    expect(windows.size).toBe(1);
  });
});

describe("jobs", () => {
  test("what is done is told with its unit and phase", () => {
    expect(doneOf({ ...job, phase: "warm_start" })).toBe("40 of 100 steps (warm start)");
    expect(doneOf({ ...job, total: null, phase: "" })).toBe("40 steps");
  });
  test("the time that is left counts down, and is not made up", () => {
    expect(leftOf(job, 0, 20_000)).toBe("about 40 s left");
    expect(leftOf(job, 0, 90_000)).toBe("nearly done");
    expect(leftOf({ ...job, eta_seconds: null }, 0, 0)).toBe("");
  });
  test("each kind leads to its page", () => {
    expect(pathOf("batch", "batch/ab")).toBe("/samples?batch=ab");
    expect(pathOf("deployment", "deployment/a b")).toBe("/deployments/a%20b");
  });
});

describe("consumers", () => {
  const one = { consumer: "b", topics: [], lag_messages: 0, behind_seconds: 0, moved_at: "", state: "running" };
  test("those in trouble come first and are counted", () => {
    const all = [one, { ...one, consumer: "a" }, { ...one, consumer: "z", lag_messages: 3 }];
    const stopped = { ...one, consumer: "y", state: "stopped" };
    expect(sorted([...all, stopped]).map((each) => each.consumer)).toEqual(["y", "z", "a", "b"]);
    expect(tally([...all, stopped])).toBe("4 consumers, 1 not running, 1 behind");
    expect(tally([one])).toBe("1 consumer, all up to date");
  });
});
