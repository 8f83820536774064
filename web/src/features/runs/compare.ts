/** What differs between runs. */
import { leaves, type Run } from "./runs";

export interface Difference {
  name: string;
  /** By run, in their order; empty where the default holds. */
  values: string[];
  differs: boolean;
}

/** Every setting of any of the runs, those that differ first. */
export function differences(runs: readonly Run[], dataset: (id: string) => string): Difference[] {
  const tables = runs.map(({ attributes: run }) => [
    ["dataset", dataset(run.dataset_id)] as const,
    ["base model", run.base_model ?? ""] as const,
    ["model", run.model_name ?? ""] as const,
    ...leaves(run.config ?? {}),
  ]);
  const names = [...new Set(tables.flatMap((table) => table.map(([name]) => name)))];
  const found = names.map((name) => {
    const values = tables.map((table) => table.find(([known]) => known === name)?.[1] ?? "");
    return { name, values, differs: new Set(values).size > 1 };
  });
  return [...found.filter((one) => one.differs), ...found.filter((one) => !one.differs)];
}

/** Ids out of the URL: each once, at most as many as there are colours. */
export const idsOf = (text: string): string[] => [...new Set(text.split(",").filter(Boolean))].slice(0, 8);

export function toggled(text: string, id: string): string {
  const ids = text.split(",").filter(Boolean);
  return (ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]).join(",");
}
