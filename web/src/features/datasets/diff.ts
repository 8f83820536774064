/** What two frozen versions have otherwise, row by row. */
import type { DiffAttributes, RowChange } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";

export const CHANGES = ["added", "removed", "changed", "moved"] as const;
export type Change = (typeof CHANGES)[number];
export const changeOf = (text: string): Change | undefined => CHANGES.find((one) => one === text);

/** How many rows differ at all; a row that moved and changed counts once in each. */
export const differing = ({ added, removed, changed, moved }: DiffAttributes["counts"]): number =>
  added + removed + changed + moved;

/** Columns that differ, with both texts; of a whole row the question and the answer first. */
export function cellsOf({ before = {}, after = {} }: RowChange): { name: string; before: string; after: string }[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const first = ["question", "answer", "split"].filter((name) => names.includes(name));
  return [...first, ...names.filter((name) => !first.includes(name)).sort()].map((name) => ({
    name,
    before: textOf(before[name]),
    after: textOf(after[name]),
  }));
}

const textOf = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

export const diffCommand = (left: string, right: string): string => `studio dataset diff ${shell(left)} ${shell(right)}`;
