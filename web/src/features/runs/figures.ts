/** The figures of a run's last step with their meaning, and the alarms of all its steps. */
import type { AlarmAttributes } from "@/shared/api";
import type { Step } from "./steps";

export interface Figure {
  name: string;
  value: number | null;
  meaning: string;
}
export interface Alarm extends AlarmAttributes {
  phase: string;
  step: number;
}

/** Fields of a step that are figures, in the order in which they are read. */
const FIELDS = [
  "reward",
  "loss",
  "kl",
  "entropy",
  "clip_fraction",
  "grad_norm",
  "learning_rate",
  "length",
  "tokens",
  "completions",
  "dead_groups",
  "seconds",
] as const;

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** Fields first, then further figures by name. A figure that no step has is told by its meaning alone. */
export function figuresOf(last: Step | undefined, definitions: Record<string, string>): Figure[] {
  const metrics = last?.metrics ?? {};
  const others = [...new Set([...Object.keys(metrics), ...Object.keys(definitions)])]
    .filter((name) => !(FIELDS as readonly string[]).includes(name))
    .sort();
  return [
    ...FIELDS.map((name) => ({ name, value: number(last?.[name]), meaning: definitions[name] ?? "" })),
    ...others.map((name) => ({ name, value: number(metrics[name]), meaning: definitions[name] ?? "" })),
  ];
}

/** Further figures that some step has, by name; those that never moved are left out: a flat line says nothing. */
export function movingMetrics(steps: readonly Step[]): string[] {
  const seen = new Map<string, Set<unknown>>();
  for (const step of steps)
    for (const [name, value] of Object.entries(step.metrics ?? {})) {
      const values = seen.get(name) ?? new Set();
      seen.set(name, values.size < 2 ? values.add(value) : values);
    }
  return [...seen].flatMap(([name, values]) => (values.size > 1 ? [name] : [])).sort();
}

export function metricOf(step: Step, name: string): number | null {
  return number(step.metrics?.[name]);
}

/** Alarms, the newest first. */
export function alarmsOf(steps: readonly Step[]): Alarm[] {
  return steps
    .flatMap((one) => (one.alarms ?? []).map((alarm) => ({ ...alarm, phase: one.phase, step: one.step })))
    .reverse();
}
