/** What training changed on questions that were held out. */

export interface Gain {
  before: number | null;
  after: number | null;
  gain: number;
  low: number;
  high: number;
}

const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** Held-out reward before and after, and the paired difference with its interval; null until it is known. */
export function gainOf({ metrics }: { metrics?: { [name: string]: unknown } | null }): Gain | null {
  const found = metrics ?? {};
  const [gain, low, high] = [number(found.gain), number(found.gain_low), number(found.gain_high)];
  if (gain === null || low === null || high === null) return null;
  return { gain, low, high, before: number(found.reward_before), after: number(found.reward_after) };
}

export const signed = (value: number, digits = 3): string =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;

/** Whether the interval says that something changed. */
export function toneOf({ low, high }: Pick<Gain, "low" | "high">): "good" | "bad" | "soft" {
  if (low > 0) return "good";
  return high < 0 ? "bad" : "soft";
}
