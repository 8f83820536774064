import { expect, test } from "vitest";
import { estimate, isEdge, nearestEdge, passing } from "./estimate";

const bin = (low: number, count: number, kept: number) => {
  return { low, high: low + 0.25, count, kept, dropped: count - kept };
};
const BINS = [bin(0, 10, 0), bin(0.25, 20, 5), bin(0.5, 30, 20), bin(0.75, 40, 40)];

test("at the edge of a bin the count is exact on both sides", () => {
  expect(passing(BINS, { op: ">=", value: 0.5 }, "count")).toBe(70);
  expect(passing(BINS, { op: "<", value: 0.5 }, "count")).toBe(30);
  expect(passing(BINS, { op: ">=", value: 0 }, "count")).toBe(100);
  expect(isEdge(BINS, 0.5)).toBe(true);
});

test("within a bin it is in proportion", () => {
  expect(passing(BINS, { op: ">=", value: 0.625 }, "count")).toBe(55);
  expect(isEdge(BINS, 0.625)).toBe(false);
});

test("a stricter threshold can only take away from what is kept", () => {
  expect(estimate(BINS, { op: ">=", value: 0.25 }, { op: ">=", value: 0.5 })).toEqual({
    passing: 70,
    low: 60,
    high: 60,
    exact: true,
  });
});

test("a looser one keeps at least what was kept, and at most what passes", () => {
  expect(estimate(BINS, { op: ">=", value: 0.5 }, { op: ">=", value: 0.25 })).toMatchObject({ low: 65, high: 90 });
  expect(estimate(BINS, { op: ">=", value: 0.5 }, { op: "<", value: 0.75 })).toMatchObject({ low: 25, high: 60 });
});

test("a threshold snaps to the nearest edge, the last one too", () => {
  expect(nearestEdge(BINS, 0.3)).toBe(0.25);
  expect(nearestEdge(BINS, 0.99)).toBe(1);
  expect(nearestEdge([{ low: 0.1 + 0.2, high: 1, count: 1, kept: 0, dropped: 0 }], 0)).toBe(0.3);
});
