/** What is drawn of a run, and how it is read out of a step. */
import type { Step } from "./steps";

export interface Metric {
  id: string;
  name: string;
  help: string;
  /** Null where the step has no such value. */
  of: (step: Step) => number | null;
}

const inGrpo =
  (read: (step: Step) => number | null | undefined) =>
  (step: Step): number | null =>
    step.phase === "warm_start" ? null : (read(step) ?? null);

export const METRICS: readonly Metric[] = [
  { id: "reward", name: "Reward", help: "Mean reward of the step's completions.", of: inGrpo((s) => s.reward) },
  {
    id: "loss",
    name: "Loss",
    help: "Warm start: nats per answer token. GRPO: the objective.",
    of: (s) => s.loss ?? null,
  },
  {
    id: "kl",
    name: "KL to the reference",
    help: "k3 estimate in nats per token, in the steps in which it was measured.",
    // 0 stands for "not measured", except in the first step, where the policy is the reference.
    of: inGrpo((s) => (s.kl === 0 && s.step !== 1 ? null : s.kl)),
  },
  { id: "entropy", name: "Entropy", help: "Nats per sampled token.", of: inGrpo((s) => s.entropy) },
  { id: "length", name: "Completion length", help: "Mean tokens of a completion.", of: inGrpo((s) => s.length) },
  {
    id: "dead_groups",
    name: "Dead groups",
    help: "Groups whose rewards were all equal; they teach nothing.",
    of: inGrpo((s) => s.dead_groups),
  },
  {
    id: "clip_fraction",
    name: "Clip fraction",
    help: "Share of the tokens where the bound on the ratio was active.",
    of: inGrpo((s) => s.clip_fraction),
  },
  { id: "grad_norm", name: "Gradient norm", help: "Before clipping.", of: (s) => s.grad_norm ?? null },
  { id: "learning_rate", name: "Learning rate", help: "Of this step.", of: (s) => s.learning_rate ?? null },
  {
    id: "speed",
    name: "Tokens per second",
    help: "Tokens trained on in the step, over its wall time.",
    of: (s) => (s.seconds && s.tokens ? s.tokens / s.seconds : null),
  },
];

/** Names of the reward's parts; in the order of the alphabet, so that each keeps its colour. */
export function partNames(steps: readonly Step[]): string[] {
  return [...new Set(steps.flatMap((step) => Object.keys(step.reward_parts ?? {})))].sort();
}

export function partOf(step: Step, name: string): number | null {
  const found: unknown = step.reward_parts?.[name];
  return typeof found === "number" ? found : null;
}
