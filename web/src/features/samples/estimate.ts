/** What a threshold would keep, as far as the counts of a histogram tell: at once, without a request. */
import type { BinAttributes } from "@/shared/api";
import type { Threshold } from "./rule";

type Field = "count" | "kept" | "dropped";

/** Samples on the right side of a threshold. Exact where the threshold is an edge of a bin, else in proportion. */
export function passing(bins: readonly BinAttributes[], { op, value }: Threshold, field: Field): number {
  let found = 0;
  for (const bin of bins) {
    const width = bin.high - bin.low || 1;
    const above = Math.min(Math.max((bin.high - value) / width, 0), 1);
    found += bin[field] * (op === ">=" ? above : 1 - above);
  }
  return Math.round(found);
}

/** Whether `value` is where a bin begins, so that counts by bin are exact. */
export const isEdge = (bins: readonly BinAttributes[], value: number): boolean =>
  bins.some((bin) => Math.abs(bin.low - value) < 1e-9);

export interface Estimate {
  /** Samples with a score on the right side. */
  passing: number;
  /** At least and at most so many would be kept together with the rest of the rule. */
  low: number;
  high: number;
  exact: boolean;
}

/** What is kept when the threshold of the shown score becomes `next`; `now` is the rule's own. */
export function estimate(bins: readonly BinAttributes[], now: Threshold | null, next: Threshold): Estimate {
  const all = passing(bins, next, "count");
  const low = passing(bins, next, "kept");
  const further = (next.value - (now?.value ?? next.value)) * (next.op === ">=" ? 1 : -1);
  const stricter = !now || (now.op === next.op && further >= 0);
  return { passing: all, low, high: stricter ? low : all, exact: isEdge(bins, next.value) };
}

/** The edge of a bin that is nearest to `value`: there counts are exact. */
export function nearestEdge(bins: readonly BinAttributes[], value: number): number {
  const edges = bins.flatMap((bin, index) => (index === bins.length - 1 ? [bin.low, bin.high] : [bin.low]));
  const far = (edge: number) => Math.abs(edge - value);
  return tidy(edges.reduce((best, one) => (far(one) < far(best) ? one : best), edges[0] ?? 0));
}

/** Without the noise of floating point: 0.30000000000000004 is 0.3. */
export const tidy = (value: number): number => Number(value.toPrecision(10));
