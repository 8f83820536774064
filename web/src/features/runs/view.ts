/** How curves are looked at; kept in the URL. */
import { useMemo } from "react";
import { useUrl } from "@/shared/ui/useUrl";
import type { AxisKind } from "./axis";
import type { Phase } from "./steps";

export interface View {
  axis: AxisKind;
  phase: Phase;
  /** Weight of the moving average, 0 to 0.99. */
  smooth: number;
}

const PHASES: readonly string[] = ["all", "grpo", "warm_start"];

export function viewOf(get: (name: string) => string): View {
  const smooth = Number(get("smooth") || 0);
  const phase = get("phase");
  return {
    axis: get("x") === "time" ? "time" : "step",
    phase: PHASES.includes(phase) ? (phase as Phase) : "all",
    smooth: Number.isFinite(smooth) ? Math.min(0.99, Math.max(0, smooth)) : 0,
  };
}

export function useView(): { view: View; set: (change: Partial<Record<"x" | "phase" | "smooth", string>>) => void } {
  const { get, set } = useUrl();
  const view = useMemo(() => viewOf(get), [get]);
  return { view, set };
}
