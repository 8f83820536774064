/** Outcome windows: kept by their key, and gathered into wider ones for a chart. */
import type { WindowAttributes } from "@/shared/api";
import type { Entry } from "@/shared/live/frames";

export type Window = WindowAttributes;

const keyOf = (window: Window): string => `${window.version}/${window.role}/${new Date(window.start).getTime()}`;

/** A window that comes again replaces its former self. Oldest first. */
export function merged(old: readonly Window[], more: readonly Window[]): Window[] {
  const found = new Map(old.map((window) => [keyOf(window), window]));
  for (const window of more) found.set(keyOf(window), window);
  return [...found.values()].sort((one, other) => startOf(one) - startOf(other));
}

export const startOf = (window: Window): number => new Date(window.start).getTime() / 1000;

/** The window in an entry of the feed; null for other entries. There its start is a number of seconds. */
export function windowOf(entry: Entry): Window | null {
  if (entry.type !== "OutcomeWindow") return null;
  const data = entry.data as unknown as Omit<Window, "start"> & { start: number | string };
  const start = typeof data.start === "number" ? new Date(data.start * 1000).toISOString() : data.start;
  return { ...data, start };
}

export interface Bin {
  /** Seconds of Unix time. */
  at: number;
  calls: number;
  errors: number;
  outcomes: number;
  score: number | null;
  latency: number | null;
  errorRate: number | null;
}

export const WIDTHS = [2, 10, 60, 600, 3600] as const;
const POINTS = 150;

/** The narrowest width with which the span has not too many points. */
export function widthFor(windows: readonly Window[]): number {
  const first = windows[0];
  const last = windows.at(-1);
  if (!first || !last) return WIDTHS[0];
  const span = startOf(last) - startOf(first);
  return WIDTHS.find((width) => span / width <= POINTS) ?? 3600;
}

export interface Series {
  version: string;
  role: string;
  /** Index into the palette: as in the split, the canary is amber and what it is held against is blue. */
  hue: number;
  bins: Bin[];
}

/** A series per version and role; each bin is the exact sum of its windows. Bins without calls are left out. */
export function seriesOf(windows: readonly Window[], width: number): Series[] {
  const found = new Map<string, Map<number, Window[]>>();
  for (const window of windows) {
    const key = `${window.version}\n${window.role}`;
    const at = Math.floor(startOf(window) / width) * width;
    const bins = found.get(key) ?? new Map<number, Window[]>();
    bins.set(at, [...(bins.get(at) ?? []), window]);
    found.set(key, bins);
  }
  const hues = new Set<number>();
  return [...found].map(([key, bins]) => {
    const [version = "", role = ""] = key.split("\n");
    let hue = { baseline: 0, canary: 1 }[role] ?? 2;
    while (hues.has(hue)) hue += 2;
    hues.add(hue);
    return {
      version,
      role,
      hue,
      bins: [...bins].sort(([one], [other]) => one - other).map(([at, list]) => binOf(at, list)),
    };
  });
}

function binOf(at: number, list: readonly Window[]): Bin {
  const sum = (read: (window: Window) => number) => list.reduce((total, window) => total + read(window), 0);
  const [calls, errors, outcomes] = [sum((w) => w.calls), sum((w) => w.errors), sum((w) => w.outcomes)];
  return {
    at,
    calls,
    errors,
    outcomes,
    score: outcomes ? sum((w) => w.score_sum) / outcomes : null,
    latency: calls ? sum((w) => w.latency_ms_sum) / calls : null,
    errorRate: calls ? errors / calls : null,
  };
}

/** Points of a line, with a gap where nothing was measured for more than three bins. */
export function pointsOf(
  bins: readonly Bin[],
  of: (bin: Bin) => number | null,
  width: number,
): [number, number | null][] {
  const points: [number, number | null][] = [];
  let last: number | undefined;
  for (const bin of bins) {
    const value = of(bin);
    if (value === null) continue;
    if (last !== undefined && bin.at - last > 3 * width) points.push([(last + width) * 1000, null]);
    points.push([bin.at * 1000, value]);
    last = bin.at;
  }
  return points;
}
