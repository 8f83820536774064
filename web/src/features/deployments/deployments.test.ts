import { expect, test } from "vitest";
import type { ChangeAttributes, DeploymentAttributes } from "@/shared/api";
import type { Entry } from "@/shared/live/frames";
import { difference, logGamma, outlook } from "./canary";
import { backOf, lacking, stablesOf, stateOf, timeline } from "./deployments";
import { merged, pointsOf, seriesOf, widthFor, windowOf, type Window } from "./windows";

test("the interval of the difference is the rollout controller's", () => {
  const golden: [number, number, number, number, number, number][] = [
    [119, 105, 115, 83, -0.053873, 0.375558],
    [10, 9, 12, 6, -0.298281, 0.864611],
    [500, 450.5, 480, 440.25, -0.103418, 0.070815],
    [40, 10, 60, 50, -0.840065, -0.212354],
  ];
  for (const [n, sum, m, other, low, high] of golden) {
    const found = difference({ n, sum }, { n: m, sum: other }, 0.025);
    expect(found.low).toBeCloseTo(low, 5);
    expect(found.high).toBeCloseTo(high, 5);
  }
  expect(difference({ n: 0, sum: 0 }, { n: 5, sum: 5 }, 0.05)).toEqual({ low: -1, high: 1 });
  expect(logGamma(5)).toBeCloseTo(Math.log(24), 9);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 9);
});

test("the outlook says how many calls are missing, and to which end", () => {
  const terms = { margin: 0.05, confidence: 0.95, minimum: 30 };
  const better = outlook({ n: 119, sum: 105 }, { n: 115, sum: 83 }, 0.5, terms, 100_000);
  expect(better?.decision).toBe("promote");
  expect(better!.calls).toBeLessThan(40);
  expect(outlook({ n: 20, sum: 8 }, { n: 20, sum: 16 }, 0.5, terms, 100_000)?.decision).toBe("rollback");
  expect(outlook({ n: 100, sum: 70 }, { n: 100, sum: 72 }, 0.5, { ...terms, margin: 0 }, 1000)).toBeNull();
  expect(outlook({ n: 0, sum: 0 }, { n: 9, sum: 9 }, 0.5, terms, 1000)).toBeNull();
  const held = outlook({ n: 200, sum: 190 }, { n: 20, sum: 5 }, 0.9, { ...terms, minimum: 100 }, 100_000);
  expect(held!.calls).toBeGreaterThanOrEqual(780);
});

const change = (revision: number, type: string, stable: string, candidate = "", weight = 0): ChangeAttributes => ({
  revision,
  type,
  stable_version: stable,
  candidate_version: candidate,
  weight,
  valid_from: `2026-01-01T00:00:0${revision}Z`,
});
const CHANGES = [
  change(4, "Promoted", "0.1.1"),
  change(1, "DeploymentStarted", "", "0.1.0", 1),
  change(2, "Promoted", "0.1.0"),
  change(3, "DeploymentStarted", "0.1.0", "0.1.1", 0.5),
];
const base: DeploymentAttributes = { name: "a", status: "promoted", stable_version: "0.1.1" };

test("a rollback says from which to which version it goes", () => {
  expect(stablesOf(CHANGES)).toEqual(["0.1.0", "0.1.1"]);
  expect(backOf(base, CHANGES)).toEqual({ from: "0.1.1", to: "0.1.0" });
  expect(backOf({ ...base, candidate_version: "0.2.0" }, CHANGES)).toEqual({ from: "0.2.0", to: "0.1.1" });
  expect(stablesOf([...CHANGES, change(5, "RolledBack", "0.1.0")])).toEqual(["0.1.0"]);
  expect(backOf({ ...base, stable_version: "0.1.0" }, [...CHANGES, change(5, "RolledBack", "0.1.0")])).toBeNull();
});

test("a rollback of a trial leaves the stable versions as they were", () => {
  const trial = [...CHANGES, change(5, "DeploymentStarted", "0.1.1", "0.2.0"), change(6, "RolledBack", "0.1.1")];
  expect(stablesOf(trial)).toEqual(["0.1.0", "0.1.1"]);
});

test("a trial says what it lacks", () => {
  const trial = {
    ...base,
    status: "trial",
    candidate_version: "0.2.0",
    minimum_calls: 60,
    margin: 0.05,
    confidence: 0.95,
    weight: 0.3,
  };
  const standing = {
    decision: "continue" as const,
    reason: "",
    canary_rate: 0.9,
    canary_low: 0,
    canary_high: 1,
    baseline_rate: 0.6,
    baseline_low: 0,
    baseline_high: 1,
    difference_low: -1,
    difference_high: 1,
    canary_outcomes: 20,
    baseline_outcomes: 70,
  };
  const told = lacking({ ...trial, standing });
  expect(told[0]).toBe("A promotion needs 40 more judged calls of the canary (60 in each arm).");
  expect(told[1]).toMatch(/^Needs about \d+ more judged calls to promote/);
  expect(lacking({ ...trial, standing, paused: true })[1]).toContain("Paused");
  expect(lacking({ ...trial, standing: { ...standing, canary_outcomes: 0, canary_rate: null } })[1]).toContain(
    "report outcomes",
  );
  expect(lacking({ ...trial, standing: { ...standing, decision: "promote" } })[0]).toContain("promote");
  expect(lacking(base)).toEqual([]);
  expect([stateOf(trial), stateOf({ ...trial, paused: true })]).toEqual(["trial", "paused"]);
});

test("changes and verdicts in one line of time, newest first", () => {
  const verdict = {
    revision: 3.5,
    version: "0.1.1",
    decision: "promote",
    reached_at: "2026-01-01T00:00:03Z",
    canary_calls: 9,
    baseline_calls: 8,
  };
  expect(timeline(CHANGES, [verdict]).map((one) => one.title)).toEqual([
    "0.1.1 promoted",
    "verdict on 0.1.1: promote",
    "0.1.1 on trial against 0.1.0 with 50 %",
    "0.1.0 promoted",
    "0.1.0 is the first version",
  ]);
});

const window = (at: number, version: string, more: Partial<Window> = {}): Window => ({
  deployment: "a", version, role: "canary", start: new Date(at * 1000).toISOString(), seconds: 2, calls: 2, errors: 0,
  latency_ms_sum: 20, outcomes: 2, successes: 1, score_sum: 1, ...more,
}); // prettier-ignore

test("a window that comes again replaces its former self", () => {
  const entry = { type: "OutcomeWindow", data: { ...window(100, "1"), start: 100, calls: 9 } } as unknown as Entry;
  const found = merged([window(102, "1"), window(100, "1")], [windowOf(entry)!]);
  expect(found.map((one) => one.calls)).toEqual([9, 2]);
  expect(windowOf({ ...entry, type: "Alert" })).toBeNull();
});

test("a line has a gap where nothing was called for long", () => {
  const [series] = seriesOf([window(0, "1"), window(4, "1"), window(100, "1", { outcomes: 0 })], 2);
  const points = pointsOf(series!.bins, (bin) => bin.calls, 2);
  expect(points.map(([x, y]) => `${x}:${y}`)).toEqual(["0:2", "4000:2", "6000:null", "100000:2"]);
  expect(pointsOf(series!.bins, (bin) => bin.score, 2)).toHaveLength(2);
});

test("wider windows are exact sums; the width keeps the chart readable", () => {
  const windows = [
    window(100, "1"),
    window(104, "1", { outcomes: 0, score_sum: 0 }),
    window(110, "1", { score_sum: 2, errors: 1 }),
    window(100, "2"),
  ];
  const found = seriesOf(windows, 10);
  expect(found.map((one) => one.version)).toEqual(["1", "2"]);
  expect(found[0]?.bins).toEqual([
    { at: 100, calls: 4, errors: 0, outcomes: 2, score: 0.5, latency: 10, errorRate: 0 },
    { at: 110, calls: 2, errors: 1, outcomes: 2, score: 1, latency: 10, errorRate: 0.5 },
  ]);
  expect([
    widthFor([]),
    widthFor([window(0, "1"), window(290, "1")]),
    widthFor([window(0, "1"), window(9000, "1")]),
  ]).toEqual([2, 2, 60]);
});
