/** Events as rows, whether they came by the feed or from the list; the thing that each is about. */
import type { EventResource } from "@/shared/api";
import type { Entry } from "@/shared/live/frames";
import { shell } from "@/shared/ui/CopyCommand";
import { pathTo } from "@/shared/ui/places";

export type Event = Omit<Entry, "kind" | "position">;

export function ofResource({ id, attributes: it }: EventResource): Event {
  return {
    id,
    type: it.type,
    topic: it.topic,
    subject: it.subject,
    time: it.time,
    version: it.version ?? 0,
    epoch: it.epoch ?? 0,
    seq: it.seq ?? 0,
    source: it.source ?? "",
    correlation_id: it.correlation_id ?? null,
    causation_id: it.causation_id ?? null,
    traceparent: it.traceparent ?? "",
    data: it.data ?? {},
  };
}

export function ofEntry({ kind: _kind, position: _position, ...event }: Entry): Event {
  return event;
}

export interface Filters {
  topic: string;
  type: string;
  subject: string;
  correlation: string;
  text: string;
}

/** Whether an event is among those that are shown; letters in either case. */
export function matches(event: Event, filters: Filters): boolean {
  if (filters.topic && event.topic !== filters.topic) return false;
  if (filters.type && event.type !== filters.type) return false;
  const { subject } = filters;
  if (subject && event.subject !== subject && !event.subject.startsWith(`${subject}/`)) return false;
  if (filters.correlation && event.correlation_id !== filters.correlation) return false;
  return hasText(event, filters.text);
}

export function hasText(event: Event, text: string): boolean {
  if (!text) return true;
  let all = TEXTS.get(event);
  if (all === undefined) {
    const { id, type, topic, subject, data } = event;
    all = `${id} ${type} ${topic} ${subject} ${JSON.stringify(data)}`.toLowerCase();
    TEXTS.set(event, all);
  }
  return all.includes(text.toLowerCase());
}

/** Made once for each event: while the log grows, the same rows are searched again and again. */
const TEXTS = new WeakMap<Event, string>();

const LONGEST = 160;

/** The fields of an event in one line; long texts are cut here and whole in the detail. */
export function summary(data: Readonly<Record<string, unknown>>): string {
  const parts: string[] = [];
  let length = 0;
  for (const [name, value] of Object.entries(data)) {
    if (value === null || value === "" || length > LONGEST) continue;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const part = `${name} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
    parts.push(part);
    length += part.length;
  }
  return parts.join(" · ");
}

type About = Pick<Event, "topic" | "subject" | "data">;

/** The page of the thing that an event is about; null for none. */
export function thingOf({ topic, subject, data }: About): { name: string; path: string } | null {
  const root = subject.split("/")[0] ?? "";
  const sample = typeof data.sample_id === "string" ? data.sample_id : "";
  const deployment = typeof data.deployment === "string" ? data.deployment : "";
  switch (topic) {
    case "studio.documents":
      return { name: "document", path: pathTo("document", subject) };
    case "studio.generation":
    case "studio.generation.samples":
      return sample
        ? { name: "sample", path: pathTo("sample", sample) }
        : { name: "samples of the batch", path: pathTo("batch", root) };
    case "studio.curation":
    case "studio.curation.scores":
      return sample
        ? { name: "sample", path: pathTo("sample", sample) }
        : { name: "samples of the curation", path: pathTo("curation", root) };
    case "studio.datasets":
      return { name: "dataset", path: pathTo("dataset", subject) };
    case "studio.training":
    case "studio.training.steps":
      return { name: "run", path: pathTo("run", root) };
    case "studio.models":
      return { name: "model", path: `/models/${encodeURIComponent(subject)}` };
    case "studio.deployments":
      return { name: "deployment", path: pathTo("deployment", subject) };
    case "studio.serving.calls":
      return deployment ? { name: "deployment", path: pathTo("deployment", deployment) } : null;
    case "studio.dead":
      return { name: "dead letter", path: `/dead-letters/${encodeURIComponent(subject)}` };
    default:
      return null;
  }
}

/** The same tail on the command line. */
export function tailCommand({ topic, type, subject }: Pick<Filters, "topic" | "type" | "subject">): string {
  const part = (name: string, value: string) => (value ? ` --${name} ${shell(value)}` : "");
  return `studio events tail${part("topic", topic)}${part("type", type)}${part("subject", subject)}`;
}
