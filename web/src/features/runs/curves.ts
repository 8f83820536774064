/** Lines of a chart, out of the steps of one or several runs. */
import type { EvaluationAttributes } from "@/shared/api";
import { whole } from "@/shared/ui/numbers";
import type { Axis } from "./axis";
import type { Metric } from "./metrics";
import { smoothed } from "./smooth";
import type { Step } from "./steps";

export interface Mark {
  x: number;
  y: number;
  low: number;
  high: number;
}

export interface Curve {
  name: string;
  /** Index into the palette. */
  hue: number;
  raw: [number, number | null][];
  /** What is drawn over `raw`; the same points where nothing is smoothed. */
  drawn: [number, number | null][];
  /** Evaluations with their intervals. */
  marks?: Mark[];
}

type Point = [number, number | null];

/** Each phase is smoothed for itself: the end of the warm start says nothing about GRPO. */
export function curveOf(
  name: string,
  hue: number,
  steps: readonly Step[],
  axis: Axis,
  read: Metric["of"],
  weight: number,
): Curve {
  const phases = new Map<string, Point[]>();
  for (const step of steps) {
    const y = read(step);
    if (y === null) continue;
    const part = phases.get(step.phase) ?? [];
    part.push([axis.x(step), y]);
    phases.set(step.phase, part);
  }
  const parts = [...phases.values()];
  const raw = parts.flat();
  return { name, hue, raw, drawn: weight > 0 ? parts.flatMap((part) => smoothed(part, weight)) : raw };
}

/** Evaluations of the held-out split as points; `before` stands at step 0. */
export function marksOf(evaluations: readonly EvaluationAttributes[], axis: Axis): Mark[] {
  return evaluations
    .filter((one) => one.split === "heldout")
    .map((one) => ({
      x: axis.x({ phase: "grpo", step: one.step, recorded_at: one.recorded_at }),
      y: one.reward,
      low: one.low,
      high: one.high,
    }));
}

/** How many points each curve has: `100 points`, or `30 to 100 points` of several. */
export function pointsIn(curves: readonly Curve[]): string {
  const counts = curves.map((curve) => curve.raw.length);
  const [least, most] = [Math.min(...counts), Math.max(0, ...counts)];
  if (!most) return "";
  const words = least < most ? `${whole(least)} to ${whole(most)}` : whole(most);
  return `${words} ${most === 1 ? "point" : "points"}`;
}
