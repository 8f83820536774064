import type { LineageAttributes } from "@/shared/api";
import type { Kind } from "@/shared/ui/places";

/** A thing, or several of a kind that have the same neighbours and are shown as one. */
export interface Point {
  key: string;
  kind: Kind | "samples";
  /** Of the thing; of the batch for `samples`; of the first for several. */
  id: string;
  label: string;
  /** The things it stands for, where it is several. */
  members?: Point[];
}

export interface Line {
  from: string;
  to: string;
  detail: Record<string, unknown>;
}

export interface Graph {
  points: Map<string, Point>;
  lines: Line[];
}

export const keyOf = (kind: string, id: string): string => `${kind}/${id}`;

/** What some answers say together, each thing and each line once. */
export function merged(answers: readonly LineageAttributes[]): Graph {
  const points = new Map<string, Point>();
  const lines = new Map<string, Line>();
  for (const answer of answers) {
    for (const { type, id, label } of answer.nodes) {
      const key = keyOf(type, id);
      if (!points.has(key)) points.set(key, { key, kind: type, id, label: named(type, id, label) });
    }
    for (const { from, to, detail } of answer.edges) {
      const line = { from: keyOf(from.type, from.id), to: keyOf(to.type, to.id), detail: detail ?? {} };
      lines.set(`${line.from} ${line.to}`, line);
    }
  }
  const known = [...lines.values()].filter((line) => points.has(line.from) && points.has(line.to));
  return { points, lines: known.filter((line) => !goesThroughRun(line, known)) };
}

/** A model's dataset is told by its run already. */
const goesThroughRun = ({ from, to }: Line, lines: readonly Line[]): boolean =>
  kindOf(from) === "dataset" &&
  kindOf(to) === "model_version" &&
  lines.some((one) => one.from === from && lines.some((next) => next.from === one.to && next.to === to));

function named(kind: string, id: string, label = ""): string {
  if (kind === "model_version") return id;
  if (kind === "checkpoint") return id.split("/").slice(1).join(" step ").replaceAll("_", " ");
  if (kind === "batch") return label.replace(/ \d+ samples$/, "") || id.slice(0, 8);
  return label || id.slice(0, 8);
}

/** Samples are too many to draw: between a batch and what was made of it stands one point for all of its samples.
 * `dropped`: the curation that left out the samples that are drawn; nothing was made of them there. */
export function withSamples({ points, lines }: Graph, dropped = ""): Graph {
  const all = new Map(points);
  const next: Line[] = [];
  const drawn = new Map<string, string[]>(); // by batch, the samples that are drawn for themselves
  for (const line of lines)
    if (kindOf(line.from) === "batch" && kindOf(line.to) === "sample")
      drawn.set(line.from, [...(drawn.get(line.from) ?? []), line.to]);
  for (const point of points.values()) {
    if (point.kind !== "batch") continue;
    const key = keyOf("samples", point.id);
    all.set(key, { key, kind: "samples", id: point.id, label: "samples" });
    next.push({ from: point.key, to: key, detail: {} });
  }
  for (const line of lines) {
    if (kindOf(line.from) !== "batch" || kindOf(line.to) !== "curation") {
      next.push(line);
      continue;
    }
    const batch = line.from.slice("batch/".length);
    next.push({ ...line, from: keyOf("samples", batch) });
    if (line.to !== keyOf("curation", dropped))
      for (const sample of drawn.get(line.from) ?? []) next.push({ ...line, from: sample });
  }
  return { points: all, lines: next };
}

const kindOf = (key: string): string => key.slice(0, key.indexOf("/"));

export const FEW = 4; // so many alike are still drawn for themselves; checkpoints are many by nature

/** Many things of a kind with the same neighbours become one point, unless somebody opened it or is at one of them. */
export function grouped({ points, lines }: Graph, opened: ReadonlySet<string>, kept: ReadonlySet<string>): Graph {
  const neighbours = new Map<string, { before: string[]; after: string[] }>();
  for (const key of points.keys()) neighbours.set(key, { before: [], after: [] });
  for (const { from, to } of lines) {
    neighbours.get(from)?.after.push(to);
    neighbours.get(to)?.before.push(from);
  }
  const alike = new Map<string, Point[]>();
  for (const point of points.values()) {
    if (kept.has(point.key) || point.kind === "samples") continue;
    const { before = [], after = [] } = neighbours.get(point.key) ?? {};
    const name = `${point.kind} < ${before.sort().join(" ")} > ${after.sort().join(" ")}`;
    alike.set(name, [...(alike.get(name) ?? []), point]);
  }
  const all = new Map(points);
  const stands = new Map<string, string>();
  for (const members of alike.values()) {
    const [first] = members;
    if (!first || members.length <= (first.kind === "checkpoint" ? 1 : FEW)) continue;
    const key = `several:${first.key}`;
    if (opened.has(key)) continue;
    for (const member of members) {
      all.delete(member.key);
      stands.set(member.key, key);
    }
    all.set(key, { ...first, key, label: `${members.length} ${plural(first.kind)}`, members });
  }
  const seen = new Map<string, Line>();
  for (const line of lines) {
    const [from, to] = [stands.get(line.from) ?? line.from, stands.get(line.to) ?? line.to];
    const several = from !== line.from || to !== line.to;
    seen.set(`${from} ${to}`, several ? { from, to, detail: {} } : line);
  }
  return { points: all, lines: [...seen.values()] };
}

/** The beginning of the id, where names are not enough to tell things apart. */
export const markOf = ({ kind, id, members }: Point): string =>
  !members && ["batch", "curation", "run", "samples"].includes(kind) ? id.slice(0, 6) : "";

export const NAMES: Record<Point["kind"], string> = {
  document: "Document",
  file: "File",
  batch: "Batch",
  sample: "Sample",
  samples: "Samples",
  curation: "Curation",
  dataset: "Dataset",
  run: "Run",
  checkpoint: "Checkpoint",
  model_version: "Model",
  deployment: "Deployment",
};

export const plural = (kind: Point["kind"]): string =>
  ({ batch: "batches", samples: "samples", model_version: "model versions" })[kind as string] ??
  `${NAMES[kind].toLowerCase()}s`;

export const MOST = 400; // points that are drawn

/** The points nearest to `root`, where there are too many; `left`: how many are not drawn. */
export function capped({ points, lines }: Graph, root: string): Graph & { left: number } {
  if (points.size <= MOST) return { points, lines, left: 0 };
  const near = new Set([root]);
  const next = new Map<string, string[]>();
  for (const { from, to } of lines) {
    next.set(from, [...(next.get(from) ?? []), to]);
    next.set(to, [...(next.get(to) ?? []), from]);
  }
  for (const key of near) {
    for (const other of next.get(key) ?? []) if (near.size < MOST) near.add(other);
    if (near.size >= MOST) break;
  }
  const kept = new Map([...points].filter(([key]) => near.has(key)));
  const left = points.size - kept.size;
  return { points: kept, lines: lines.filter((line) => kept.has(line.from) && kept.has(line.to)), left };
}
