import { expect, test } from "vitest";
import { bestOf, bestSoFar, searchesOf, trialsOf } from "./searches";
import { attributes, run } from "./testing";

const trial = (number: number, reward: number | null, rate: number, status = "completed") =>
  ({
    ...run,
    id: `r${number}`,
    attributes: {
      ...attributes,
      status,
      labels: { search: "rates", trial: String(number) },
      config: { grpo: { learning_rate: rate, steps: 20 } },
      metrics: reward === null ? null : { reward_after: reward },
    },
  }) as never;
const RUNS = [trial(2, 0.4, 3, "running"), trial(1, 0.9, 2), trial(0, null, 1, "cancelled"), run as never];

test("runs without the label belong to no search", () => {
  expect(searchesOf(RUNS).map(({ name, runs, open }) => [name, runs.length, open])).toEqual([["rates", 3, 1]]);
  expect(searchesOf([])).toEqual([]);
});

test("trials stand by number, with the settings that differ only", () => {
  const trials = trialsOf(RUNS.slice(0, 3), "reward_after");
  expect(trials.map((one) => [one.number, one.value, one.settings])).toEqual([
    [0, null, [["grpo.learning_rate", "1"]]],
    [1, 0.9, [["grpo.learning_rate", "2"]]],
    [2, 0.4, [["grpo.learning_rate", "3"]]],
  ]);
  expect([bestOf(trials)?.number, bestOf(trials, true)?.number, bestOf([])]).toEqual([1, 2, undefined]);
});

test("the best so far never gets worse, and begins with the first value", () => {
  const trials = trialsOf(RUNS.slice(0, 3), "reward_after");
  expect(bestSoFar(trials)).toEqual([[1, 0.9], [2, 0.9]]); // prettier-ignore
  expect(bestSoFar(trials, true)).toEqual([[1, 0.9], [2, 0.4]]); // prettier-ignore
});
