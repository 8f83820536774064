import { duration } from "@/shared/ui/time";
import type { Step } from "./steps";

export type AxisKind = "step" | "time";

/** Where steps stand on the horizontal axis. Steps of GRPO keep their number; those of the warm start are below 0. */
export interface Axis {
  kind: AxisKind;
  x: (step: Pick<Step, "phase" | "step" | "recorded_at">) => number;
  /** A number of the axis, in words. */
  say: (x: number) => string;
  name: string;
}

export function axisOf(kind: AxisKind, steps: readonly Step[]): Axis {
  if (kind === "time") {
    const began = steps.length ? Math.min(...ends(steps).map((s) => at(s) - (s.seconds ?? 0))) : 0;
    return { kind, name: "time", x: (step) => at(step) - began, say: (x) => duration(Math.max(0, Math.round(x))) };
  }
  const warm = steps.reduce((most, step) => (step.phase === "warm_start" ? Math.max(most, step.step) : most), 0);
  return {
    kind,
    name: "step",
    x: (step) => (step.phase === "warm_start" ? step.step - warm - 1 : step.step),
    say: (x) => (x >= 0 ? `${x}` : `w${x + warm + 1}`),
  };
}

const at = (step: Pick<Step, "recorded_at">): number => new Date(step.recorded_at).getTime() / 1000;

/** The first steps of each phase: enough to find the beginning, however long the run is. */
function ends(steps: readonly Step[]): Step[] {
  const seen = new Set<string>();
  return steps.filter((step) => !seen.has(step.phase) && seen.add(step.phase));
}
