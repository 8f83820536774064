/** The steps of a run: read once, then grown by the feed. */
import type { StepAttributes } from "@/shared/api";
import type { Entry } from "@/shared/live/frames";

export type Step = StepAttributes;
export type Phase = "all" | "grpo" | "warm_start";

const ORDER: Record<string, number> = { warm_start: 0, grpo: 1 };
const rank = (phase: string): number => ORDER[phase] ?? 2;
const before = (one: Step, other: Step): number => rank(one.phase) - rank(other.phase) || one.step - other.step;
export const keyOf = (step: Pick<Step, "phase" | "step">): string => `${step.phase}/${step.step}`;

/** Both in the order of training. A step that comes again (after a trainer was lost) replaces its former self. */
export function merged(old: readonly Step[], more: readonly Step[]): Step[] {
  const found = new Map(old.map((step) => [keyOf(step), step]));
  for (const step of more) {
    const known = found.get(keyOf(step));
    if (!known || (step.epoch ?? 0) >= (known.epoch ?? 0)) found.set(keyOf(step), step);
  }
  return [...found.values()].sort(before);
}

/** The step in an entry of the feed; null for other entries. */
export function stepOf(entry: Entry): Step | null {
  if (entry.type !== "StepRecorded") return null;
  const data = entry.data as unknown as Step;
  const { reward_parts: parts, metrics, alarms } = entry.data as Record<string, unknown>;
  return {
    ...data,
    epoch: entry.epoch,
    recorded_at: entry.time,
    reward_parts: opened(parts, {}),
    metrics: opened(metrics, {}),
    alarms: opened(alarms, []),
  };
}

/** What a JSON text of the log holds; `otherwise` where it is none. */
function opened<T extends object>(text: unknown, otherwise: T): T {
  try {
    const found: unknown = typeof text === "string" ? JSON.parse(text) : text;
    return found && typeof found === "object" && Array.isArray(found) === Array.isArray(otherwise)
      ? (found as T)
      : otherwise;
  } catch {
    return otherwise;
  }
}

/** Whether steps are missing in between, as when the feed was ahead of what was read. */
export function hasGap(steps: readonly Step[]): boolean {
  const count = new Map<string, { most: number; many: number }>();
  for (const step of steps) {
    const known = count.get(step.phase) ?? { most: 0, many: 0 };
    count.set(step.phase, { most: Math.max(known.most, step.step), many: known.many + 1 });
  }
  return [...count.values()].some(({ most, many }) => many < most);
}

export function ofPhase(steps: readonly Step[], phase: Phase): Step[] {
  return phase === "all" ? [...steps] : steps.filter((step) => step.phase === phase);
}

/** How many steps the warm start took. */
export const warmOf = (steps: readonly Step[]): number => steps.filter((step) => step.phase === "warm_start").length;

/** The last step of the phase `grpo`; 0 before the first. */
export const lastOf = (steps: readonly Step[]): number =>
  steps.reduce((last, step) => (step.phase === "grpo" ? Math.max(last, step.step) : last), 0);

/** Steps of the phase `grpo` that have groups to look at, rising. */
export const withGroups = (steps: readonly Step[]): number[] =>
  steps.filter((step) => step.phase === "grpo" && step.groups_blob).map((step) => step.step);

/** The number in `rising` that is nearest to `wanted`. */
export function nearest(rising: readonly number[], wanted: number): number | undefined {
  let best = rising[0];
  for (const one of rising) if (best === undefined || Math.abs(one - wanted) < Math.abs(best - wanted)) best = one;
  return best;
}
