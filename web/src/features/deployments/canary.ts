/** The canary test, to look ahead: how many judged calls a verdict still needs if the scores stay as they are.
 *
 * The confidence sequence is that of the studio's rollout controller: a mixture of Beta(1, 1) over each arm's mean
 * score (Robbins, 1970; Howard, Ramdas, McAuliffe and Sekhon, 2021), valid however often one looks.
 */

export interface Arm {
  /** Judged calls. */
  n: number;
  /** Sum of their scores. */
  sum: number;
}

export interface Terms {
  margin: number;
  confidence: number;
  minimum: number;
}

/** log Gamma(x) for x > 0 (Stirling's series after a shift). */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  while (at < 8) {
    shift -= Math.log(at);
    at += 1;
  }
  const inverse = 1 / (at * at);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / at;
  return shift + (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series;
}

const mixture = ({ n, sum }: Arm): number => logGamma(1 + sum) + logGamma(1 + n - sum) - logGamma(2 + n);

function likelihood({ n, sum }: Arm, mean: number): number {
  const safe = Math.min(Math.max(mean, 1e-12), 1 - 1e-12);
  return sum * Math.log(safe) + (n - sum) * Math.log(1 - safe);
}

/** Least evidence against any pair of means that are `gap` apart; convex along that line. */
function evidence(canary: Arm, baseline: Arm, gap: number): number {
  let [low, high] = [Math.max(0, -gap), Math.min(1, 1 - gap)];
  const against = (mean: number) => -likelihood(canary, mean + gap) - likelihood(baseline, mean);
  for (let turn = 0; turn < 60; turn += 1) {
    const third = (high - low) / 3;
    if (against(low + third) <= against(high - third)) high -= third;
    else low += third;
  }
  return mixture(canary) + mixture(baseline) + against((low + high) / 2);
}

/** The interval of mean(canary) - mean(baseline) that holds at all times at once; both arms need a judged call. */
export function difference(canary: Arm, baseline: Arm, alpha: number): { low: number; high: number } {
  if (!canary.n || !baseline.n) return { low: -1, high: 1 };
  const limit = -Math.log(alpha);
  const middle = canary.sum / canary.n - baseline.sum / baseline.n;
  const edge = (outer: number): number => {
    if (evidence(canary, baseline, outer) < limit) return outer;
    let [out, inner] = [outer, middle];
    for (let turn = 0; turn < 40; turn += 1) {
      const at = (out + inner) / 2;
      if (evidence(canary, baseline, at) >= limit) out = at;
      else inner = at;
    }
    return out;
  };
  return { low: edge(-1), high: edge(1) };
}

export type Outlook = { calls: number; decision: "promote" | "rollback" } | null;

/** After how many more judged calls of both arms together a verdict is reached, if scores and split stay as they are.
 * Null where `most` of them are not enough. */
export function outlook(canary: Arm, baseline: Arm, share: number, terms: Terms, most: number): Outlook {
  if (!canary.n || !baseline.n || share <= 0 || share >= 1) return null;
  const alpha = (1 - terms.confidence) / 2;
  const grown = (arm: Arm, more: number): Arm => ({ n: arm.n + more, sum: arm.sum * (1 + more / arm.n) });
  const decide = (calls: number): "promote" | "rollback" | null => {
    const [ours, theirs] = [grown(canary, calls * share), grown(baseline, calls * (1 - share))];
    const gap = difference(ours, theirs, alpha);
    if (gap.low > -terms.margin) return Math.min(ours.n, theirs.n) >= terms.minimum ? "promote" : null;
    return gap.high < 0 ? "rollback" : null;
  };
  let high = 8;
  while (!decide(high)) {
    if (high >= most) return null;
    high = Math.min(most, high * 2);
  }
  let low = high === 8 ? 0 : high / 2;
  while (high - low > Math.max(1, high / 50)) {
    const middle = Math.floor((low + high) / 2);
    if (decide(middle)) high = middle;
    else low = middle;
  }
  const decision = decide(high);
  return decision && { calls: high, decision };
}
