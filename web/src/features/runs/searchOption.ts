import type { EChartsCoreOption } from "echarts/core";
import { across, frame, upright, type Hover } from "@/shared/charts/frame";
import type { Ink } from "@/shared/charts/lines";
import { figure } from "@/shared/ui/numbers";
import { bestSoFar, type Trial } from "./searches";

/** Every trial's figure as a point, and the best so far as a line of steps. */
export function searchOption(trials: readonly Trial[], name: string, lowest: boolean, ink: Ink): EChartsCoreOption {
  const words = (hovers: Hover[]): string => {
    const lines = hovers.map((hover) => `${hover.marker ?? ""}${hover.seriesName}  ${figure(hover.value?.[1], 4)}`);
    return [`trial ${hovers[0]?.value?.[0] ?? ""}`, ...lines].join("\n");
  };
  return {
    ...frame(ink, words),
    xAxis: { ...across(ink, String), type: "value", minInterval: 1, min: 0 },
    yAxis: { ...upright(ink), scale: true },
    series: [
      {
        type: "scatter",
        name,
        color: ink.palette[0],
        symbolSize: 9,
        data: trials.flatMap(({ number, value }) => (value === null ? [] : [[number, value]])),
      },
      {
        type: "line",
        step: "end",
        name: "best so far",
        color: ink.palette[2],
        showSymbol: false,
        lineStyle: { width: 1.75 },
        data: bestSoFar(trials, lowest),
      },
    ],
  };
}
