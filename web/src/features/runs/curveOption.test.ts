import { expect, test } from "vitest";
import { PALETTE, type Ink } from "@/shared/charts/lines";
import { axisOf } from "./axis";
import { curveOption } from "./curveOption";
import type { Curve } from "./curves";

const ink: Ink = { text: "#000", soft: "#333", line: "#ccc", card: "#fff", palette: PALETTE.light };
const axis = axisOf("step", []);
const raw: Curve["raw"] = Array.from({ length: 5000 }, (_, step) => [step, step % 7 ? step / 2 : null]);
const curve = (more: Partial<Curve> = {}): Curve => ({ name: "reward", hue: 0, raw, drawn: raw, ...more });

interface Option {
  series: { data: unknown[]; sampling?: string }[];
  tooltip: { formatter: (hovers: object[]) => string };
}
const optionOf = (...curves: Curve[]) => curveOption(curves, axis, ink) as unknown as Option;

test("every point is in the chart, gaps included", () => {
  const { series } = optionOf(curve());
  expect(series[0]?.data).toHaveLength(5000);
  expect(series[0]?.sampling).toBeUndefined();
});

test("an evaluation is drawn at its step with its interval", () => {
  const { series } = optionOf(curve({ marks: [{ x: 0, y: 0.5, low: 0.4, high: 0.6 }] }));
  expect(series[2]?.data).toEqual([[0, 0.4], [0, 0.6]]); // prettier-ignore
});

test("a smoothed value is told with the raw one", () => {
  const { tooltip } = optionOf(curve({ drawn: raw.map(([x]) => [x, 1]) }));
  const hovers = [
    { seriesIndex: 0, value: [3, 1.5] },
    { seriesIndex: 1, value: [3, 1] },
  ];
  expect(tooltip.formatter(hovers)).toBe("step 3\nreward  1 (raw 1.5)");
});
