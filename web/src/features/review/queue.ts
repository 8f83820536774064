/** The queue of one reviewer, as far as it has been read: what is left, what comes next, what can be taken back. */
import type { NewReview, QueuedResource } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";

export const ORDERS = [
  { value: "near_threshold", name: "near the threshold" },
  { value: "random", name: "random" },
  { value: "disagree", name: "judges disagree" },
] as const;
export type Order = (typeof ORDERS)[number]["value"];
export const orderOf = (text: string): Order => ORDERS.find((one) => one.value === text)?.value ?? "near_threshold";

export type Decision = NewReview["decision"];
export const FEW = 8; // left of what was read: then more is asked for

export interface Desk {
  /** In the order of the queue; what was read once stays, also when it is decided. */
  held: readonly QueuedResource[];
  /** Decided here and not taken back: ids, the last one at the end. */
  done: readonly string[];
}

export const EMPTY: Desk = { held: [], done: [] };

/** With what the studio answered: known samples keep their place, new ones come behind. */
export function read(desk: Desk, found: readonly QueuedResource[]): Desk {
  const known = new Set(desk.held.map((one) => one.id));
  const more = found.filter((one) => !known.has(one.id));
  return more.length ? { ...desk, held: [...desk.held, ...more] } : desk;
}

export const left = ({ held, done }: Desk): QueuedResource[] => held.filter((one) => !done.includes(one.id));

export const decide = (desk: Desk, id: string): Desk =>
  desk.done.includes(id) ? desk : { ...desk, done: [...desk.done, id] };

/** The decision does not hold (any more): the sample is left again, at its old place. */
export const takeBack = (desk: Desk, id: string): Desk => ({ ...desk, done: desk.done.filter((one) => one !== id) });

/** The undecided sample `by` steps from `id`, which may be decided itself; null at the ends. */
export function beside(desk: Desk, id: string, by: 1 | -1): string | null {
  const at = desk.held.findIndex((one) => one.id === id);
  const rest = by === 1 ? desk.held.slice(at + 1) : desk.held.slice(0, Math.max(0, at)).reverse();
  return rest.find((one) => !desk.done.includes(one.id))?.id ?? null;
}

/** Which sample to show: the one that was asked for, else the first that is left. */
export const shownOf = (desk: Desk, asked: string): string => asked || (left(desk)[0]?.id ?? "");

/** Why the sample is where it is in the queue. */
export function whyHere(order: Order, value: number): string {
  if (order === "random") return "drawn at random";
  if (order === "disagree") return value >= 2 ? "reviewers differ about it" : `judges are ${value.toFixed(2)} apart`;
  return `${value.toFixed(3)} of a score's spread from a threshold`;
}

/** How Landis and Koch (1977) call a kappa. */
export function strength(kappa: number | null): string {
  if (kappa === null) return "not defined: both always said the same";
  const names = ["slight", "fair", "moderate", "substantial", "almost perfect"];
  return kappa < 0 ? "worse than chance" : (names[Math.min(4, Math.floor(kappa / 0.2))] ?? "");
}

export const queueCommand = (curation: string, order: Order): string =>
  `studio review next ${shell(curation || "CURATION")} --order ${order}`;
