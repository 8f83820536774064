import { describe, expect, test } from "vitest";
import { beside, decide, EMPTY, left, orderOf, read, shownOf, strength, takeBack, whyHere } from "./queue";

const sample = (id: string) => ({ id, type: "sample", attributes: {} }) as never;
const desk = read(EMPTY, ["a", "b", "c"].map(sample));

describe("the desk", () => {
  test("what is decided is left out, and comes back to its place", () => {
    const done = decide(decide(desk, "a"), "b");
    expect(left(done).map((one) => one.id)).toEqual(["c"]);
    expect(left(takeBack(done, "a")).map((one) => one.id)).toEqual(["a", "c"]);
    expect(decide(done, "b").done).toEqual(["a", "b"]);
  });
  test("what is read again keeps its place, what is new comes behind", () => {
    expect(read(desk, ["d", "b"].map(sample)).held.map((one) => one.id)).toEqual(["a", "b", "c", "d"]);
    expect(read(desk, [sample("b")])).toBe(desk);
  });
  test("steps go over what is decided, and end at the ends", () => {
    const done = decide(desk, "b");
    expect([beside(done, "a", 1), beside(done, "c", -1), beside(done, "c", 1), beside(done, "a", -1)]).toEqual([
      "c", "a", null, null,
    ]); // prettier-ignore
    expect(beside(done, "gone", 1)).toBe("a");
  });
  test("the one that was asked for is shown, also when it is decided", () => {
    expect([shownOf(desk, ""), shownOf(desk, "b"), shownOf(EMPTY, "")]).toEqual(["a", "b", ""]);
  });
});

test("an order that nobody knows is the usual one", () => {
  expect([orderOf("random"), orderOf("x")]).toEqual(["random", "near_threshold"]);
  expect(whyHere("disagree", 2)).toBe("reviewers differ about it");
});

test("a kappa has its name", () => {
  expect([-0.1, 0, 0.5, 0.79, 1].map(strength)).toEqual([
    "worse than chance", "slight", "moderate", "substantial", "almost perfect",
  ]); // prettier-ignore
  expect(strength(null)).toMatch(/not defined/);
});
