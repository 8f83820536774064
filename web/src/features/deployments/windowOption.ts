import type { EChartsCoreOption } from "echarts/core";
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

interface Hover {
  value?: [number, number | null];
  seriesName?: string;
  marker?: string;
}

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
  return {
    animation: false,
    textStyle: { color: ink.soft, fontFamily: "inherit" },
    grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: ink.card,
      borderColor: ink.line,
      borderWidth: 1,
      padding: [6, 9],
      textStyle: { color: ink.text, fontSize: 12 },
      formatter: (hovers: Hover[]) =>
        [
          `${format.format(hovers[0]?.value?.[0] ?? 0)}, ${width} s`,
          ...hovers
            .filter((hover) => hover.value?.[1] != null)
            .map(
              (hover) =>
                `${hover.marker ?? ""}${hover.seriesName}  ${figure(hover.value?.[1], 4)}${measure.unit ?? ""}`,
            ),
        ].join("\n"),
    },
    xAxis: {
      axisPointer: { lineStyle: { color: ink.soft, type: "dashed" }, label: { show: false } },
      type: "time",
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.soft, hideOverlap: true, formatter: (at: number) => format.format(at) },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: measure.id === "score" ? 1 : undefined,
      interval: measure.id === "score" ? 0.25 : undefined,
      minInterval: measure.kind === "bar" ? 1 : undefined,
      splitNumber: 4,
      axisLine: { show: false },
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.soft, formatter: (value: number) => figure(value) },
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
