/** Rules (`grounding >= 0.8 and duplicate == 0`) with the threshold of one score moved. */

export type Side = ">=" | "<";
export interface Threshold {
  op: Side;
  value: number;
}
/** By name of the score. */
export type Thresholds = Readonly<Record<string, Threshold>>;

export interface Clause {
  text: string;
  /** Where the clause compares one score with one number. */
  simple?: { scorer: string; op: string; value: number };
}

const SIMPLE = /^([a-z_][a-z0-9_]*)\s*(>=|<=|==|!=|>|<)\s*(-?\d+(?:\.\d+)?(?:e-?\d+)?)$/i;

/** What has to be true of a sample, each on its own. A rule with `or` at the top is one clause. */
export function clausesOf(rule: string): Clause[] {
  const text = rule.trim();
  if (!text) return [];
  const parts = topLevel(text, "and");
  if (topLevel(text, "or").length > 1) return [{ text: `(${text})` }];
  return parts.map((part) => {
    const found = SIMPLE.exec(part);
    if (!found) return { text: part };
    return { text: part, simple: { scorer: found[1] ?? "", op: found[2] ?? "", value: Number(found[3]) } };
  });
}

function topLevel(text: string, word: "and" | "or"): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  const matches = text.matchAll(word === "and" ? /[()]|\band\b|&&/g : /[()]|\bor\b|\|\|/g);
  for (const match of matches) {
    if (match[0] === "(") depth += 1;
    else if (match[0] === ")") depth -= 1;
    else if (depth === 0) {
      parts.push(text.slice(from, match.index).trim());
      from = match.index + match[0].length;
    }
  }
  return [...parts, text.slice(from).trim()];
}

const isLower = (op: string) => op === ">=" || op === ">";
const sameSide = (op: string, side: Side) => op === "==" || isLower(op) === (side === ">=");

/** The threshold that a rule has for a score; null where it has none. `== v` asks for at least `v`, `== 0` for less. */
export function thresholdIn(rule: string, scorer: string): { op: Side; value: number; text: string } | null {
  const clause = clausesOf(rule).find((one) => one.simple?.scorer === scorer && one.simple.op !== "!=");
  if (!clause?.simple) return null;
  const { op, value } = clause.simple;
  const below = op.startsWith("<") || (op === "==" && value === 0);
  return { op: below ? "<" : ">=", value, text: clause.text };
}

const IN_CEL = /&&|\|\||!(?!=)|\?/; // words and signs do not mix in one rule

/** The rule with these thresholds in place of its own. */
export function withThresholds(rule: string, thresholds: Thresholds): string {
  let clauses = clausesOf(rule).map((one) => ({ ...one }));
  for (const [scorer, { op, value }] of Object.entries(thresholds)) {
    const text = `${scorer} ${op} ${value}`;
    const replaced = (one: Clause) => one.simple?.scorer === scorer && sameSide(one.simple.op, op);
    const at = clauses.findIndex(replaced);
    if (at < 0) clauses.push({ text });
    else clauses = clauses.flatMap((one, index) => (index === at ? [{ text }] : replaced(one) ? [] : [one]));
  }
  return clauses.map((one) => one.text).join(IN_CEL.test(rule) ? " && " : " and ");
}

/** Whether a rule of simple clauses keeps these scores; null where it has others, or a score is missing. */
export function judge(rule: string, score: (name: string) => number | undefined): boolean | null {
  let known = true;
  for (const { simple } of clausesOf(rule)) {
    const value = simple && score(simple.scorer);
    if (!simple || value === undefined) known = false;
    else if (!holds(value, simple.op, simple.value)) return false;
  }
  return known ? true : null;
}

function holds(value: number, op: string, limit: number): boolean {
  if (op === ">=") return value >= limit;
  if (op === "<=") return value <= limit;
  if (op === ">") return value > limit;
  if (op === "<") return value < limit;
  return op === "==" ? value === limit : value !== limit;
}

/** Thresholds as they stand in the URL: `grounding>=0.9,near_duplicate<0.8`. What is not one is left out. */
export function parseThresholds(text: string): Thresholds {
  const found: Record<string, Threshold> = {};
  for (const part of text.split(",")) {
    const match = /^([a-z_][a-z0-9_]*)(>=|<)(-?\d+(?:\.\d+)?(?:e-?\d+)?)$/i.exec(part.trim());
    if (match?.[1]) found[match[1]] = { op: match[2] as Side, value: Number(match[3]) };
  }
  return found;
}

export const printThresholds = (thresholds: Thresholds): string =>
  Object.entries(thresholds)
    .map(([scorer, { op, value }]) => `${scorer}${op}${value}`)
    .join(",");
