import { useCallback } from "react";
import { Chart } from "./Chart";
import { lineOption, spoken, type Ink, type Line } from "./lines";

interface Props {
  title: string;
  lines: readonly Line[];
  height?: number;
  xName?: string;
  onClick?: (x: number) => void;
}

/** Curves over one axis. `lines` should keep its identity while it is the same. */
export function LineChart({ title, lines, height, xName, onClick }: Props) {
  const option = useCallback((ink: Ink) => lineOption(lines, ink, xName), [lines, xName]);
  return <Chart option={option} label={spoken(title, lines)} height={height} onClick={onClick} />;
}
