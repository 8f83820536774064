import { NAMES, type Graph, type Point } from "./graph";
import type { Layout } from "./layout";

/** The points from `top` (a deployment, a model) back to `bottom`, through as many stages as there are. */
export function pathBetween({ lines, points }: Graph, layout: Layout, top: string, bottom: string): Point[] {
  const before = new Map<string, string[]>();
  for (const { from, to } of lines) before.set(to, [...(before.get(to) ?? []), from]);
  const dead = new Set<string>();
  const column = (key: string) => layout.places.get(key)?.column ?? -1;
  const walk = (key: string): string[] | null => {
    if (key === bottom) return [key];
    if (dead.has(key)) return null;
    for (const next of [...(before.get(key) ?? [])].sort((one, other) => column(other) - column(one))) {
      const rest = walk(next);
      if (rest) return [key, ...rest];
    }
    dead.add(key);
    return null;
  };
  return (walk(top) ?? []).flatMap((key) => points.get(key) ?? []);
}

/** The last thing that was made of `root`, itself where nothing was. Of several the one in the last column, topmost. */
export function topOf({ lines }: Graph, layout: Layout, root: string): string {
  const after = new Map<string, string[]>();
  for (const { from, to } of lines) after.set(from, [...(after.get(from) ?? []), to]);
  const reach = new Set([root]);
  for (const key of reach) for (const next of after.get(key) ?? []) reach.add(next);
  const place = (key: string) => layout.places.get(key) ?? { column: -1, y: 0 };
  const first = (one: string, other: string) =>
    place(other).column - place(one).column || place(one).y - place(other).y;
  return [...reach].sort(first)[0] ?? root;
}

export interface Source {
  document_name: string;
  page?: number | null;
  start: number;
  end: number;
  byte_start?: number | null;
  byte_end?: number | null;
  text: string;
}

/** `bytes 1203-1290 of handbook.md`, or the page and characters where the file has no text of its own. */
export function placeOf(source: Source): string {
  const page = source.page ? ` page ${source.page}` : "";
  if (source.byte_start != null && source.byte_end != null)
    return `bytes ${source.byte_start}-${source.byte_end} of ${source.document_name}${page}`;
  return `characters ${source.start}-${source.end} of ${source.document_name}${page}`;
}

/** One line from the model to the bytes, to be copied. */
export function spoken(path: readonly Point[], source?: Source | null): string {
  const names = path.map((point) => `${NAMES[point.kind].toLowerCase()} ${nameOf(point)}`);
  const last = path.at(-1);
  if (source && last?.kind === "sample") names.push(`'${source.text}' ${placeOf(source)}`);
  return names.join(" <- ");
}

/** A name that finds the thing again. */
export function nameOf(point: Point): string {
  if (point.members) return point.label;
  switch (point.kind) {
    case "model_version":
    case "deployment":
      return point.id;
    case "document":
    case "dataset":
      return point.label;
    case "checkpoint":
      return point.id.split("/").slice(1).join("/");
    case "samples":
      return `of batch ${point.id.slice(0, 8)}`;
    default:
      return point.id.slice(0, 8);
  }
}

/** The way to tell: from what was made last of `root` back to `sample`, or as far as single things go. */
export function wayBack(graph: Graph, layout: Layout, root: string, sample: string): Point[] {
  const single = graph.points.has(sample) ? sample : "";
  const many = [...graph.points.values()].find((point) => point.kind === "samples")?.key;
  const early = root.startsWith("document/") || root.startsWith("batch/") ? root : "";
  const bottom = single || early || many || layout.columns[0]?.[0];
  if (!bottom) return [];
  const way = pathBetween(graph, layout, topOf(graph, layout, root), bottom);
  return way.length ? way : pathBetween(graph, layout, topOf(graph, layout, bottom), bottom);
}
