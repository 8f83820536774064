import type { Graph, Point } from "./graph";

export const WIDE = 122;
export const HIGH = 50;
export const GAP_X = 26;
export const GAP_Y = 12;

/** The columns in the order of the flow. */
const ORDER: Point["kind"][][] = [
  ["document"],
  ["batch"],
  ["samples", "sample"],
  ["curation"],
  ["dataset"],
  ["run"],
  ["checkpoint", "model_version"],
  ["deployment"],
];

export interface Placed {
  point: Point;
  column: number;
  x: number;
  y: number;
}

export interface Layout {
  places: Map<string, Placed>;
  columns: string[][];
  width: number;
  height: number;
}

const SWEEPS = 5; // the last one goes along the flow

/** A column for each kind, in the order of the flow; within a column as few crossings as a few sweeps find. */
export function layoutOf({ points, lines }: Graph): Layout {
  const all = [...points.values()];
  const columns = ORDER.map((kinds) => all.filter((point) => kinds.includes(point.kind)).map((point) => point.key))
    .filter((column) => column.length > 0)
    .map((column) => [...column]);
  const before = new Map<string, string[]>(all.map((point) => [point.key, []]));
  const after = new Map<string, string[]>(all.map((point) => [point.key, []]));
  for (const { from, to } of lines) {
    after.get(from)?.push(to);
    before.get(to)?.push(from);
  }
  const rank = new Map<string, number>();
  const settle = () =>
    columns.forEach((column) =>
      column.forEach((key, index) => rank.set(key, column.length === 1 ? 0.5 : index / (column.length - 1))),
    );
  settle();
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const near = sweep % 2 ? after : before;
    for (const column of sweep % 2 ? [...columns].reverse() : columns) {
      const middle = (key: string): number => {
        const places = (near.get(key) ?? []).map((other) => rank.get(other) ?? 0.5);
        return places.length ? places.reduce((sum, one) => sum + one, 0) / places.length : (rank.get(key) ?? 0.5);
      };
      const wanted = new Map(column.map((key) => [key, middle(key)]));
      column.sort((one, other) => (wanted.get(one) ?? 0) - (wanted.get(other) ?? 0));
      settle();
    }
  }
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  const height = tallest * (HIGH + GAP_Y) - GAP_Y;
  const places = new Map<string, Placed>();
  columns.forEach((column, index) => {
    const top = (height - (column.length * (HIGH + GAP_Y) - GAP_Y)) / 2;
    column.forEach((key, row) => {
      const point = points.get(key);
      if (point) places.set(key, { point, column: index, x: index * (WIDE + GAP_X), y: top + row * (HIGH + GAP_Y) });
    });
  });
  return { places, columns, width: Math.max(0, columns.length * (WIDE + GAP_X) - GAP_X), height };
}

/** Where an arrow key leads: up and down in the column, left and right along a line to the nearest point. */
export function moved({ places, columns }: Layout, lines: Graph["lines"], at: string, key: string): string | null {
  const here = places.get(at);
  if (!here) return null;
  if (key === "ArrowUp" || key === "ArrowDown") {
    const column = columns[here.column] ?? [];
    return column[column.indexOf(at) + (key === "ArrowUp" ? -1 : 1)] ?? null;
  }
  if (key !== "ArrowLeft" && key !== "ArrowRight") return null;
  const back = key === "ArrowLeft";
  const ends = lines
    .filter((line) => (back ? line.to : line.from) === at)
    .flatMap((line) => places.get(back ? line.from : line.to) ?? []);
  const far = ({ column, y }: Placed) => Math.abs(column - here.column) * 10_000 + Math.abs(y - here.y);
  return ends.sort((one, other) => far(one) - far(other))[0]?.point.key ?? null;
}

/** Everything that `at` was made from or that was made of it, itself included. */
export function related(lines: Graph["lines"], at: string): Set<string> {
  const found = new Set<string>([at]);
  for (const [here, there] of [["to", "from"] as const, ["from", "to"] as const]) {
    const next = new Map<string, string[]>();
    for (const line of lines) next.set(line[here], [...(next.get(line[here]) ?? []), line[there]]);
    const walk = new Set([at]);
    for (const key of walk) for (const other of next.get(key) ?? []) walk.add(other);
    for (const key of walk) found.add(key);
  }
  return found;
}
