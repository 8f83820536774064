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
  const { reward_parts: parts, ...rest } = entry.data as unknown as Omit<Step, "reward_parts"> & {
    reward_parts?: unknown;
  };
  return { ...rest, epoch: entry.epoch, recorded_at: entry.time, reward_parts: partsOf(parts) };
}

function partsOf(parts: unknown): Record<string, number> {
  try {
    const found: unknown = typeof parts === "string" ? JSON.parse(parts) : parts;
    return found && typeof found === "object" ? (found as Record<string, number>) : {};
  } catch {
    return {};
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

/** Steps of the phase `grpo` that have groups to look at, rising. */
export const withGroups = (steps: readonly Step[]): number[] =>
  steps.filter((step) => step.phase === "grpo" && step.groups_blob).map((step) => step.step);

/** The number in `rising` that is nearest to `wanted`. */
export function nearest(rising: readonly number[], wanted: number): number | undefined {
  let best = rising[0];
  for (const one of rising) if (best === undefined || Math.abs(one - wanted) < Math.abs(best - wanted)) best = one;
  return best;
}
