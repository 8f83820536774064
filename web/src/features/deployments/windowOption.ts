import type { EChartsCoreOption } from "echarts/core";
import { across, frame, upright, type Hover } from "@/shared/charts/frame";
import type { Ink } from "@/shared/charts/lines";
import { figure } from "@/shared/ui/numbers";
import { pointsOf, type Bin, type Series } from "./windows";

export interface Measure {
  id: string;
  name: string;
  help: string;
  of: (bin: Bin) => number | null;
  kind: "line" | "bar";
  unit?: string;
}

export const MEASURES: readonly Measure[] = [
  { id: "score", name: "Mean score", help: "Of the calls that were judged.", of: (bin) => bin.score, kind: "line" },
  { id: "calls", name: "Calls", help: "Answered calls.", of: (bin) => bin.calls, kind: "bar" },
  { id: "latency", name: "Mean latency", help: "Milliseconds.", of: (bin) => bin.latency, kind: "line", unit: " ms" },
  { id: "errors", name: "Errors", help: "Calls that failed.", of: (bin) => bin.errors, kind: "bar" },
];

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" });

/** One measure of each version over time; `versions` gives each its colour in all charts. */
export function windowOption(
  series: readonly Series[],
  measure: Measure,
  width: number,
  changes: readonly { at: number; name: string }[],
  ink: Ink,
): EChartsCoreOption {
  const times = series.flatMap((one) => one.bins.map((bin) => bin.at * 1000));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const format = last - first > 80_000_000 ? DAY : TIME;
  const marks = changes.filter((one) => one.at >= first - 60_000 && one.at <= last + 60_000);
  const say = (at: number): string => format.format(at);
  const words = (hovers: Hover[]): string => {
    const lines = hovers
      .filter((hover) => hover.value?.[1] != null)
      .map((hover) => `${hover.marker ?? ""}${hover.seriesName}  ${figure(hover.value?.[1], 4)}${measure.unit ?? ""}`);
    return [`${say(hovers[0]?.value?.[0] ?? 0)}, ${width} s`, ...lines].join("\n");
  };
  const score = measure.id === "score";
  return {
    ...frame(ink, words),
    xAxis: { ...across(ink, say), type: "time" },
    yAxis: {
      ...upright(ink),
      min: 0,
      max: score ? 1 : undefined,
      interval: score ? 0.25 : undefined,
      minInterval: measure.kind === "bar" ? 1 : undefined,
    },
    series: series.map((one, index) => ({
      type: measure.kind,
      name: `${one.version} ${one.role}`,
      color: ink.palette[one.hue % ink.palette.length],
      stack: measure.kind === "bar" ? "all" : undefined,
      barMaxWidth: 12,
      showSymbol: one.bins.length < 300, // so that a point between two gaps is seen
      symbolSize: 5,
      lineStyle: { width: 1.75 },
      data: pointsOf(one.bins, measure.of, width),
      animation: false,
      markLine: index === 0 && marks.length ? lineAt(marks, ink) : undefined,
    })),
  };
}

const lineAt = (marks: readonly { at: number; name: string }[], ink: Ink) => ({
  silent: true,
  symbol: "none",
  animation: false,
  lineStyle: { color: ink.soft, type: "dashed", width: 1 },
  label: { show: false },
  data: marks.map((mark) => ({ name: mark.name, xAxis: mark.at })),
});
