import type { EChartsCoreOption } from "echarts/core";
import { across, frame, upright, type Hover } from "@/shared/charts/frame";
import type { Ink } from "@/shared/charts/lines";
import { figure } from "@/shared/ui/numbers";
import type { Axis } from "./axis";
import type { Curve, Mark } from "./curves";

/** The chart of some curves. Every point is drawn; the raw values stay visible behind smoothed ones. */
export function curveOption(curves: readonly Curve[], axis: Axis, ink: Ink): EChartsCoreOption {
  const color = (hue: number): string => ink.palette[hue % ink.palette.length] ?? ink.text;
  const series: object[] = [];
  const told: ((hover: Hover) => string)[] = [];
  curves.forEach((curve) => {
    const say = (word: string) => (hover: Hover) =>
      `${hover.marker ?? ""}${word}  ${figure(hover.value?.[1], 4)}${rawAt(curve, hover.value?.[0])}`;
    if (curve.drawn !== curve.raw) {
      series.push({
        ...line(curve.raw, color(curve.hue)),
        silent: true,
        showSymbol: false,
        symbol: "none",
        lineStyle: { width: 1, opacity: curve.raw.length > 1000 ? 0.12 : 0.3 },
      });
      told.push(() => "");
    }
    series.push({ ...line(curve.drawn, color(curve.hue)), name: curve.name });
    told.push(say(curve.name));
    if (!curve.marks?.length) return;
    const hue = curves.length > 1 ? curve.hue : curve.hue + 1;
    series.push(points(curve.marks, color(hue)));
    told.push((hover) => {
      const mark = curve.marks?.find((one) => one.x === hover.value?.[0]);
      return mark
        ? `${hover.marker ?? ""}held-out  ${figure(mark.y, 4)} [${figure(mark.low)}, ${figure(mark.high)}]`
        : "";
    });
    for (const mark of curve.marks) {
      series.push(whisker(mark, color(hue)));
      told.push(() => "");
    }
  });
  const words = (hovers: Hover[]): string => {
    const lines = hovers.map((hover) => told[hover.seriesIndex ?? -1]?.(hover) ?? "").filter(Boolean);
    return [`${axis.name} ${axis.say(hovers[0]?.value?.[0] ?? 0)}`, ...lines].join("\n");
  };
  return {
    ...frame(ink, words),
    xAxis: {
      ...across(ink, axis.say),
      type: "value",
      min: "dataMin",
      max: "dataMax",
      minInterval: axis.kind === "step" ? 1 : undefined,
    },
    yAxis: { ...upright(ink), scale: true },
    dataZoom: [{ type: "inside", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false }],
    series: axis.kind === "step" ? shaded(series, curves, ink) : series,
  };
}

function line(data: Curve["raw"], color: string) {
  const showSymbol = data.length < 25;
  return {
    type: "line",
    color,
    data,
    showSymbol,
    symbolSize: 4,
    lineStyle: { width: 1.75 },
    animation: false,
    emphasis: { disabled: true },
  };
}

const points = (marks: readonly Mark[], color: string) => ({
  type: "scatter",
  color,
  symbol: "diamond",
  symbolSize: 10,
  z: 5,
  data: marks.map((mark) => [mark.x, mark.y]),
});

const whisker = (mark: Mark, color: string) => ({
  type: "line",
  color,
  silent: true,
  symbol: "rect",
  symbolSize: [9, 2],
  lineStyle: { width: 1.5 },
  data: [
    [mark.x, mark.low],
    [mark.x, mark.high],
  ],
});

function rawAt(curve: Curve, x: number | undefined): string {
  if (curve.drawn === curve.raw || x === undefined) return "";
  return ` (raw ${figure(curve.raw.find((point) => point[0] === x)?.[1], 4)})`;
}

/** Steps of the warm start (below 0) stand on a shaded ground. */
function shaded(series: object[], curves: readonly Curve[], ink: Ink): object[] {
  const first = Math.min(...curves.map((curve) => curve.raw[0]?.[0] ?? Infinity));
  if (first >= 0 || !series.length || !Number.isFinite(first)) return series;
  const label = { show: true, position: "insideTop", color: ink.soft, fontSize: 10 };
  const area = [
    { name: "warm start", xAxis: first, itemStyle: { color: ink.line, opacity: 0.35 }, label },
    { xAxis: 0 },
  ];
  return [{ ...series[0], markArea: { silent: true, data: [area] } }, ...series.slice(1)];
}
