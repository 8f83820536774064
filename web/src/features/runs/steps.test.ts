import { expect, test } from "vitest";
import type { Entry } from "@/shared/live/frames";
import { axisOf } from "./axis";
import { curveOf, marksOf, pointsIn } from "./curves";
import { METRICS } from "./metrics";
import { smoothed } from "./smooth";
import { hasGap, merged, nearest, stepOf, withGroups, type Step } from "./steps";

const step = (phase: string, number: number, more: Partial<Step> = {}): Step => ({
  run_id: "r",
  phase,
  step: number,
  recorded_at: new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString(),
  ...more,
});

test("steps are in the order of training, each once, and the later claim counts", () => {
  const old = [step("grpo", 2, { epoch: 1, reward: 0.1 }), step("warm_start", 1)];
  const more = [step("grpo", 1), step("grpo", 2, { epoch: 2, reward: 0.9 })];
  const found = merged(old, more);
  expect(found.map((one) => `${one.phase}/${one.step}`)).toEqual(["warm_start/1", "grpo/1", "grpo/2"]);
  expect(found[2]?.reward).toBe(0.9);
  expect(merged(found, [step("grpo", 2, { epoch: 1, reward: 0 })])[2]?.reward).toBe(0.9);
});

test("a step that the feed brought before the view had the one before it leaves a gap", () => {
  expect(hasGap([step("grpo", 1), step("grpo", 2)])).toBe(false);
  expect(hasGap([step("grpo", 1), step("grpo", 3)])).toBe(true);
  expect(hasGap([])).toBe(false);
});

test("an entry of the feed becomes a step", () => {
  const entry = {
    type: "StepRecorded",
    epoch: 3,
    time: "2026-01-01T00:00:00Z",
    data: {
      run_id: "r",
      phase: "grpo",
      step: 7,
      reward: 0.5,
      reward_parts: '{"token_f1": 0.25}',
      metrics: '{"ratio": 1}',
      alarms: '[{"rule": "kl"}]',
    },
  } as unknown as Entry;
  expect(stepOf(entry)).toMatchObject({ step: 7, epoch: 3, reward_parts: { token_f1: 0.25 }, recorded_at: entry.time });
  expect(stepOf({ ...entry, type: "RunHeartbeat" })).toBeNull();
  expect(stepOf(entry)).toMatchObject({ metrics: { ratio: 1 }, alarms: [{ rule: "kl" }] });
  const broken = stepOf({ ...entry, data: { ...entry.data, reward_parts: "broken", metrics: "[]", alarms: "{}" } });
  expect([broken?.reward_parts, broken?.metrics, broken?.alarms]).toEqual([{}, {}, []]);
});

test("steps of GRPO keep their number; the warm start is below 0", () => {
  const steps = [step("warm_start", 1), step("warm_start", 35), step("grpo", 1)];
  const axis = axisOf("step", steps);
  expect(steps.map(axis.x)).toEqual([-35, -1, 1]);
  expect([axis.say(-35), axis.say(-1), axis.say(0)]).toEqual(["w1", "w35", "0"]);
});

test("time begins with the first step", () => {
  const steps = [step("grpo", 10, { seconds: 2 }), step("grpo", 40, { seconds: 2 })];
  expect(steps.map(axisOf("time", steps).x)).toEqual([2, 32]);
});

test("smoothing has no bias at its start, keeps gaps out and 0 changes nothing", () => {
  expect(smoothed([[1, 4]], 0.9)).toEqual([[1, 4]]);
  expect(
    smoothed(
      [
        [1, 2],
        [2, 2],
        [3, 2],
      ],
      0.5,
    ).map(([, y]) => y),
  ).toEqual([2, 2, 2]);
  expect(
    smoothed(
      [
        [1, 0],
        [2, null],
        [3, 3],
      ],
      0.5,
    )[2]?.[1],
  ).toBeCloseTo(2);
  const axis = axisOf("step", []);
  const curve = curveOf("loss", 0, [step("grpo", 1, { loss: 1 })], axis, (one) => one.loss ?? null, 0);
  expect(curve.drawn).toBe(curve.raw);
  expect([pointsIn([]), pointsIn([curve]), pointsIn([curve, { ...curve, raw: [] }])]).toEqual([
    "",
    "1 point",
    "0 to 1 point",
  ]);
});

test("each phase is smoothed for itself", () => {
  const steps = [step("warm_start", 1, { loss: 8 }), step("grpo", 1, { loss: 0 })];
  const curve = curveOf("loss", 0, steps, axisOf("step", steps), (one) => one.loss ?? null, 0.9);
  expect(curve.drawn.map(([, y]) => y)).toEqual([8, 0]);
});

test("what was not measured is no value: rewards of the warm start, KL between its steps", () => {
  const read = (id: string) => METRICS.find((metric) => metric.id === id)!.of;
  expect(read("reward")(step("warm_start", 1, { reward: 0 }))).toBeNull();
  expect(read("kl")(step("grpo", 2, { kl: 0 }))).toBeNull();
  expect(read("kl")(step("grpo", 1, { kl: 0 }))).toBe(0);
  expect(read("kl")(step("grpo", 10, { kl: 0.4 }))).toBe(0.4);
});

test("evaluations stand at their step, with their interval", () => {
  const axis = axisOf("step", []);
  const one = {
    run_id: "r",
    phase: "before",
    step: 0,
    split: "heldout",
    items: 9,
    reward: 0.6,
    low: 0.5,
    high: 0.7,
    recorded_at: "2026-01-01T00:00:00Z",
  };
  expect(marksOf([one, { ...one, split: "train" }], axis)).toEqual([{ x: 0, y: 0.6, low: 0.5, high: 0.7 }]);
});

test("a click leads to the nearest step that has groups", () => {
  const groups = withGroups([
    step("warm_start", 9, { groups_blob: "x" }),
    step("grpo", 3, { groups_blob: "a" }),
    step("grpo", 4),
  ]);
  expect(groups).toEqual([3]);
  expect(nearest([1, 5, 9], 6)).toBe(5);
  expect(nearest([], 6)).toBeUndefined();
});
