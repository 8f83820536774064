import type { CauseResource } from "@/shared/api";
import { failureOf, type Failure } from "@/shared/api/failure";
import { shell } from "@/shared/ui/CopyCommand";

export const STATES = ["parked", "released", "skipped"] as const;

/** What the list shows, from the URL. Without a word it is what waits for somebody. */
export const stateOf = (text: string): string => (text === "all" ? "" : text || "parked");

/** The list on the command line. */
export function command(state: string, consumer: string): string {
  const words = ["studio", "dead", "list"];
  if (state) words.push("--state", shell(state));
  if (consumer) words.push("--consumer", shell(consumer));
  return words.join(" ");
}

/** The subject in a record's key, `tenant/subject`; empty where the record had no key. */
export const subjectOf = (key: string): string => (key.startsWith("?") ? "" : key.slice(key.indexOf("/") + 1));

export const causeKey = ({ attributes: { consumer, code } }: Pick<CauseResource, "attributes">): string =>
  `${consumer} ${code}`;

export type Verb = "release" | "skip";

export interface Refusal {
  id: string;
  failure: Failure;
}

/** Settle letters one after the other, in their order. Gives those that were refused. */
export async function settleAll(
  ids: readonly string[],
  settle: (id: string) => Promise<{ error?: unknown }>,
  progress: (done: number) => void,
): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  for (const [index, id] of ids.entries()) {
    const { error } = await settle(id);
    if (error) refused.push({ id, failure: failureOf(error) });
    progress(index + 1);
  }
  return refused;
}
