/** What a run says about itself, out of what the API answers. */
import type { DatasetResource, RunAttributes, RunResource } from "@/shared/api";
import { shell } from "@/shared/ui/CopyCommand";

export type Run = RunResource;
export const STATES = ["pending", "running", "lost", "completed", "failed", "cancelled"] as const;
export type RunState = (typeof STATES)[number];

export const isOpen = (run: Pick<RunAttributes, "status">): boolean =>
  run.status === "pending" || run.status === "running" || run.status === "lost";

/** Seconds from the claim to the end, or to now; null before the claim. */
export function secondsOf(run: RunAttributes, now: number): number | null {
  if (!run.claimed_at) return null;
  const end = run.ended_at ? new Date(run.ended_at).getTime() : now;
  return Math.max(0, (end - new Date(run.claimed_at).getTime()) / 1000);
}

/** `answers · 3bba5e5e`: a name that people can tell apart. */
export const nameOf = (run: Run): string => `${run.attributes.model_name || "run"} · ${shortOf(run.id)}`;
export const shortOf = (id: string): string => id.slice(0, 8);

/** `answers 1.1.0` of a dataset; the short id where it is not known. */
export function datasetName(datasets: readonly DatasetResource[] | undefined, id: string): string {
  const found = datasets?.find((one) => one.id === id)?.attributes;
  return found ? `${found.name} ${found.version ?? ""}`.trim() : shortOf(id);
}

/** Runs that carry `text` in their name, id, base model, dataset or trainer. */
export function matching(runs: readonly Run[], text: string, dataset: (id: string) => string): Run[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [...runs];
  return runs.filter(({ id, attributes: run }) =>
    [id, run.model_name, run.base_model, run.trainer, dataset(run.dataset_id)].some((one) =>
      one?.toLowerCase().includes(wanted),
    ),
  );
}

export const listCommand = (status: string): string =>
  status && status !== "lost" ? `studio runs list --status ${status}` : "studio runs list";
export const showCommand = (id: string): string => `studio runs show ${shell(id)}`;

/** The command that asks for the same run. */
export function trainCommand(fields: { dataset_id: string; model_name: string; base_model: string; config: string }) {
  const words = ["studio", "train", fields.dataset_id || "DATASET", "--model", fields.model_name || "NAME"];
  if (fields.base_model && fields.base_model !== "small") words.push("--base", fields.base_model);
  for (const [name, value] of settings(fields.config)) words.push("--set", `${name}=${value}`);
  return words.map(shell).join(" ");
}

/** Leaves of a JSON text as `grpo.steps` and value; none where it is no JSON object. */
export function settings(text: string): [string, string][] {
  try {
    return leaves(JSON.parse(text || "{}"));
  } catch {
    return [];
  }
}

export function leaves(value: unknown, path = ""): [string, string][] {
  if (value && typeof value === "object" && !Array.isArray(value))
    return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
  return path ? [[path, typeof value === "string" ? value : JSON.stringify(value)]] : [];
}
