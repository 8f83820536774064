/** Searches for settings, out of the labels of their runs: `search` is the name, `trial` the number. */
import { leaves, shortOf, type Run } from "./runs";

/** Figures of a run's result that a search is known to aim at. */
export const FIGURES = ["reward_after", "gain", "pass_at_1"] as const;

export interface Search {
  name: string;
  runs: Run[];
  open: number;
}

/** The searches among some runs, the one with the newest run first. */
export function searchesOf(runs: readonly Run[]): Search[] {
  const found = new Map<string, Run[]>();
  for (const run of runs) {
    const name = run.attributes.labels?.search;
    if (name) found.set(name, [...(found.get(name) ?? []), run]);
  }
  return [...found].map(([name, own]) => ({
    name,
    runs: own,
    open: own.filter((run) => ["pending", "running", "paused", "lost"].includes(run.attributes.status)).length,
  }));
}

export interface Trial {
  number: number;
  run: Run;
  /** The figure that trials are compared by; null until it is known. */
  value: number | null;
  /** Settings in which trials differ. */
  settings: [string, string][];
  /** Why it ended early. */
  why: string;
}

/** Trials by their number, with the settings in which they differ. */
export function trialsOf(runs: readonly Run[], figure: string): Trial[] {
  const tables = runs.map((run) => new Map(leaves(run.attributes.config ?? {})));
  const names = [...new Set(tables.flatMap((table) => [...table.keys()]))].sort();
  const varied = names.filter((name) => new Set(tables.map((table) => table.get(name))).size > 1);
  return runs
    .map((run, index) => {
      const found: unknown = run.attributes.metrics?.[figure];
      return {
        number: Number(run.attributes.labels?.trial ?? NaN),
        run,
        value: typeof found === "number" && Number.isFinite(found) ? found : null,
        settings: varied.map((name): [string, string] => [name, tables[index]?.get(name) ?? ""]),
        why: run.attributes.error?.reason ?? "",
      };
    })
    .sort((one, other) => one.number - other.number);
}

/** The trial with the highest (or lowest) value; undefined while none has one. */
export function bestOf(trials: readonly Trial[], lowest = false): Trial | undefined {
  const sign = lowest ? -1 : 1;
  return trials
    .filter((trial) => trial.value !== null)
    .reduce<Trial | undefined>(
      (best, trial) => (!best || sign * (trial.value ?? 0) > sign * (best.value ?? 0) ? trial : best),
      undefined,
    );
}

/** The best value up to each trial: (number, value). */
export function bestSoFar(trials: readonly Trial[], lowest = false): [number, number][] {
  let best: number | null = null;
  return trials.flatMap(({ number, value }): [number, number][] => {
    if (value === null) return best === null ? [] : [[number, best]];
    best = best === null ? value : lowest ? Math.min(best, value) : Math.max(best, value);
    return [[number, best]];
  });
}

export const trialName = (trial: Trial): string =>
  Number.isFinite(trial.number) ? `trial ${trial.number}` : shortOf(trial.run.id);
