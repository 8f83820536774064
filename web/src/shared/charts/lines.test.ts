import { expect, test } from "vitest";
import { lineOption, PALETTE, spoken, type Ink } from "./lines";

const ink: Ink = { text: "#000", soft: "#333", line: "#ccc", card: "#fff", palette: PALETTE.light };
const points = Array.from({ length: 5000 }, (_, step) => [step, step % 7 ? step / 2 : null] as const);

test("every point is in the chart, gaps included", () => {
  const option = lineOption([{ name: "reward", points }], ink) as { series: { data: unknown[]; sampling?: string }[] };
  expect(option.series[0]?.data).toHaveLength(5000);
  expect(option.series[0]?.sampling).toBeUndefined();
});

test("an interval is drawn at its step", () => {
  const line = { name: "held out", points: [[0, 0.5]] as const, interval: [[0, 0.4, 0.6]] as const };
  const { series } = lineOption([line], ink) as { series: { data: number[][] }[] };
  expect(series[1]?.data).toEqual([
    [0, 0.4],
    [0, 0.6],
  ]);
});

test("a chart says its content in words", () => {
  expect(spoken("Reward", [{ name: "train", points: [[1, 0.25], [2, null], [3, 0.5]] }])).toBe(
    "Reward. train: 2 values, from 0.25 at 1 to 0.5 at 3.",
  );
  expect(spoken("Reward", [{ name: "train", points: [] }])).toContain("no values yet");
});
