import { figure } from "@/shared/ui/numbers";
import type { Ink } from "./lines";

/** What is told about one series at the pointer. */
export interface Hover {
  value?: [number, number | null];
  dataIndex?: number;
  seriesIndex?: number;
  seriesName?: string;
  /** Its colour, as the tooltip draws it. */
  marker?: string;
}

/** Words at the pointer, a line for each series. */
export const tooltip = (ink: Ink, words: (hovers: Hover[]) => string) => ({
  trigger: "axis",
  renderMode: "richText", // drawn: the content security policy refuses styles in HTML text
  confine: true,
  backgroundColor: ink.card,
  borderColor: ink.line,
  borderWidth: 1,
  padding: [6, 9],
  textStyle: { color: ink.text, fontSize: 12 },
  formatter: words,
});

/** What all charts of curves have: letters and lines in the colours of the theme, words at the pointer. */
export const frame = (ink: Ink, words: (hovers: Hover[]) => string) => ({
  animation: false,
  textStyle: { color: ink.soft, fontFamily: "inherit" },
  grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true },
  tooltip: tooltip(ink, words),
});

/** The axis along which curves run; `say` writes its values. */
export const across = (ink: Ink, say: (x: number) => string) => ({
  axisPointer: { lineStyle: { color: ink.soft, type: "dashed" }, label: { show: false } },
  axisLine: { onZero: false, lineStyle: { color: ink.line } },
  axisTick: { lineStyle: { color: ink.line } },
  axisLabel: { color: ink.soft, hideOverlap: true, formatter: say },
  splitLine: { show: false },
});

/** The axis of their values. */
export const upright = (ink: Ink) => ({
  type: "value",
  splitNumber: 4,
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: ink.line } },
  axisLabel: { color: ink.soft, formatter: (value: number) => figure(value) },
});
