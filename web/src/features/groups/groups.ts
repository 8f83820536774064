/** The groups of a step: completions of one prompt, and how their advantages came out of their rewards. */
import type { GroupRow } from "@/shared/api";

/** As in training: added to the spread, and below what spread a group is dead. */
export const EPSILON = 1e-4;
export const SPREAD = 1e-6;
const TOLERANCE = 2e-4; // stored as 32 bit numbers

export interface Completion {
  /** From 1, in the order in which they were sampled. */
  number: number;
  text: string;
  reward: number;
  parts: [string, number][];
  /** As training used it. */
  stored: number;
  /** As it follows from the rewards. */
  computed: number;
  tokens: number;
  /** Mean log-probability of its tokens; null without tokens. */
  logprob: number | null;
  ended: boolean;
}

export interface Group {
  number: number;
  sampleId: string;
  passage: string;
  question: string;
  answer: string;
  swapped: boolean;
  completions: Completion[];
  mean: number;
  deviation: number;
  /** All rewards are the same number: it teaches nothing. */
  dead: boolean;
  /** Whether every stored advantage is the one that follows from the rewards. */
  agrees: boolean;
}

export interface Spread {
  mean: number;
  deviation: number;
  dead: boolean;
}

/** Mean and sample standard deviation of a group's rewards. */
export function spreadOf(rewards: readonly number[]): Spread {
  const n = rewards.length;
  const mean = rewards.reduce((sum, one) => sum + one, 0) / (n || 1);
  const squares = rewards.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const dead = n < 2 || Math.max(...rewards) - Math.min(...rewards) <= SPREAD;
  return { mean, deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0, dead };
}

export function advantageOf(reward: number, spread: Spread, normalise: boolean): number {
  if (spread.dead) return 0;
  const centred = reward - spread.mean;
  return normalise ? centred / (spread.deviation + EPSILON) : centred;
}

/** Rows of the file as groups, in their order. */
export function groupsOf(rows: readonly GroupRow[], normalise: boolean): Group[] {
  const found = new Map<number, GroupRow[]>();
  for (const row of rows) found.set(row.group ?? 0, [...(found.get(row.group ?? 0) ?? []), row]);
  return [...found].map(([number, members]) => groupOf(number, members, normalise));
}

function groupOf(number: number, rows: readonly GroupRow[], normalise: boolean): Group {
  const spread = spreadOf(rows.map((row) => row.reward ?? 0));
  const completions = rows.map((row, index) => completionOf(row, index + 1, spread, normalise));
  const first = rows[0] ?? {};
  return {
    number,
    sampleId: first.sample_id ?? "",
    passage: first.passage ?? "",
    question: first.question ?? "",
    answer: first.answer ?? "",
    swapped: first.swapped ?? false,
    completions,
    ...spread,
    agrees: completions.every((one) => Math.abs(one.stored - one.computed) <= TOLERANCE * (1 + Math.abs(one.stored))),
  };
}

function completionOf(row: GroupRow, number: number, spread: Spread, normalise: boolean): Completion {
  const logprobs = row.logprobs ?? [];
  const reward = row.reward ?? 0;
  return {
    number,
    text: row.text ?? "",
    reward,
    parts: Object.entries(row.parts ?? {}).filter((part): part is [string, number] => typeof part[1] === "number"),
    stored: row.advantage ?? 0,
    computed: advantageOf(reward, spread, normalise),
    tokens: row.tokens?.length ?? 0,
    logprob: logprobs.length ? logprobs.reduce((sum, one) => sum + one, 0) / logprobs.length : null,
    ended: row.ended ?? true,
  };
}

export type Sort = "sampled" | "best" | "worst";

export function sorted(completions: readonly Completion[], sort: Sort): Completion[] {
  if (sort === "sampled") return [...completions];
  const sign = sort === "best" ? -1 : 1;
  return [...completions].sort((one, other) => sign * (one.reward - other.reward) || one.number - other.number);
}

/** The step before and after `step` among those that have groups, rising. */
export function neighbours(steps: readonly number[], step: number): { before?: number; after?: number } {
  return { before: steps.filter((one) => one < step).at(-1), after: steps.find((one) => one > step) };
}

export const signed = (value: number): string =>
  value === 0 ? "0" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
