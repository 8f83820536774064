/** The picture of how a score is spread, with what a threshold lets through. Colours repeat what the words say. */
import type { EChartsCoreOption } from "echarts/core";
import type { HistogramAttributes } from "@/shared/api";
import { tooltip } from "@/shared/charts/frame";
import type { Ink } from "@/shared/charts/lines";
import { figure, whole } from "@/shared/ui/numbers";
import { tidy } from "./estimate";
import type { Threshold } from "./rule";

export const LEFT = 52; // pixels beside the bars, so that the slider below them lines up
export const RIGHT = 16;

/** Where one bar is so much taller than all others that they could not be seen, it is cut; `cut` is that bin. */
export function heightOf(bins: HistogramAttributes["bins"]): { most?: number; cut?: HistogramAttributes["bins"][number] } {
  const [tallest, second] = [...bins].sort((one, other) => other.count - one.count);
  if (!tallest || !second?.count || tallest.count < 5 * second.count) return {};
  const step = 10 ** Math.floor(Math.log10(second.count * 1.6));
  return { most: Math.ceil((second.count * 1.6) / step) * step, cut: tallest };
}

export function histogramOption(found: HistogramAttributes, threshold: Threshold | null, ink: Ink): EChartsCoreOption {
  const decided = found.kept + found.dropped > 0;
  const [blue, , green, , red] = ink.palette;
  const first = found.bins[0];
  const last = found.bins.at(-1);
  const inside = (middle: number) =>
    !threshold || (threshold.op === ">=" ? middle >= threshold.value : middle < threshold.value);
  const series = (name: string, color: string | undefined, value: (index: number) => number) => ({
    name,
    type: "bar",
    stack: "all",
    color,
    barCategoryGap: "12%",
    barMinHeight: 2,
    clip: true,
    cursor: "pointer",
    data: found.bins.map((bin, index) => {
      const middle = (bin.low + bin.high) / 2;
      return { value: [middle, value(index) || null], itemStyle: { opacity: inside(middle) ? 1 : 0.28 } };
    }),
  });
  const bin = (index: number) => found.bins[index] ?? { count: 0, kept: 0, dropped: 0, low: 0, high: 0 };
  const bars = decided
    ? [
        series("kept now", green, (index) => bin(index).kept),
        series("dropped now", red, (index) => bin(index).dropped),
        series("not decided", blue, (index) => bin(index).count - bin(index).kept - bin(index).dropped),
      ]
    : [series("samples", blue, (index) => bin(index).count)];
  const shown = bars.filter((one) => one.data.some(({ value }) => value[1]));
  const line = threshold && {
    silent: true,
    symbol: "none",
    animation: false,
    label: { show: false },
    lineStyle: { color: ink.text, type: "solid", width: 1.5 },
    data: [{ xAxis: threshold.value }],
  };
  return {
    animation: false,
    textStyle: { color: ink.soft, fontFamily: "inherit" },
    grid: { left: LEFT, right: RIGHT, top: 26, bottom: 22 },
    legend: { top: 0, right: RIGHT, itemWidth: 10, itemHeight: 10, textStyle: { color: ink.text } },
    tooltip: {
      ...tooltip(ink, (hovers) => words(bin(hovers[0]?.dataIndex ?? 0), decided)),
      axisPointer: { type: "shadow" },
    },
    xAxis: {
      type: "value",
      min: first?.low ?? 0,
      max: last?.high ?? 1,
      splitLine: { show: false },
      axisLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.soft, formatter: (value: number) => figure(value) },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      max: heightOf(found.bins).most,
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.soft, formatter: (value: number) => whole(value) },
    },
    series: shown.map((one, index) => (index || !line ? one : { ...one, markLine: line })),
  };
}

function words(bin: HistogramAttributes["bins"][number], decided: boolean): string {
  const range = `${figure(tidy(bin.low))} to ${figure(tidy(bin.high))}: ${whole(bin.count)}`;
  return decided ? `${range} (${whole(bin.kept)} kept, ${whole(bin.dropped)} dropped)` : range;
}

/** The picture in words. */
export function histogramLabel(found: HistogramAttributes): string {
  const { scorer, total, missing, min, max, mean } = found;
  const name = scorer.replaceAll("_", " ");
  const lack = missing ? `, ${whole(missing)} of them without this score` : "";
  return `How ${name} is spread over ${whole(total)} samples${lack}: from ${figure(min)} to ${figure(max)}, mean ${figure(mean)}.`;
}
