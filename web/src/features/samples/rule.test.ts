import { describe, expect, test } from "vitest";
import { clausesOf, judge, parseThresholds, printThresholds, thresholdIn, withThresholds } from "./rule";

const RULE = "duplicate == 0 and near_duplicate < 0.8 and grounding >= 0.8";

describe("clauses", () => {
  test("a rule is cut at its top-level and", () => {
    expect(clausesOf(RULE).map((one) => one.text)).toEqual([
      "duplicate == 0",
      "near_duplicate < 0.8",
      "grounding >= 0.8",
    ]);
    expect(clausesOf("(a > 1 and b > 2) and c >= 3").map((one) => one.text)).toEqual(["(a > 1 and b > 2)", "c >= 3"]);
    expect(clausesOf("")).toEqual([]);
  });

  test("names that only contain the word are no border", () => {
    expect(clausesOf("brand >= 1 and candor < 2").map((one) => one.text)).toEqual(["brand >= 1", "candor < 2"]);
  });

  test("or at the top stays in one piece, in parentheses", () => {
    expect(clausesOf("a > 1 or b > 2 and c > 3").map((one) => one.text)).toEqual(["(a > 1 or b > 2 and c > 3)"]);
  });
});

describe("thresholds", () => {
  test("are read from the rule", () => {
    expect(thresholdIn(RULE, "grounding")).toEqual({ op: ">=", value: 0.8, text: "grounding >= 0.8" });
    expect(thresholdIn(RULE, "near_duplicate")).toMatchObject({ op: "<", value: 0.8 });
    expect(thresholdIn(RULE, "duplicate")).toMatchObject({ op: "<", value: 0 });
    expect(thresholdIn("format == 1", "format")).toMatchObject({ op: ">=", value: 1 });
    expect(thresholdIn(RULE, "quality")).toBeNull();
  });

  test("replace the rule's own on the same side, and are added otherwise", () => {
    expect(withThresholds(RULE, { grounding: { op: ">=", value: 0.9 } })).toBe(
      "duplicate == 0 and near_duplicate < 0.8 and grounding >= 0.9",
    );
    expect(withThresholds(RULE, { grounding: { op: "<", value: 0.99 } })).toBe(`${RULE} and grounding < 0.99`);
    expect(withThresholds("a > 1 or b > 2", { c: { op: ">=", value: 3 } })).toBe("(a > 1 or b > 2) and c >= 3");
    expect(withThresholds("", { c: { op: ">=", value: 3 } })).toBe("c >= 3");
    expect(withThresholds("a > 1 and a >= 2", { a: { op: ">=", value: 3 } })).toBe("a >= 3");
  });

  test("a chain of comparisons is left as it is", () => {
    expect(withThresholds("0.1 <= a < 0.9", { a: { op: ">=", value: 0.5 } })).toBe("0.1 <= a < 0.9 and a >= 0.5");
  });

  test("go through the URL and back; nonsense is left out", () => {
    const some = { grounding: { op: ">=" as const, value: 0.9 }, near_duplicate: { op: "<" as const, value: 0.5 } };
    expect(parseThresholds(printThresholds(some))).toEqual(some);
    expect(parseThresholds("a>=x,drop table,b<0.25")).toEqual({ b: { op: "<", value: 0.25 } });
    expect(parseThresholds("")).toEqual({});
  });
});

describe("judging", () => {
  const scores: Record<string, number> = { a: 0.5, b: 1 };
  const score = (name: string) => scores[name];

  test("all clauses have to hold", () => {
    expect(judge("a >= 0.5 and b == 1 and a < 0.6 and a != 0", score)).toBe(true);
    expect(judge("a > 0.5", score)).toBe(false);
    expect(judge("", score)).toBe(true);
  });

  test("what is not known stays open, unless another clause fails", () => {
    expect(judge("a >= 0.5 and c >= 1", score)).toBeNull();
    expect(judge("a <= 0.4 and c >= 1", score)).toBe(false);
    expect(judge("a >= 1 or b >= 1", score)).toBeNull();
  });
});

test("a rule in CEL stays one", () => {
  expect(withThresholds("grounding >= 0.8 && duplicate == 0", { grounding: { op: ">=", value: 0.9 } })).toBe(
    "grounding >= 0.9 && duplicate == 0",
  );
  expect(thresholdIn("a >= 1 || b >= 2", "a")).toBeNull();
  expect(withThresholds("a >= 1 || b >= 2", { c: { op: "<", value: 3 } })).toBe("(a >= 1 || b >= 2) && c < 3");
});
