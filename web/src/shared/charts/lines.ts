import type { EChartsCoreOption } from "echarts/core";
import { figure } from "@/shared/ui/numbers";

export interface Line {
  name: string;
  /** (x, y), x rising; every point is drawn, a null y is a gap. */
  points: readonly (readonly [number, number | null])[];
  /** Lower and upper bound by x, drawn as whiskers. */
  interval?: readonly (readonly [number, number, number])[];
}

export const PALETTE = {
  light: ["#2f54eb", "#b4530a", "#18794e", "#8e3bb5", "#c4281c", "#0b7285", "#6b5b00", "#5b5f97"],
  dark: ["#93adff", "#f0a35e", "#4cc38a", "#cf9bf0", "#ff8b86", "#5cc8dc", "#d9c64f", "#a9aee8"],
};

export interface Ink {
  text: string;
  soft: string;
  line: string;
  card: string;
  palette: readonly string[];
}

/** The chart of some lines over one axis, e.g. reward over steps. Nothing is sampled: each point is drawn. */
export function lineOption(lines: readonly Line[], ink: Ink, xName = "step"): EChartsCoreOption {
  const series = lines.flatMap((line, index) => {
    const color = ink.palette[index % ink.palette.length];
    const own = {
      name: line.name,
      type: "line",
      color,
      data: line.points.map(([x, y]) => [x, y]),
      showSymbol: line.points.length < 60,
      symbolSize: 5,
      lineStyle: { width: 1.75 },
      connectNulls: false,
      sampling: undefined,
      animation: false,
    };
    return line.interval ? [own, ...whiskers(line, color)] : [own];
  });
  return {
    animation: false,
    textStyle: { color: ink.soft, fontFamily: "inherit" },
    grid: { left: 8, right: 14, top: lines.length > 1 ? 34 : 14, bottom: 8, containLabel: true },
    legend: lines.length > 1 ? { top: 0, type: "scroll", textStyle: { color: ink.text } } : undefined,
    tooltip: {
      trigger: "axis",
      renderMode: "richText", // drawn: the content security policy refuses styles in HTML text
      confine: true,
      backgroundColor: ink.card,
      borderColor: ink.line,
      textStyle: { color: ink.text },
      valueFormatter: (value: unknown) => figure(value as number, 4),
    },
    xAxis: {
      type: "value",
      name: xName,
      nameLocation: "end",
      nameGap: 4,
      nameTextStyle: { align: "right", verticalAlign: "top", padding: [22, 0, 0, 0] },
      min: "dataMin",
      max: "dataMax",
      minInterval: 1,
      splitLine: { show: false },
      axisLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.soft },
    },
    yAxis: {
      type: "value",
      scale: true,
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.soft, formatter: (value: number) => figure(value) },
    },
    dataZoom: [{ type: "inside", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false }],
    series,
  };
}

function whiskers(line: Line, color: string | undefined) {
  return (line.interval ?? []).map(([x, low, high]) => ({
    type: "line",
    color,
    data: [
      [x, low],
      [x, high],
    ],
    symbol: "rect",
    symbolSize: [9, 2],
    lineStyle: { width: 1.25, opacity: 0.8 },
    tooltip: { show: false },
    silent: true,
    animation: false,
  }));
}

/** What a chart says, for those who do not see it. */
export function spoken(title: string, lines: readonly Line[]): string {
  const parts = lines.map((line) => {
    const known = line.points.filter(([, y]) => y != null);
    const first = known[0];
    const last = known.at(-1);
    if (!first || !last) return `${line.name}: no values yet`;
    return `${line.name}: ${known.length} values, from ${figure(first[1])} at ${first[0]} to ${figure(last[1])} at ${last[0]}`;
  });
  return `${title}. ${parts.join(". ") || "No values yet"}.`;
}
