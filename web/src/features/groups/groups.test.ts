import { expect, test } from "vitest";
import type { GroupRow } from "@/shared/api";
import { advantageOf, groupsOf, neighbours, signed, sorted, spreadOf } from "./groups";
import { compared, marked } from "./words";

const row = (group: number, reward: number, more: Partial<GroupRow> = {}): GroupRow => ({ group, reward, ...more });

test("an advantage is the distance from the group's mean in its deviations", () => {
  const spread = spreadOf([1, 0, 0, 1]);
  expect(spread.mean).toBe(0.5);
  expect(spread.deviation).toBeCloseTo(0.57735, 5);
  expect(advantageOf(1, spread, true)).toBeCloseTo(0.5 / (0.57735 + 1e-4), 4);
  expect(advantageOf(0, spread, false)).toBe(-0.5);
});

test("a group of equal rewards, or of one, is dead and its advantages are zero", () => {
  expect(spreadOf([0.3, 0.3 + 1e-9]).dead).toBe(true);
  expect(spreadOf([0.3]).dead).toBe(true);
  expect(advantageOf(0.3, spreadOf([0.3, 0.3]), true)).toBe(0);
  expect(spreadOf([0.3, 0.4]).dead).toBe(false);
});

test("stored advantages are checked against the rewards", () => {
  const right = 0.5 / (Math.SQRT1_2 + 1e-4);
  const rows = [row(0, 1, { advantage: Math.fround(right) }), row(0, 0, { advantage: Math.fround(-right) })];
  expect(groupsOf(rows, true)[0]?.agrees).toBe(true);
  expect(groupsOf([rows[0]!, { ...rows[1]!, advantage: 0.2 }], true)[0]?.agrees).toBe(false);
  expect(groupsOf(rows, false)[0]?.agrees).toBe(false);
});

test("rows become groups in their order, with parts, tokens and log-probabilities", () => {
  const found = groupsOf(
    [row(3, 0.5, { parts: { f1: 0.5, note: "x" }, tokens: [1, 2], logprobs: [-1, -3] }), row(1, 0), row(3, 0.7)],
    true,
  );
  expect(found.map((group) => [group.number, group.completions.length])).toEqual([[3, 2], [1, 1]]); // prettier-ignore
  expect(found[0]?.completions[0]).toMatchObject({ number: 1, parts: [["f1", 0.5]], tokens: 2, logprob: -2 });
  expect(found[0]?.completions[1]?.logprob).toBeNull();
  expect(sorted(found[0]!.completions, "best").map((one) => one.reward)).toEqual([0.7, 0.5]);
  expect(sorted(found[0]!.completions, "worst").map((one) => one.reward)).toEqual([0.5, 0.7]);
});

test("the next step is the next one that has groups", () => {
  expect(neighbours([2, 5, 9], 5)).toEqual({ before: 2, after: 9 });
  expect(neighbours([2, 5, 9], 9)).toEqual({ before: 5, after: undefined });
  expect(neighbours([], 1)).toEqual({ before: undefined, after: undefined });
  expect([signed(0), signed(1.01427), signed(-0.5)]).toEqual(["0", "+1.014", "−0.500"]);
});

test("words are told apart by the shortest edit; case and punctuation do not count", () => {
  const kinds = (text: string, reference: string) =>
    compared(text, reference).map((word) => `${word.kind[0]}:${word.text}`);
  expect(kinds("effect plates thaw keeps tape", "effect plates thaw")).toEqual([
    "s:effect",
    "s:plates",
    "s:thaw",
    "e:keeps",
    "e:tape",
  ]);
  expect(kinds("The Night.", "at night")).toEqual(["e:The", "m:at", "s:Night."]);
  expect(kinds("", "night")).toEqual(["m:night"]);
  expect(kinds("🚢 ahoy", "🚢 ahoy")).toEqual(["s:🚢", "s:ahoy"]);
  expect(kinds("a", "")).toEqual(["e:a"]);
});

test("the answer is marked in the passage wherever it stands", () => {
  expect(marked("By Night and at night.", "night")).toEqual([
    { text: "By ", hit: false },
    { text: "Night", hit: true },
    { text: " and at ", hit: false },
    { text: "night", hit: true },
    { text: ".", hit: false },
  ]);
  expect(marked("1.5 (m)", "(m)").filter((one) => one.hit)).toEqual([{ text: "(m)", hit: true }]);
  expect(marked("x", " ")).toEqual([{ text: "x", hit: false }]);
});
