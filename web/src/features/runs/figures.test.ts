import { expect, test } from "vitest";
import { alarmsOf, figuresOf, metricOf, movingMetrics } from "./figures";
import type { Step } from "./steps";

const step = (number: number, more: Partial<Step> = {}): Step => ({
  run_id: "r",
  phase: "grpo",
  step: number,
  recorded_at: "2026-01-01T00:00:00Z",
  ...more,
});

test("figures are fields and further ones, each with its meaning where it is known", () => {
  const found = figuresOf(step(1, { reward: 0.5, metrics: { ratio: 1.5 } }), { reward: "mean", staleness: "versions" });
  expect(found[0]).toEqual({ name: "reward", value: 0.5, meaning: "mean" });
  expect(found.slice(-2)).toEqual([
    { name: "ratio", value: 1.5, meaning: "" },
    { name: "staleness", value: null, meaning: "versions" },
  ]);
  expect(figuresOf(undefined, {}).every((one) => one.value === null)).toBe(true);
});

test("only what moves is drawn", () => {
  const steps = [
    step(1, { metrics: { ratio: 1, faults: 0 } }),
    step(2, { metrics: { ratio: 1.1, faults: 0 } }),
    step(3),
  ];
  expect(movingMetrics(steps)).toEqual(["ratio"]);
  expect([metricOf(steps[1]!, "ratio"), metricOf(steps[2]!, "ratio")]).toEqual([1.1, null]);
});

test("the newest alarm comes first and knows its step", () => {
  const alarm = { rule: "kl", action: "warn", value: 0.7, limit: 0.5, message: "m" };
  const found = alarmsOf([step(1, { alarms: [alarm] }), step(2), step(3, { alarms: [{ ...alarm, rule: "length" }] })]);
  expect(found.map((one) => [one.step, one.rule])).toEqual([
    [3, "length"],
    [1, "kl"],
  ]);
});
