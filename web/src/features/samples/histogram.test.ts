import { expect, test } from "vitest";
import type { HistogramAttributes } from "@/shared/api";
import { PALETTE } from "@/shared/charts/lines";
import { heightOf, histogramLabel, histogramOption } from "./histogram";

const INK = { text: "#000", soft: "#555", line: "#ccc", card: "#fff", palette: PALETTE.light };
const bins = [
  { low: 0, high: 0.5, count: 3, kept: 0, dropped: 3 },
  { low: 0.5, high: 1, count: 600, kept: 600, dropped: 0 },
];
const FOUND: HistogramAttributes = {
  batch_id: "b",
  curation_id: "c",
  scorer: "round_trip",
  bins,
  min: 0.4,
  max: 1,
  mean: 0.97,
  total: 610,
  missing: 7,
  kept: 600,
  dropped: 10,
  scorers: [],
};
interface Drawn {
  name: string;
  data: { value: [number, number | null]; itemStyle: { opacity: number } }[];
}

test("bars show what is kept and dropped; those that the threshold leaves out are pale", () => {
  const { series } = histogramOption(FOUND, { op: ">=", value: 0.5 }, INK) as { series: Drawn[] };
  expect(series.map((one) => one.name)).toEqual(["kept now", "dropped now"]);
  expect(series[1]?.data.map((one) => one.value)).toEqual([
    [0.25, 3],
    [0.75, null],
  ]);
  expect(series[0]?.data.map((one) => one.itemStyle.opacity)).toEqual([0.28, 1]);
});

test("before a curation there is one kind of bar", () => {
  const open = bins.map((bin) => ({ ...bin, kept: 0, dropped: 0 }));
  const { series } = histogramOption({ ...FOUND, bins: open, kept: 0, dropped: 0 }, null, INK) as { series: Drawn[] };
  expect(series.map((one) => one.name)).toEqual(["samples"]);
});

test("a bar that would hide all others is cut, and which one is told", () => {
  expect(heightOf(bins)).toEqual({ most: 5, cut: bins[1] });
  expect(heightOf(bins.slice(1))).toEqual({});
  expect(heightOf([])).toEqual({});
});

test("the picture in words says what is missing", () => {
  expect(histogramLabel(FOUND)).toBe(
    "How round trip is spread over 610 samples, 7 of them without this score: from 0.4 to 1, mean 0.97.",
  );
});
