import type { EChartsCoreOption, ECharts } from "echarts/core";
import { useEffect, useRef } from "react";
import { useTheme, type Theme } from "@/shared/ui/useTheme";
import { echarts } from "./echarts";
import { PALETTE, type Ink } from "./lines";

interface Props {
  /** Made from the colours of the theme that is shown. */
  option: (ink: Ink) => EChartsCoreOption;
  /** What the chart says, in words. */
  label: string;
  height?: number;
  /** Charts of one group show their cross hair at the same place. */
  group?: string;
  onClick?: (x: number) => void;
}

function inkOf(theme: Theme): Ink {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return { text: read("ink"), soft: read("soft"), line: read("line"), card: read("card"), palette: PALETTE[theme] };
}

function tell(chart: ECharts | null, words: boolean): void {
  const axisPointer = { show: true, triggerTooltip: false };
  chart?.setOption({ tooltip: { trigger: words ? "axis" : "none" }, xAxis: { axisPointer } });
  if (!words) chart?.dispatchAction({ type: "hideTip", escapeConnect: true });
}

/** A chart on a canvas, with its content said in words. */
export function Chart({ option, label, height = 220, group, onClick }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const click = useRef(onClick);
  const over = useRef(false);
  const theme = useTheme();
  useEffect(() => {
    click.current = onClick;
  });
  useEffect(() => {
    if (!box.current) return;
    const made = echarts.init(box.current);
    chart.current = made;
    made.getZr().on("click", (event: { offsetX: number; offsetY: number }) => {
      const at = made.convertFromPixel({ gridIndex: 0 }, [event.offsetX, event.offsetY]);
      if (at?.[0] !== undefined) click.current?.(at[0]);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    if (!chart.current || !group) return;
    chart.current.group = group;
    echarts.connect(group);
    // The cross hair is in all of them, the words only in the one under the pointer.
    const element = box.current;
    const say = (event: PointerEvent) => {
      over.current = event.type === "pointerenter";
      tell(chart.current, over.current);
    };
    element?.addEventListener("pointerenter", say);
    element?.addEventListener("pointerleave", say);
    return () => {
      element?.removeEventListener("pointerenter", say);
      element?.removeEventListener("pointerleave", say);
    };
  }, [group]);
  useEffect(() => {
    chart.current?.setOption(option(inkOf(theme)), { notMerge: true, lazyUpdate: true });
    if (group) tell(chart.current, over.current);
  }, [option, theme, group]);
  return <div ref={box} role="img" aria-label={label} style={{ height }} className="w-full" />;
}
