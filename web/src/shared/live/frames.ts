/** What the feed says. The same objects come over WebSocket and as server-sent events. */

export interface Entry {
  kind: "entry";
  position: string;
  id: string;
  type: string;
  topic: string;
  subject: string;
  time: string;
  version: number;
  epoch: number;
  seq: number;
  source: string;
  correlation_id: string | null;
  causation_id: string | null;
  traceparent: string;
  data: Record<string, unknown>;
}

export type Frame =
  | Entry
  | { kind: "hello"; position: string; head: string; heartbeat: number }
  | { kind: "live"; position: string }
  | { kind: "pong"; position: string }
  | { kind: "snapshot"; position: string; reason: "too_old" | "other_log"; subjects: Entry[]; more: boolean }
  | { kind: "error"; code: string; message: string };

/** A frame, or null for something that this version does not know. */
export function frameOf(text: string): Frame | null {
  try {
    const found: unknown = JSON.parse(text);
    return found && typeof found === "object" && "kind" in found ? (found as Frame) : null;
  } catch {
    return null;
  }
}

/** Which entries a page wants; an empty list wants all. */
export interface Filter {
  topics?: readonly string[];
  types?: readonly string[];
  /** Aggregates; what is below them (`run/3`) is theirs too. */
  subjects?: readonly string[];
}

export function wanted(entry: Pick<Entry, "topic" | "type" | "subject">, filter: Filter): boolean {
  if (filter.topics?.length && !filter.topics.includes(entry.topic)) return false;
  if (filter.types?.length && !filter.types.includes(entry.type)) return false;
  if (!filter.subjects?.length) return true;
  return filter.subjects.some((one) => entry.subject === one || entry.subject.startsWith(`${one}/`));
}

/** The number in a position (`<log>.<number>`); -1 where there is none. */
export function numberOf(position: string): number {
  const found = Number(position.slice(position.lastIndexOf(".") + 1));
  return position && Number.isFinite(found) ? found : -1;
}

/** Whether two positions are of the same log. */
export function sameLog(one: string, other: string): boolean {
  return one.slice(0, one.lastIndexOf(".")) === other.slice(0, other.lastIndexOf("."));
}
